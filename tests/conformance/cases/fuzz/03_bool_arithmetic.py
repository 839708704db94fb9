b = torch.tensor([True, False])
for f in (lambda: b - b, lambda: b - 1, lambda: 1 - b, lambda: -b, lambda: b // b, lambda: b.abs(), lambda: b.var(), lambda: +b):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(b + b, b * b, b ** 2, b / b, torch.tensor([1.]) * True)
