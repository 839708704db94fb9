x = torch.zeros(3, 1)
e = x.expand(3, 4)
print(e.stride(), e.is_contiguous())
try:
    e.add_(1)
except RuntimeError as err:
    print(err)
e[0, 0] = 5
x
r = x.repeat(1, 2)
r.add_(1)
x
