x = torch.ones(2, requires_grad=True)
w = torch.ones(2, requires_grad=True)
y = x * w
x.requires_grad_(False)
y.sum().backward()
print(x.grad, w.grad)
v = torch.ones(2, requires_grad=True)
z = v * 2
v.detach_()
z.sum().backward()
print(v.grad)
