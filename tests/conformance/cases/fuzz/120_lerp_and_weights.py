x = torch.tensor([1.0, 2.0], requires_grad=True)
y = torch.tensor([3.0, 6.0])
w = torch.tensor([0.5, 0.25], requires_grad=True)
a = x * 1
a.lerp_(y, w)
print(a, a.grad_fn, a._version)
a.sum().backward()
print(x.grad, w.grad)
b = y.clone()
b.lerp_(x.detach(), 0.5)
b.lerp_(x.detach(), torch.tensor(0.5))
print(b, b._version)
try:
    y.lerp_(x, w[:1].double())
except RuntimeError as e:
    print(e)
