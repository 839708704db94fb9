x = torch.zeros(2, 3)
small, flags = torch.zeros(3, dtype=torch.uint8), torch.zeros(3, dtype=torch.bool)
for write in (
    lambda: small.__setitem__(0, 300),
    lambda: small.__setitem__(0, -1),
    lambda: small.__setitem__([0], -1.5),
    lambda: small.__setitem__(small == 0, torch.tensor(300.0)),
    lambda: small.__setitem__(0, torch.tensor(300.0)),
    lambda: small.index_fill_(0, torch.tensor([0]), 300),
    lambda: small.masked_fill_(flags, -1.5),
    lambda: small.scatter_(0, torch.tensor([0]), 300),
    lambda: flags.__setitem__(1, 0.5),
    lambda: torch.zeros(1, dtype=torch.int64).__setitem__(0, float("nan")),
    lambda: torch.zeros(1, dtype=torch.int32).__setitem__(0, 2**40),
    lambda: x.__setitem__(0, 1e300),
    lambda: x.__setitem__(0, float("inf")),
    lambda: x.__setitem__(0, 2**70),
    lambda: x.__setitem__(9, None),
    lambda: x.__setitem__(False, [1]),
    lambda: x.__setitem__(False, torch.ones(7)),
    lambda: x.__setitem__(torch.tensor([1, 0], dtype=torch.uint8), 1.0),
    lambda: x.__setitem__(x[0] > 0, 1.0),
):
    try:
        print(write())
    except Exception as e:
        print(type(e).__name__, e)
w = torch.ones((), requires_grad=True)
y = w * 1
y[...] = 3
v = torch.ones(3, requires_grad=True) * 2
x[...] = v
print(x.grad_fn.next_functions[1][0].next_functions[0][0].name())
