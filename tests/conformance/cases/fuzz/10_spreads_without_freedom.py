x = torch.ones(1, 2)
a = x.var()
b = x.std(0)
try:
    torch.tensor([1, 2]).std()
except RuntimeError as e:
    print(e)
t = torch.ones(3).T
print(a, b, t)
