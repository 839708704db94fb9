x = torch.arange(6.0).reshape(2, 3).requires_grad_()
for f in (
    lambda: x.movedim((0, 1), (0,)),
    lambda: x.movedim((0, 0), (1, 0)),
    lambda: x.movedim((0, -2), (1, 0)),
    lambda: x.movedim((0, 1), (1, 1)),
    lambda: x.roll((1, 2), 0),
    lambda: x.roll((1, 2)),
    lambda: x.roll((), 0),
    lambda: x.repeat(),
    lambda: x.expand(),
    lambda: x.view(),
    lambda: x.reshape(),
    lambda: x.expand(-2, 2, 3),
    lambda: x.expand(2, -2, -1),
    lambda: torch.ones(1, 3).expand(-2, 3),
    lambda: torch.ones(1).expand(2**40, 2**40),
    lambda: x.unfold(0, -1, 1),
    lambda: torch.tensor(3.0).unfold(0, 0, 1),
    lambda: x[0:1:1.5],
    lambda: torch.randint(0, 300, (2,), dtype=torch.uint8),
    lambda: torch.zeros(2, dtype=torch.bool).random_(5),
    lambda: torch.zeros(2, dtype=torch.int8).random_(-200, 3),
    lambda: torch.device(":0"),
    lambda: torch.device("cpu", -1),
    lambda: torch.device("cpu", "a"),
    lambda: torch.device(1.5, 0),
):
    try:
        print(f())
    except (RuntimeError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
