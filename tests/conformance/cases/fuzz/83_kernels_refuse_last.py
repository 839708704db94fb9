b, i, f = torch.ones(3, dtype=torch.bool), torch.tensor([2, 0, 1]), torch.ones(3)
wide, none = torch.ones(3, 3, dtype=torch.bool), torch.ones(0, 3, dtype=torch.int64)
yes, half = torch.tensor([True, False]), torch.tensor([0.5], dtype=torch.float16)
loss = torch.nn.functional.nll_loss
for run in (lambda: b.addcmul_(wide, wide), lambda: b.pow_(wide), lambda: i.lerp_(torch.ones(2, 3).long(), 0.5), lambda: b.lerp_(b, 0.5), lambda: b.remainder_(i), lambda: i.clone().remainder_(i), lambda: i.floor_divide_(torch.zeros(2, 3).long()), lambda: none % i, lambda: none // i, lambda: i % i, lambda: torch.addcmul(i, i, i, value=0.5), lambda: f.clamp_(min=i), lambda: i.clamp_(max=f), lambda: b.clamp(b, b), lambda: b.clamp(min=b), lambda: f.masked_fill(yes, 0), lambda: f.masked_select(yes), lambda: i.masked_fill(b, f.requires_grad_().sum()), lambda: torch.ones(1, dtype=torch.uint8).masked_fill(b, torch.tensor(-1.5)), lambda: loss(f, torch.tensor([0, 1])), lambda: loss(f, torch.tensor([1])), lambda: loss(f, torch.tensor([True, True])), lambda: loss(torch.ones(2, 3), torch.tensor(0)), lambda: torch.nn.functional.cosine_similarity(half, torch.zeros(()), dim=0), lambda: torch.nn.functional.cosine_similarity(torch.zeros((), dtype=torch.float64), half, dim=0)):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
