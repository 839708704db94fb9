x = torch.tensor([[1.0, -2.0], [3.0, 0.5]], requires_grad=True)
i = torch.tensor([[0, 1], [1, 0]])
y = torch.tensor([[2.0, 1.0], [0.5, 3.0]])
a = x * 1
a.div_(y, rounding_mode="floor")
print(a, a.grad_fn, a._version)
a.sum().backward()
print(x.grad)
b = y.clone()
b.div_(2, rounding_mode="trunc")
print(b, torch.zeros(2, 2).scatter_(1, i, y, reduce="add"), torch.ones(2, 2).scatter(1, i, 3.0, reduce="multiply"))
s = (x * 1).scatter_(1, i, y, reduce="multiply")
print(s, s.grad_fn)
for f in (lambda: s.sum().backward(), lambda: x.scatter(1, i, y, reduce="mean"), lambda: b.div_(y, rounding_mode="up")):
    try:
        f()
    except RuntimeError as e:
        print(e)
print(x.sort(stable=True)[0].grad_fn, x.sort()[0].grad_fn, x.diff(prepend=y[:, :1]), x.diff(append=y, dim=0))
