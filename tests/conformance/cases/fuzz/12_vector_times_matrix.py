x = torch.ones(2, requires_grad=True)
m = torch.ones(2, 3)
y = x @ m
print(y, y._version, y._is_view(), y.grad_fn.next_functions)
y.mul_(2)
y.sum().backward()
print(x.grad)
