F = torch.nn.functional
x = torch.tensor([[1., 2.], [3., 5.]], requires_grad=True)
def show(of):
    names = [n for n in sorted(of.grad_fn.__dir__()) if n.startswith("_saved") and n[7:] not in ("self", "result")]
    print(of.grad_fn.name(), [(n, getattr(of.grad_fn, n)) for n in names])
for r in (x.var(), x.var(0), x.std(dim=None), x.std(unbiased=False), x.var(keepdim=True), x.norm(), x.norm(dim=()), x.nansum(), x.amax(), x.sum(None), x.sum(), x.mean(dim=None, keepdim=True)):
    show(r)
for r in (x[None].squeeze(0), x[None].squeeze(-1), x[None].squeeze((0, 1)), x.squeeze(1), x[None].squeeze(), x[None].clone().squeeze_(0), x.split([1, 1])[0], F.elu(x), F.selu(x), F.relu6(x), F.softplus(x), torch.nn.Softplus()(x)):
    show(r)
try:
    x.sum().grad_fn._saved_self_sym_sizes = 3
except AttributeError as e:
    print(e)
