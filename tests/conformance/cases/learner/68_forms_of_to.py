import numpy as np
x = torch.arange(6.0).view(2, 3)
for f in (lambda: x.to(float).dtype, lambda: x.to(int).dtype, lambda: x.to(bool).dtype, lambda: x.to(dtype=float).dtype, lambda: x.to("cpu", torch.int32).dtype, lambda: x.to(torch.float64, True).dtype, lambda: x.to(torch.float32, False, True) is x, lambda: x.to(x, True) is x, lambda: x.to(tensor=x.double()).dtype, lambda: x.to() is x, lambda: x.to(None) is x, lambda: x.to(memory_format=torch.preserve_format) is x, lambda: x.to("float32"), lambda: x.to("gpu"), lambda: x.to("cpu0"), lambda: x.to(""), lambda: x.to(foo=1), lambda: x.to(other=x), lambda: x.to(torch.int64, "cpu"), lambda: x.to([1]), lambda: x.to(dtype="float"), lambda: x.to(torch.float32, copy=1), lambda: x.to(x, x), lambda: x.to("cpu", "cpu"), lambda: x.to(torch.int32, torch.int32), lambda: x.to(memory_format=torch.channels_last)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(x.t().clone(memory_format=torch.contiguous_format).stride(), x.t().clone().stride(), x.clone(memory_format=torch.preserve_format).stride())
print(x.sum(np.int64(0)), x.amax((np.int64(0), np.int64(1))), (x ** np.int32(2)).dtype, (x % np.int64(2)).dtype, x.norm(np.int64(1)), x.max(np.int64(1)).indices)
y = x.clone()
for f in (lambda: y.fill_(1j), lambda: y.__setitem__((0, 0), 1j), lambda: y.masked_fill(y > 0, 1j), lambda: torch.full_like(y, 2 + 0j), lambda: y.index_fill_(0, torch.tensor([0]), 1j), lambda: torch.arange(0, 2 ** 63), lambda: torch.max(x, 0, out=(torch.zeros(3), torch.zeros(3)))):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
with torch.random.fork_rng(devices=[]):
    torch.manual_seed(0)
