x = torch.arange(6.).view(2, 3)
for f in [lambda: x.view(4), lambda: x.reshape(5, -1), lambda: x.t().view(6), lambda: x.squeeze(3), lambda: x[2],
          lambda: x[0, 0, 0], lambda: x + torch.ones(2), lambda: torch.cat([x, torch.ones(2, 2)]),
          lambda: torch.stack([x, x[0]]), lambda: x.expand(3, 3), lambda: x.permute(0), lambda: x.transpose(0, 2),
          lambda: x.unflatten(1, (2, 2)), lambda: x.chunk(0), lambda: x.sum(dim=5), lambda: torch.zeros(-1), lambda: x.item()]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
