x = torch.tensor([[1., 3., 3.], [2., 2., 0.]], requires_grad=True)
x.max().backward()
print(x.grad)
x.grad = None
x.max(1).values.sum().backward()
print(x.grad)
x.grad = None
x.amax(1).sum().backward()
print(x.grad)
x.grad = None
torch.maximum(x[0], x[1]).sum().backward()
x.grad
x.median(1)
