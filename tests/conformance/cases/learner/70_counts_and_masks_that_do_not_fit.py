a = torch.arange(12.0).view(3, 4)
for f in (lambda: torch.repeat_interleave(torch.tensor([1, 0, 2])), lambda: torch.repeat_interleave(torch.tensor([-1])), lambda: torch.repeat_interleave(torch.tensor([1.0])), lambda: torch.repeat_interleave(torch.tensor([[1]])), lambda: a.repeat_interleave(torch.tensor([1, 2]), 0), lambda: a.repeat_interleave(-1), lambda: a.repeat(-1, 1), lambda: a.unfold(1, 2, 0), lambda: a.tensor_split(0), lambda: a.hsplit(0), lambda: a[0].vsplit(2), lambda: a.dsplit(2), lambda: torch.empty(2, 0).topk(0, 1).values.shape, lambda: torch.tensor(3.0).unfold(0, 1, 1), lambda: a.norm("inf"), lambda: torch.nn.functional.triplet_margin_loss(a, a, a, margin=0), lambda: torch.nn.functional.gaussian_nll_loss(a, a, torch.tensor([[-1.0]])), lambda: torch.nn.functional.batch_norm(a, None, None, training=True, eps=0.0), lambda: torch.nn.RNN(2, 2, proj_size=1), lambda: torch.nn.utils.clip_grad_norm_([torch.ones(1, requires_grad=True)], 1.0, norm_type="inf")):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
att = torch.nn.MultiheadAttention(4, 2, batch_first=True)
x = torch.ones(1, 3, 4)
for kwargs in ({"key_padding_mask": torch.ones(1, 2).bool()}, {"key_padding_mask": torch.ones(2, 3).bool()}, {"key_padding_mask": torch.ones(3).bool()}, {"key_padding_mask": torch.ones(1, 3).int()}, {"attn_mask": torch.ones(3, 3).int()}, {"attn_mask": torch.ones(3).bool()}, {"attn_mask": torch.ones(3, 2).bool()}):
    try:
        att(x, x, x, **kwargs)
    except Exception as e:
        print(type(e).__name__, e)
for kwargs in ({"key_padding_mask": torch.ones(1, 3).bool()}, {"attn_mask": torch.ones(1, 3, 3).bool()}, {"key_padding_mask": torch.ones(2).bool()}):
    try:
        att(x[0], x[0], x[0], **kwargs)
    except Exception as e:
        print(type(e).__name__, e)
class Echo(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2
    @staticmethod
    def backward(ctx, grad):
        return grad * 2
y = Echo.apply(torch.ones(1, requires_grad=True))
print(y.grad_fn.saved_tensors)
y.backward()
try:
    y.grad_fn.saved_tensors
except RuntimeError as e:
    print(e)
