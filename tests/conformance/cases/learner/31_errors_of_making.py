for f in [lambda: torch.rand(), lambda: torch.arange(), lambda: torch.full((2,)), lambda: torch.full(2, 3), lambda: torch.tensor(),
          lambda: torch.tensor([1], torch.float32), lambda: torch.randint(3), lambda: torch.randint(0, 3, 2), lambda: torch.range(2),
          lambda: torch.zeros("a"), lambda: torch.zeros((2, 3), 4), lambda: torch.ones(2, dtype="float"), lambda: torch.full((2,), "a"),
          lambda: torch.ones(-1), lambda: torch.linspace(0, 1, -1), lambda: torch.arange(float("inf")), lambda: torch.eye(2.5),
          lambda: torch.ones(2).new_full((2,)), lambda: torch.Tensor([1.], requires_grad=True), lambda: torch.FloatTensor(torch.tensor([1])),
          lambda: torch.nn.Parameter(torch.ones(2), requires_grad=1)]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
