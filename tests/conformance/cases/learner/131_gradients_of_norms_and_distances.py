"""Norms' gradients are one operation; those of distances have no derivative."""
import torch
import torch.nn.functional as F

torch.manual_seed(0)
x = torch.randn(4, 3, requires_grad=True)
w = torch.ones(3, requires_grad=True)
b = torch.zeros(3, requires_grad=True)


def first(y, *inputs):
    scale = torch.full_like(y, 0.5).requires_grad_()
    slopes = torch.autograd.grad((y * scale).sum(), inputs, create_graph=True)
    for g in slopes:
        ends = [end and end.name() for end, _ in g.grad_fn.next_functions]
        print(g.grad_fn.name(), g.output_nr, ends)
    return slopes


g = first(F.batch_norm(x, None, None, w, b, True), x, w, b)
again = torch.autograd.grad((g[0] ** 2 * x).sum() + g[1].sum(), (x, w))
print([each.abs().sum().round(decimals=2) for each in again])
first(F.batch_norm(x, torch.zeros(3), torch.ones(3), w, b, False), x, w)
g = first(F.prelu(x, w), x, w)
print(torch.autograd.grad((g[0] ** 2).sum() + g[1].prod(), (x, w)))
g = first(F.glu(torch.cat([x, x * 2], 1)), x)
print(torch.autograd.grad((g[0] ** 2).sum(), x))
first(torch.sinc(x), x)
first(torch.linalg.svdvals(x), x)
first(torch.copysign(x, x.detach()), x)
for name, y in (("cdist", torch.cdist(x, x.detach())), ("pdist", F.pdist(x))):
    (g,) = first(y, x)
    try:
        g.sum().backward()
    except NotImplementedError as error:
        print(name, error)
print(torch.autograd.grad(torch.cdist(x, x + 1, p=0.0).sum(), x))
