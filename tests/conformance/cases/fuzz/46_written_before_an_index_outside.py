def fresh():
    return torch.zeros(2, 3)
for write in (
    lambda x: x.__setitem__([0, 5], 1.0),
    lambda x: x.__setitem__((slice(None), [0, 5]), torch.ones(2, 2)),
    lambda x: x.__setitem__(([0, 1, 0], [1, 5, 0]), 1.0),
    lambda x: x.t().__setitem__([0, 5], 1.0),
    lambda x: x.index_fill_(1, torch.tensor([0, 5]), 1.0),
    lambda x: x.index_copy_(0, torch.tensor([1, 5]), torch.ones(2, 3)),
    lambda x: x.index_add_(0, torch.tensor([1, 5]), torch.ones(2, 3)),
    lambda x: x.scatter_(0, torch.tensor([[0, 1, 0], [0, 5, 1]]), 1.0),
    lambda x: x.scatter_add_(0, torch.tensor([[0, 1, 0], [0, 5, 1]]), torch.ones(2, 3)),
    lambda x: x.put_(torch.tensor([1, 7]), torch.ones(2)),
    lambda x: x.masked_scatter_(x == 0, torch.ones(2)),
):
    x = fresh()
    try:
        write(x)
    except Exception as e:
        print(type(e).__name__, e)
    print(x, x._version)
