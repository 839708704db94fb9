x = torch.tensor([1., 2.], requires_grad=True)
for f in [lambda: torch.tensor([x, x]), lambda: torch.tensor([x[0], 3]), lambda: torch.tensor([torch.tensor([1]), torch.tensor([2])]),
          lambda: torch.tensor([torch.tensor(1., dtype=torch.float64), 2]), lambda: torch.tensor([1, [2]]), lambda: torch.tensor([[1], 2]),
          lambda: torch.tensor([[1, 2], [3]]), lambda: torch.tensor([1, None]), lambda: torch.tensor(["a"]), lambda: torch.tensor("a"),
          lambda: torch.tensor({1, 2}), lambda: torch.tensor([1.5], dtype=torch.int64), lambda: torch.tensor([2 ** 63]),
          lambda: torch.tensor([True, 2, 3.5]), lambda: torch.tensor([[], [1]])]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
