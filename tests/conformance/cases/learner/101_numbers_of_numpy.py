import numpy as np
x = torch.tensor([1.0, 2.0], requires_grad=True)
i = torch.tensor([1, 2], dtype=torch.int32)
for n in (np.float64(2), np.float32(2), np.int64(2)):
    for r in (n - x, n - i, n**x, n / x, n // i, n % i, x**n, i - n, x % n):
        print(r.dtype, r.tolist(), r.grad_fn)
w = torch.where(x > 1, np.float64(9), np.float64(8))
print(w, torch.where(x > 1, x, np.float64(0)).dtype, x[np.array(0)].grad_fn)
for name in ("grad", "data"):
    try:
        setattr(x, name, np.ones(2))
    except TypeError as e:
        print(e)
