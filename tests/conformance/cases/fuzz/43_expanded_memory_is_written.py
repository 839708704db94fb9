i = torch.tensor([0])
def fresh():
    return torch.zeros(3).expand(2, 3)
for write in (
    lambda x: x.__setitem__([0, 0], torch.ones(3)),
    lambda x: x.__setitem__(x == 0, 2.0),
    lambda x: x.__setitem__(x == 0, torch.ones(1)),
    lambda x: x.__setitem__(x[0] == 0, 2.0),
    lambda x: x.__setitem__([5], 2.0),
    lambda x: x.__setitem__(slice(None), x),
    lambda x: x.__setitem__(slice(None), x[0]),
    lambda x: x.__setitem__(slice(None), 1.0),
    lambda x: x.__setitem__(slice(None), x[:1] + 1),
    lambda x: x.copy_(x),
    lambda x: x.copy_(x[:1]),
    lambda x: x.index_fill_(0, i, 4.0),
    lambda x: x.index_fill_(0, torch.tensor([7]), 4.0),
    lambda x: x.masked_fill_(x == 0, 5.0),
    lambda x: x.masked_scatter_(x == 0, torch.ones(6)),
    lambda x: x.index_copy_(0, torch.tensor([[0.0]]), torch.ones(9)),
    lambda x: x.index_add_(0, i, torch.ones(1, 2)),
    lambda x: x.index_add_(0, i, torch.ones(1, 3)),
    lambda x: x.scatter_(0, torch.tensor([[9]]), torch.ones(1, 1)),
    lambda x: x.put_(i, torch.ones(1)),
):
    x = fresh()
    try:
        write(x)
    except Exception as e:
        print(type(e).__name__, e)
    print(x, x._version)
a = torch.zeros(2, 3)
a[None] = a
b = torch.zeros(4)
none = torch.zeros(0, 3)
for write in (
    lambda: a.__setitem__([0, 1], a),
    lambda: none.__setitem__([], none),
    lambda: b[1:].masked_fill_(b[:3] == 0, 1.0),
    lambda: b.scatter_(0, b.long(), b),
    lambda: b.index_copy_(0, torch.tensor([0, 1]), b[:2]),
    lambda: b[1:].copy_(b[:3]),
):
    try:
        print(write())
    except RuntimeError as e:
        print(e)
