import torch

for write in (
    lambda x: x.t().mul_(x[:, 0]), lambda x: x.t().sub_(x[:, 0], alpha=2), lambda x: x.mul_(x[:, :1]), lambda x: x.t().pow_(x[:, 1]),
    lambda x: x.masked_scatter_(x > 0, x), lambda x: torch.mul(x, x[:, :1], out=x), lambda x: x.add_(x), lambda x: x[1:].copy_(x[:1]),
):
    x = torch.tensor([[1.0, -2.0, 0.5], [0.25, 3.0, -1.0]])
    print(write(x), x)


# From a text, which the recorder doesn't step through.
exec("def told(run):\n try: print(run())\n except Exception as e: print(type(e).__name__, e)")
wide = torch.ones(1, 3).expand(2, 3)
for run in (lambda: wide.clone()[:1].expand(2, 3).sub_(torch.tensor(True)), lambda: wide.add_(1), lambda: torch.ones(2).fill_(None), lambda: torch.ones(2).masked_fill_(torch.tensor([True, False]), None)):
    told(run)
x = torch.ones(2, requires_grad=True)
for write in (lambda y: y.expand(2, 2).zero_(), lambda y: y.__ifloordiv__(2), lambda y: y.floor_divide_(2), lambda y: y.pow_(torch.tensor(True))):
    y = x * 1
    z = write(y)
    told(lambda: z.sum().backward())
with torch.inference_mode():
    t, p = torch.ones(3), torch.ones(3, requires_grad=True)
d = t.detach()
for run in (lambda: d._version, lambda: d[:1]._version, lambda: d[0].zero_(), lambda: d.zero_(), lambda: p.detach_().requires_grad, lambda: torch.mul(p, 2, out=p), lambda: torch.ones(0, 4).var(-1)):
    told(run)
