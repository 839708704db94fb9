import torch

x, y = torch.ones(0, 3), torch.ones(3, 0)
for e in (x, y):
    print([v.stride() for v in (e.t(), e.T, e.diagonal(), e.unsqueeze(0), e.unsqueeze(1), e.unsqueeze(-1), e.expand(2, *e.shape), e.movedim(0, -1))])
    print([v.stride() for v in (e[None], e[:, None], e[..., 1:], e.t()[1:], e.t()[None])])
print([v.stride() for v in (*x.unbind(1), x.narrow(1, 1, 2), x.select(1, 0), x.unfold(0, 0, 1))])
print(x.t()._is_view(), x.t()._base is x)
for t in (torch.tensor([1, 0, 2]), torch.tensor(1), torch.tensor(0), torch.zeros(2, 2), torch.ones(2, 2), x):
    n = t.nonzero()
    print(n.shape, n.stride(), n.tolist(), t.argwhere().stride(), t.nonzero(as_tuple=True))
z = torch.arange(6.0).reshape(2, 3)
print([(r.stride(), r.tolist()) for r in (z.rot90(k) for k in range(-1, 4))], z.t().rot90(1).stride(), z.t().rot90(2).stride())
print(z.where(z > 2, 0.5), z.where(z > 2, -z), z.broadcast_to(2, 2, 3).stride())
