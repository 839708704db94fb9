x = torch.ones(3, requires_grad=True)
for f in (lambda t: t.clamp(0, 2), lambda t: 2 ** t, lambda t: t * 2, lambda t: t.sum(0).expand(3).clone()):
    y = f(x)
    z = y * y
    y.detach().add_(1)
    try:
        z.sum().backward()
    except RuntimeError as e:
        print(e)
