b, h = torch.ones(2, dtype=torch.uint8), torch.ones(2, dtype=torch.float16)
yes, nan = torch.tensor([True, False]), float("nan")
for run in (lambda: torch.tensor([-1.5], dtype=torch.uint8), lambda: torch.tensor([-1, -255], dtype=torch.uint8), lambda: torch.tensor([[-256]], dtype=torch.uint8), lambda: torch.tensor(127.5, dtype=torch.int8), lambda: torch.tensor([nan], dtype=torch.int32), lambda: torch.tensor([nan], dtype=torch.bool), lambda: torch.tensor([2**63]), lambda: torch.full((2,), 300, dtype=torch.uint8), lambda: torch.full((2,), nan, dtype=torch.int32), lambda: b.fill_(-1.5), lambda: b.fill_(-2), lambda: b.masked_fill(yes, 300), lambda: b.masked_fill(yes, -1), lambda: b.clamp(min=-1), lambda: b.clamp(max=256), lambda: torch.where(yes, b, 300), lambda: h.fill_(7e4), lambda: h.fill_(float("inf")), lambda: torch.tensor([7e4], dtype=torch.float16), lambda: torch.full((1,), 1e39), lambda: b + 300):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
