x = torch.ones(2, 1, dtype=torch.double, requires_grad=True)
for f in (lambda x: torch.cat([x, x]) if (x >= 1).all() else x, lambda x: x.float() if (x >= 1).all() else x):
    try:
        torch.autograd.gradcheck(f, x)
    except AssertionError as e:
        print(e)
