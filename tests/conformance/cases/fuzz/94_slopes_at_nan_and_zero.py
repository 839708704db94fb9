import torch

F = torch.nn.functional
x = torch.tensor([float("nan"), 1.0, float("inf"), -1.0, 0.0], requires_grad=True)
zeros = torch.zeros(3, requires_grad=True)
for run in (lambda: x.relu(), lambda: F.hardtanh(x), lambda: F.relu6(x), lambda: x.max(), lambda: x.min(), lambda: x.median(), lambda: torch.atan2(zeros, zeros), lambda: x.norm(0), lambda: zeros.norm(), lambda: zeros.norm(1), lambda: zeros.norm(float("inf")), lambda: zeros.norm(0.5), lambda: x[None].cumprod(0), lambda: zeros.prod(), lambda: 0**zeros, lambda: x.logcumsumexp(0), lambda: zeros[:1].std(), lambda: zeros[:1].var()):
    print(torch.autograd.grad(run().sum(), (x, zeros), allow_unused=True))
try:
    (True**zeros).sum().backward()
except RuntimeError as e:
    print(e)
e = torch.zeros(0, 3, dtype=torch.float64, requires_grad=True)
print(torch.autograd.grad(e.std(), e, create_graph=True)[0].grad_fn.name())
g = torch.autograd.grad(F.elu(zeros).pow(2).sum(), zeros, create_graph=True)[0]
print(torch.autograd.grad(g.sum(), zeros))
