"""How often kernels write to a gradient: its version says so."""
import torch
import torch.nn.functional as F

scores = torch.tensor([0.5, -1.0], requires_grad=True)
chance = torch.tensor([0.25, 0.75], requires_grad=True)
target = torch.tensor([0.0, 1.0], requires_grad=True)
two = torch.tensor([2.0, 2.0])


def versions(y, *inputs):
    for graph in (False, True):
        slopes = torch.autograd.grad(y.sum(), inputs, retain_graph=True, create_graph=graph)
        print(graph, [g._version for g in slopes])


for reduction in ("mean", "sum", "none"):
    how = {"reduction": reduction}
    versions(F.binary_cross_entropy(chance, target, **how), chance, target)
    versions(F.binary_cross_entropy(chance, target, two, **how), chance, target)
    for extra in ({}, {"weight": two}, {"pos_weight": two}):
        y = F.binary_cross_entropy_with_logits(scores, target, **how, **extra)
        versions(y, scores, target)
    (g,) = torch.autograd.grad(F.mse_loss(scores, target, **how).sum(), scores, create_graph=True)
    print(torch.autograd.grad(g.sum(), scores)[0]._version)
versions(torch.copysign(scores, target), scores, target)
(g,) = torch.autograd.grad(F.pad(scores[None], (0, -1)).sum(), scores)
print(g, g.stride())
