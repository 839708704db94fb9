x = torch.tensor([.5, .25], requires_grad=True)
for f in (lambda: torch.gt(x, 0, out=torch.zeros(2, dtype=torch.bool)), lambda: torch.argmax(x, out=torch.zeros((), dtype=torch.int64)), lambda: torch.bucketize(x, x.detach(), out=torch.zeros(2, dtype=torch.int64)), lambda: torch.sign(x, out=torch.zeros(2)), lambda: torch.ones(2, out=x), lambda: torch.randn(2, out=x)):
    try:
        print(f())
    except RuntimeError as e:
        print(e)
for name in ("acosh_", "arcsinh_", "atanh_", "acos_"):
    y = x * 1
    getattr(y, name)()
    print(y.grad_fn.name(), y._version)
    try:
        y.sum().backward()
    except NotImplementedError as e:
        print(e)
print(x.grad)
x.grad = torch.zeros(1).expand(2)
try:
    (x * 3).sum().backward()
except RuntimeError as e:
    print(e)
y = x * 2
y.register_hook(lambda g: g.numpy())
try:
    y.sum().backward()
except TypeError as e:
    print(e)
print(x.grad)
