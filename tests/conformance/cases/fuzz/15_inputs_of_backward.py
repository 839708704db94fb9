x = torch.ones(2, requires_grad=True)
y = x * 2
try:
    y.backward(torch.ones(2), inputs=[torch.ones(2)])
except RuntimeError as e:
    print(e)
try:
    torch.autograd.grad(x.sum(), [])
except RuntimeError as e:
    print(e)
z = (y ** 2).sum()
z.backward(inputs=[y])
print(y.grad, x.grad)
