x = torch.tensor([7., -7.], requires_grad=True)
y = x // 2
z = 3 % x
w = torch.div(x, 2, rounding_mode="trunc")
print(y, z, w, x % 3, x % x)
try:
    y.sum().backward()
except RuntimeError as e:
    print(e)
w.sum().backward()
