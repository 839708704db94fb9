"""A kernel for backward is one operation: all of its gradients require grad."""
import torch
import torch.nn.functional as F

torch.manual_seed(0)
x = torch.randn(1, 2, 4, 4, requires_grad=True)


def twice(y, *inputs):
    slopes = torch.autograd.grad(y.sum(), inputs, create_graph=True)
    for g in slopes:
        print(g.requires_grad, g.grad_fn and g.grad_fn.name(), g.stride(), g.output_nr)
    total = sum(g.sum() for g in slopes)
    if total.requires_grad:
        again = torch.autograd.grad(total, inputs, allow_unused=True)
        print([g if g is None else (g.sum(), g.stride(), g._version) for g in again])


twice(F.max_pool2d(x, 2), x)
twice(F.avg_pool2d(x, 2), x)
twice(F.adaptive_avg_pool2d(x, 3), x)
twice(F.adaptive_max_pool2d(x, 3), x)
twice(F.pad(x, (1, 1, 1, 1), mode="reflect"), x)
twice(F.pad(x, (1, 1, 1, 1), mode="replicate"), x)
twice(F.interpolate(x, 5, mode="bilinear"), x)
y, indices = F.max_pool2d(x, 2, return_indices=True)
twice(F.max_unpool2d(y, indices, 2), x)
