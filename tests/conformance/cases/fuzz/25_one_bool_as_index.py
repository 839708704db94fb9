x = torch.ones(2, requires_grad=True)
y = x * 1
print(y[True].grad_fn.next_functions, y[False].shape, y[y.sum() > 0].shape)
y[True] = 5.
print(y)
y[y.sum() > 100] = 7.
print(y)
y[False] = 3.
try:
    y[True] = torch.ones(3)
except RuntimeError as e:
    print(e)
z = torch.tensor(1.)
for i in (0, 1, -1):
    try:
        z[i]
    except IndexError as e:
        print(e)
try:
    x["a"]
except TypeError as e:
    print(e)
