"""Residuals have gradients, what is written twice counts once, kernels refuse."""
import torch
import torch.nn.functional as F

torch.manual_seed(0)
a = torch.randn(4, 2, requires_grad=True)
b = torch.randn(4, 3, requires_grad=True)
found = torch.linalg.lstsq(a, b, driver="gels")
print(found.residuals.requires_grad, found.residuals.grad_fn.name())
print(torch.autograd.grad(found.residuals.sum(), (a, b)))
x = torch.zeros(2, 3, requires_grad=True)
value = torch.tensor(1.0, requires_grad=True)
y = x.index_fill(1, torch.tensor([0, 0, 2]), value)
print(torch.autograd.grad(y.sum(), (x, value)))
one = torch.full((1, 1), 2.0, requires_grad=True)
scale = torch.tensor(3.0, requires_grad=True)
(g,) = torch.autograd.grad(torch.linalg.det(one), one, scale, create_graph=True)
print(g, g.grad_fn.next_functions[0][0].name())
square = torch.randn(3, 3, requires_grad=True)
(g,) = torch.autograd.grad(square.trace(), square, scale, create_graph=True)
print(g, g._version, g._base is None)
u, v = torch.randn(3, requires_grad=True), torch.randn(3)
(g,) = torch.autograd.grad(torch.inner(u, v), u, scale, create_graph=True)
print(g.grad_fn.name(), g.stride())
q = torch.randn(1, 2, 3, 4, requires_grad=True)
(g,) = torch.autograd.grad(F.scaled_dot_product_attention(q, q, q).sum(), q, create_graph=True)
print(g.requires_grad, g.grad_fn.next_functions[0][0].name(), g.stride())
try:
    g.sum().backward()
except RuntimeError as error:
    print(error)
