x = torch.arange(3.)
for f in (lambda: x[1:].add_(x[:2]), lambda: x.mul_(x[0]), lambda: x[:1].add_(x), lambda: x.copy_(x[0])):
    try:
        f()
    except RuntimeError as e:
        print(e)
x.add_(x)
y = torch.zeros(1).expand(3)
y.fill_(2.)
print(x, y)
