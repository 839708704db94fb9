i = torch.tensor([-2, -1, 0, 1, 2])
print(i ** i, 2 ** i, (-1) ** i)
print(torch.tensor([200], dtype=torch.uint8) + (-1), torch.tensor([3], dtype=torch.uint8) * -1)
print(torch.tensor([-1., 2.5]) % 1, torch.remainder(torch.tensor([-1.]), 1))
for run in (lambda: i ** -1, lambda: i % 0, lambda: i.pow_(-1), lambda: 7 % i, lambda: i.add(i, alpha=1.0)):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, e)
x = torch.tensor([3.])
x //= 2
x %= 2
print(x, x._version)
