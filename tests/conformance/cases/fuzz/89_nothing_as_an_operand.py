import torch

x = torch.ones(2, 3, requires_grad=True)
v = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)


def told(run):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, e)


for run in (lambda: None**x, lambda: None - x, lambda: None / x, lambda: x**None, lambda: x % None, lambda: "a" - x, lambda: x**"a"):
    told(run)
for text in ("y -= x", "y **= x"):
    told(lambda: exec(text, {"y": None, "x": x}))
for text in ("y **= None", "y %= None", "y -= None"):
    told(lambda: exec(text, {"y": x.detach().clone()}))
told(lambda: torch.einsum("i,i->i", v, None))
told(lambda: torch.einsum("i,i->i", None, v))
print((v / True).grad_fn._saved_self, (v * 2).grad_fn._saved_self, (v.detach() * v).grad_fn._saved_other)


class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, y):
        return x * 2

    @staticmethod
    def backward(ctx, g):
        return g * 2, g


told(lambda: F.apply(v, None).sum().backward())
y = x * 2
row = torch.ones(4)[::2]
with torch.inference_mode():
    y.detach_()
    print(row.detach_())
print(y)
