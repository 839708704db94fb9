x = torch.arange(6.0).view(2, 3).requires_grad_()
for f in (lambda: x.split(1.5), lambda: x.split(x.size(1) / 3, 1), lambda: x.split([1.0, 1.0]), lambda: x.split(torch.tensor(1)), lambda: x.split([1, 2], 1), lambda: x.view(x.size(0) / 2, -1), lambda: x.reshape(3, 2.0), lambda: torch.zeros(x.numel() / 2), lambda: x.expand(2.0, 2, 3), lambda: x.repeat(1.5), lambda: torch.nn.Linear(6 / 2, 1), lambda: torch.nn.Unflatten(1, (1.0, 3))):
    try:
        r = f()
        print(r if isinstance(r, torch.Tensor) else [t.grad_fn.name() for t in r])
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)
