import numpy as np
x = torch.arange(4.0)
v, s = x[2:], x.untyped_storage()
print(s == v.untyped_storage(), s != x.clone().untyped_storage(), s == 3)
s.fill_(0)
x.storage()[1] = 5.0
s[14:16].copy_(torch.ones(1).untyped_storage()[2:4])
c = s.clone()
c.fill_(1)
print(x, v, x._version, c.data_ptr() == s.data_ptr(), s.is_shared(), s.type(), x.storage().type())
print(x.is_set_to(x.view(4)), x.is_set_to(v), v.is_set_to(x[2:4]), x.is_set_to(x.clone()))
for f in (lambda: s[16], lambda: s.__setitem__(16, 1), lambda: x.storage()[4], lambda: x.storage()[0:2]):
    try:
        f()
    except (IndexError, RuntimeError) as e:
        print(type(e).__name__, e)
a = np.zeros(2)
for obj, options in ((a, dict(dtype=torch.float32)), (a, dict(device="meta")), ([1.0], {}), (np.float32(1), {}), (x, dict(dtype=torch.float64))):
    try:
        torch.asarray(obj, copy=False, **options)
    except (ValueError, RuntimeError) as e:
        print(type(e).__name__, e)
t = torch.asarray(a, copy=False)
t[0] = 3
print(a)
