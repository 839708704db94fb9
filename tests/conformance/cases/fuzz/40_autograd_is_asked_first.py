w = torch.ones(2, 3, requires_grad=True)
i, many = torch.tensor([0]), torch.tensor([[0.0]])
for x in (w, w[:1], torch.ones(2, 3)):
    for write in (
        lambda: x.index_fill_(7, many, torch.ones(2)),
        lambda: x.index_copy_(0, i, w[:, :2]),
        lambda: x.index_add_(5, many, w),
        lambda: x.scatter_(0, many, w.double()),
        lambda: x.scatter_add_(9, i, w),
        lambda: x.masked_fill_(many, w),
        lambda: x.masked_scatter_(many, w.double()),
        lambda: x.put_(many, w),
        lambda: x.fill_(w),
        lambda: x.index_put_((i, i, i), w),
        lambda: x.__setitem__([0, 5], w[:1]),
        lambda: x.__setitem__(([0, 1], [0, 1, 2]), w),
        lambda: x.__setitem__(x[0] > 0, w[0]),
        lambda: x.__setitem__(slice(9), w[0]),
        lambda: x.__setitem__(slice(1), w[0]),
        lambda: x.__setitem__(5, w[0]),
    ):
        try:
            print(write().shape)
        except Exception as e:
            print(type(e).__name__, e)
    x = None
