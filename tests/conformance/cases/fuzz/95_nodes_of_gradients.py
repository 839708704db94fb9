import torch

F = torch.nn.functional
x = torch.tensor([[0.25, 0.5, 0.75], [0.125, -0.5, 0.0]], requires_grad=True)
y = torch.tensor([0.5, 1.0, -1.0], requires_grad=True)
# Lambdas, which the recorder doesn't step through.
walk = lambda node, seen: "-" if node is None else "^" if node in seen else seen.add(node) or node.name().rpartition("::")[2] + "(" + ",".join(walk(n, seen) for n, _ in node.next_functions) + ")"
told = lambda g: g is not None and (walk(g.grad_fn, set()), g._version, g._is_view())
found = lambda out: [told(g) for g in torch.autograd.grad((out * out * 0.5 + out).sum(), (x, y), create_graph=True, allow_unused=True)]
print(*(found(run()) for run in (
    lambda: x.abs(), lambda: x.tan(), lambda: x.asin(), lambda: x.acos(), lambda: x.asinh(), lambda: x.atanh(),
    lambda: x.erf(), lambda: x.nan_to_num(), lambda: torch.atan2(x, y.detach()), lambda: torch.hypot(x, y),
    lambda: torch.xlogy(x, y), lambda: x @ y, lambda: x * 2, lambda: x / 2.5, lambda: 2 / x, lambda: torch.fmod(y, x),
    lambda: x.var(), lambda: x.std(0), lambda: x.var((0, 1), keepdim=True), lambda: x.norm(), lambda: x.norm(-1),
    lambda: x.norm(1.5), lambda: x.norm(3, 1), lambda: x.nansum(), lambda: x.mean(0), lambda: x.sum(1), lambda: x.logsumexp(0),
    lambda: x.logcumsumexp(0), lambda: x.cumprod(1), lambda: x.cumsum(0), lambda: 0**x, lambda: torch.cat((x, x)),
    lambda: torch.stack((x, x)), lambda: torch.vstack((y, y)), lambda: y.max(0)[0], lambda: x.sum().sort()[0], lambda: x.sum().cummax(0)[0],
    lambda: x.squeeze(), lambda: x[:, :1].squeeze(1), lambda: x.repeat(2, 1, 1), lambda: F.l1_loss(x, y.detach().expand(2, 3)),
    lambda: F.nll_loss(x, torch.tensor([0, 1])), lambda: F.normalize(x, dim=0), lambda: x.amax(), lambda: x.scatter(0, torch.tensor([[0]]), 2.0),
)), sep="\n")
