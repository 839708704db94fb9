x = torch.ones(1, requires_grad=True)
(g,) = torch.autograd.grad(x.sum(), x)
row = g.view(1, 1)
print(g.stride(), row.stride(), torch.ones(3, 1).t().view(-1, 1, 3).stride())
row.view(-1)[:2].add_(g)
print(g)
for run in (
    lambda: torch.rsub(torch.ones(2), torch.ones(3)),
    lambda: torch.ldexp(torch.tensor(1.0), torch.tensor([1, 2])),
    lambda: torch.ldexp(torch.ones(2), torch.ones(2, dtype=torch.bool)),
    lambda: torch.nn.functional.binary_cross_entropy(torch.tensor([3]), torch.tensor([1])),
    lambda: torch.addr(torch.ones(2, 2), torch.tensor([1, 1]), x.expand(2)).sum().backward(),
):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
x.register_hook(print)
import pickle
again = pickle.loads(pickle.dumps(x))
