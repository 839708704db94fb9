import torch.nn.functional as F
torch.manual_seed(0)
a, x, q = torch.ones(2, 3), torch.ones(1, 1, 4, 4), torch.ones(1, 1, 2, 3)
for f in (
    lambda: torch.einsum("ij->ii", a),
    lambda: torch.einsum("i.j", a),
    lambda: torch.einsum("...i...", a),
    lambda: torch.einsum("i1", a),
    lambda: torch.einsum("ij->j, i", a),
    lambda: torch.einsum("ij,ij", a),
    lambda: torch.einsum(3, a),
    lambda: F.adaptive_avg_pool2d(x, -1),
    lambda: F.adaptive_avg_pool2d(x, (1,)),
    lambda: F.adaptive_avg_pool1d(x[0], (1, 2)),
    lambda: F.adaptive_max_pool2d(x, (2, -1)),
    lambda: F.adaptive_avg_pool2d(x.long(), 2),
    lambda: F.max_pool2d(torch.ones(0, 1, 4, 4), 2).shape,
    lambda: F.scaled_dot_product_attention(q, q, q, torch.ones(2, 2), is_causal=True),
    lambda: F.scaled_dot_product_attention(a, a, a, torch.ones(2, 2), is_causal=True),
    lambda: F.scaled_dot_product_attention(q, q[..., :2], q),
    lambda: F.scaled_dot_product_attention(q, q, q, torch.ones(2, 2).long()),
    lambda: F.scaled_dot_product_attention(a, a, a, dropout_p=2.0),
    lambda: torch.randint(0, 300, (2,), dtype=torch.uint8),
    lambda: torch.randint(-1, 2, (2,), dtype=torch.bool),
    lambda: torch.randint(0, 2**13, (2,), dtype=torch.float16),
    lambda: torch.zeros(2, dtype=torch.int8).random_(-300, 0),
    lambda: torch.zeros(2).random_(2**25),
    lambda: torch.zeros(2).long().exponential_(),
    lambda: torch.zeros(2).long().log_normal_(),
    lambda: a[2**70],
    lambda: torch.nn.RNN(2),
    lambda: torch.nn.utils.skip_init(torch.nn.ReLU),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
class Warm(torch.optim.lr_scheduler._LRScheduler):
    def get_lr(self):
        return [base * (self.last_epoch + 1) / 4 for base in self.base_lrs]
opt = torch.optim.SGD([a], lr=1.0)
print(Warm(opt).get_last_lr(), isinstance(Warm(opt), torch.optim.lr_scheduler.LRScheduler))
