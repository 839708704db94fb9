x = torch.tensor([-1., 2.], requires_grad=True)
y = x * 1
z = torch.nn.functional.elu(y, inplace=True)
print(z is y, z.grad_fn, z._version)
z.sum().backward()
x.grad
w = x * 2
torch.nn.functional.leaky_relu_(w, 0.1)
w.grad_fn
try:
    torch.nn.functional.relu_(x)
except RuntimeError as e:
    print(e)
