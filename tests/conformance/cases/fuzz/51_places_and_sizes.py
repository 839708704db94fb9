x, n, e, s = torch.tensor([1.0, 2.0, 3.0]), torch.zeros(0), torch.zeros(0, 3), torch.tensor(True)
for run in (
    lambda: torch.take_along_dim(x, torch.tensor([-1, 7]), 0),
    lambda: torch.take_along_dim(s, torch.tensor(0), 0),
    lambda: torch.take_along_dim(e, torch.tensor([0]), 0),
    lambda: torch.take_along_dim(e, torch.zeros(2, 3).long(), 0),
    lambda: torch.take_along_dim(x, torch.tensor([0.0]), 0),
    lambda: torch.take_along_dim(x, torch.tensor([5])),
    lambda: torch.embedding(e, torch.tensor([0])),
    lambda: torch.embedding(torch.ones(3, 0), torch.tensor([7])),
    lambda: torch.embedding(torch.ones((), requires_grad=True), torch.tensor([0])),
    lambda: torch.embedding(s, torch.tensor([0])),
    lambda: torch.embedding(torch.ones(2, 2), s),
    lambda: s.cumsum_(0),
    lambda: x.bool().cumsum_(0),
    lambda: x.size(1),
    lambda: s.size(0),
    lambda: s.stride(-1),
    lambda: x.half().view(1, 3).expand(3),
    lambda: n.nanmedian(0),
    lambda: x.any((0,)),
    lambda: x.long().nanmean(),
    lambda: x.bool().index_reduce(0, torch.tensor([0]), s.view(1), 'mean'),
    lambda: x.bool().index_reduce(0, torch.tensor([7]), s.view(1), 'amax', include_self=False),
    lambda: torch.hstack([]),
    lambda: torch.meshgrid([]),
    lambda: torch.nn.utils.parameters_to_vector([]),
    lambda: torch.nn.init.eye_(None),
    lambda: torch.nn.init.xavier_normal_(None),
    lambda: torch.cross(x, x.view(1, 3), dim=0),
    lambda: torch.cross(s.view(1), x),
    lambda: torch.linalg.multi_dot([x, torch.ones(2, 3)]),
    lambda: torch.linalg.multi_dot([x, s, x]),
    lambda: torch.isclose(x, x[:2]),
):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
