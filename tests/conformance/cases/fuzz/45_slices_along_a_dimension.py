x, zero, none = torch.arange(6.0).reshape(2, 3), torch.tensor(1.0), torch.zeros(0, 3)
def index(*places):
    return torch.tensor(places)
for run in (
    lambda: x.index_add(1, index(0), torch.ones(2)),
    lambda: x.index_add(0, index(0, 1), torch.ones(())),
    lambda: x.index_add(0, torch.tensor([[0]]), x),
    lambda: x.index_add(0, index(7), x[:1]),
    lambda: x[0].index_add(0, index(7), torch.ones(1)),
    lambda: zero.index_add(0, index(0), torch.ones(1)),
    lambda: zero.index_add(0, index(0), torch.ones(())),
    lambda: none.index_add(1, index(7), torch.ones(0, 1)).shape,
    lambda: x.index_copy(0, index(0.0, 1.0), zero),
    lambda: x.index_copy(0, index(0.0), x[:1]),
    lambda: x.index_copy(1, index(0), torch.ones(3, 1)),
    lambda: zero.index_copy(0, index(0, 0), torch.ones(2)),
    lambda: torch.zeros(0).index_copy_(0, index(0), torch.ones(1)),
    lambda: none.index_fill_(0, index(0), 1.0),
    lambda: none.index_fill_(1, index(9), 1.0),
    lambda: torch.zeros(3)[1:1].index_fill_(0, index(0), 1.0),
    lambda: zero.index_fill(0, index(0, 0), 5.0),
    lambda: zero.index_fill(0, index(1), 5.0),
    lambda: zero.index_select(0, index(0, 0)),
    lambda: zero.index_select(0, index(1)),
    lambda: x.index_select(0, index(2)),
    lambda: x.index_select(1, index(-1)),
    lambda: none.index_select(0, index(0)),
    lambda: none.index_select(1, index(0)).shape,
    lambda: x.gather(0, torch.tensor([[0, 1]])),
    lambda: x.gather(0, torch.tensor([])),
    lambda: x.gather(0, torch.tensor([[0, 1, 0, 1]])),
    lambda: zero.gather(0, index(0, 0)),
    lambda: x.scatter(0, torch.tensor([[0]]), torch.ones(2)),
    lambda: x.scatter(0, torch.tensor([[0, 0, 0, 0]]), torch.ones(2)),
    lambda: x.scatter(0, torch.tensor([[0, 1]]), torch.ones(1, 1)),
    lambda: x.scatter(0, torch.tensor([[]]), 1.0),
    lambda: zero.scatter(0, index(0), 3.0),
    lambda: x.scatter_add(1, torch.tensor([[0, 1, 0]]), zero),
    lambda: x.take(torch.tensor([[0, 5], [-1, 0]])),
    lambda: x.take(index(6)),
    lambda: none.take(index(0)),
    lambda: x.put(index(0, -1), torch.ones(2)),
    lambda: x.put(index(0, 0), torch.ones(2), accumulate=True),
    lambda: x.put(index(0, 0), torch.ones(3)),
    lambda: x.put(index(9), torch.ones(1)),
    lambda: x.masked_fill(torch.ones(5), 1.0),
    lambda: x.masked_scatter(x > 1, torch.ones(1)),
    lambda: x.masked_select(torch.tensor([True, False])),
):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, e)
w = torch.ones(2, 3, requires_grad=True)
(w.take(index(0, 0, 5)) * index(1.0, 2.0, 3.0)).sum().backward()
s = torch.tensor(2.0, requires_grad=True).index_select(0, index(0))
v = torch.ones(2, requires_grad=True)
(w.put(index(0, 1), v) * 2).sum().backward()
print(w.grad, v.grad, s)
