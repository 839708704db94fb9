x = torch.arange(6., requires_grad=True)
m = x.reshape(shape=(2, 3))
a = torch.sum(input=m, dim=0)
b = m.mean(axis=1, keepdims=True)
c = torch.matmul(input=m, other=m.T)
d = torch.where(condition=m > 2, input=m, other=a)
e = torch.split(m, split_size_or_sections=1)[0]
f = m.max(axis=0)
g = torch.zeros(size=(2, 2), dtype=float)
h = torch.permute(input=m, dims=(1, 0))
print(a, b, c, d, e, f, g, h, type(f))
(a.sum() + b.sum() + c.sum() + d.sum()).backward()
print(x.grad)
try:
    torch.norm(m, axis=0)
except TypeError as e:
    print(e)
