"""A kernel for backward is one operation: all of its gradients require grad."""
import torch
import torch.nn.functional as F

torch.manual_seed(0)
x = torch.randn(1, 2, 4, 4, requires_grad=True)
w = torch.randn(3, 2, 2, 2, requires_grad=True)
b = torch.randn(3, requires_grad=True)


def twice(y, *inputs):
    slopes = torch.autograd.grad(y.sum(), inputs, create_graph=True)
    for g in slopes:
        print(g.requires_grad, g.grad_fn and g.grad_fn.name(), g.stride(), g.output_nr)
    total = sum(g.sum() for g in slopes)
    if total.requires_grad:
        again = torch.autograd.grad(total, inputs, allow_unused=True)
        print([g if g is None else (g.sum(), g.stride(), g._version) for g in again])


twice(F.conv2d(x, w, b, padding=1), x, w, b)
twice(F.conv2d(x, w.detach(), b), x, b)
twice(F.conv2d(x.detach(), w.detach(), b), b)
twice(F.conv_transpose2d(x, w.transpose(0, 1), stride=2), x, w)
