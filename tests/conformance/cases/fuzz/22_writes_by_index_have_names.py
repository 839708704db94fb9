x, i = torch.tensor([[1., 2.], [3., 4.]], requires_grad=True), torch.tensor([0])
c = x.clone()
for write in (lambda: c.index_fill_(1, i, -1), lambda: c.index_fill_(1, i, x[0, 0]), lambda: c.index_copy_(0, i, torch.zeros(1, 2)), lambda: c.masked_scatter_(c > 2, torch.tensor([9., 9., 9.])), lambda: c.masked_fill_(c > 8, x[1, 1]), lambda: c.index_add_(0, i, x[:1], alpha=3), lambda: c.scatter_add_(0, torch.tensor([[0, 0]]), torch.ones(1, 2)), lambda: c.index_fill_(0, torch.tensor([5]), 0), lambda: c.index_copy_(0, i, torch.zeros(1, 3)), lambda: c.masked_fill_(c, 0), lambda: c.index_add_(0, i, torch.zeros(2, 2))):
    try:
        print(write())
    except Exception as e:
        print(type(e).__name__, e)
c.sum().backward()
print(x.grad)
