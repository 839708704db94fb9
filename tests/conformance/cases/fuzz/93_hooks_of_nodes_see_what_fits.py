import torch

x = torch.tensor([[1.0, 2.0, 3.0], [-1.0, 0.5, 2.0]], requires_grad=True)
y = torch.tensor([0.5, 1.0, -1.0], requires_grad=True)
z = torch.tensor(2.0, requires_grad=True)
F = torch.nn.functional
for run in (lambda: x * y, lambda: x / z, lambda: y + x, lambda: torch.maximum(y, x), lambda: torch.logaddexp(x, z), lambda: torch.where(x > 0, x, y), lambda: z.repeat(2), lambda: x.amax(0), lambda: x.double() * y):
    out = run()
    out.grad_fn.register_hook(lambda gi, go: print([None if g is None else (list(g.shape), g.dtype) for g in gi], [list(g.shape) for g in go]))
    out.sum().backward()
for run in (lambda: torch.vstack((y, y * 1)), lambda: torch.hstack((z, y)), lambda: x.roll(1), x.rot90, lambda: x.repeat(2, 1), lambda: torch.meshgrid(y, z.view(1), indexing="ij")[0], lambda: x.expand(2, 2, 3)):
    out = run()
    print([g is not None and (g._version, g._is_view(), g.stride()) for g in torch.autograd.grad((out * out * 0.5 + out).sum(), (x, y, z), allow_unused=True)])
