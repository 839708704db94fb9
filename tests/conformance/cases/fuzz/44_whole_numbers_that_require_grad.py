two = torch.tensor(2.0, requires_grad=True)
whole = torch.zeros(3, dtype=torch.int64)
whole.fill_(two)
print(whole, whole.requires_grad)
flags = torch.zeros(2, 3, dtype=torch.bool)
flags[:, 0] = two
print(flags.grad_fn)
masked = torch.zeros(3, dtype=torch.int64)
masked[masked == 0] = two
copied = torch.zeros(3, dtype=torch.int64)
copied.copy_(two)
print(whole.float(), whole / 2, whole > 1, whole.add_(1))
for use in (
    lambda: whole * 2,
    lambda: whole.sum(),
    lambda: whole[0],
    lambda: copied.masked_fill(copied > 0, two),
    lambda: copied.index_fill(0, torch.tensor([0]), two),
):
    try:
        print(use())
    except RuntimeError as e:
        print(e)
