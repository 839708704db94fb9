x, zero, none = torch.arange(6.0).reshape(2, 3), torch.tensor(2.0), torch.zeros(0, 3)
mask = torch.ones(2, 2, dtype=torch.bool)
wide = torch.arange(12.0).reshape(2, 2, 3)
for look in (
    lambda: x[[0, 5], [7, 0]],
    lambda: x[[0, 1], [0, 1, 2]],
    lambda: none[[0, 1], [0, 1, 2]],
    lambda: none[[0]],
    lambda: none[:, [7]],
    lambda: torch.zeros(2, 0)[[7]].shape,
    lambda: x[[], [0, 1]],
    lambda: x[[]],
    lambda: x["a"],
    lambda: x["a", "b", "c"],
    lambda: x[{}],
    lambda: x[torch.tensor([0.5])],
    lambda: x[torch.tensor([0], dtype=torch.int16)],
    lambda: x[torch.tensor([1, 0], dtype=torch.uint8)],
    lambda: x[torch.tensor([True, False, True]), 0],
    lambda: wide[mask, 1:],
    lambda: wide[mask, 0],
    lambda: wide[mask, None].shape,
    lambda: wide[mask, True].shape,
    lambda: wide[..., mask],
    lambda: wide[..., 0, ...],
    lambda: wide[..., ..., 1:],
    lambda: wide[..., ..., [0]],
    lambda: x[..., 0, ..., 0],
    lambda: zero[0.5],
    lambda: zero[torch.tensor(0)],
    lambda: zero[torch.tensor(0.5)],
    lambda: zero[-1],
    lambda: zero[:, None],
    lambda: zero[True, None],
    lambda: x[5, "a"],
):
    try:
        print(look())
    except Exception as e:
        print(type(e).__name__, e)
