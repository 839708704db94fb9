import numpy as np
a = np.arange(3.0)
a.flags.writeable = False
t = torch.from_numpy(a)
t[0] = 9.0
print(a, t)
b = torch.frombuffer(bytearray(b"\x00\x00\x80\x3f"), dtype=torch.float32)
r = torch.frombuffer(b"ab", dtype=torch.uint8)
for options in (dict(count=2), dict(offset=2), dict(offset=4), dict(count=0), dict(offset=-1)):
    try:
        torch.frombuffer(bytearray(4), dtype=torch.float32, **options)
    except ValueError as e:
        print(e)
parts = np.zeros(3, dtype=[("a", "i1"), ("b", "f4")])
for other in (np.array([1], dtype=">f4"), parts["b"], parts["b"][::-1]):
    for make in (torch.from_numpy, torch.tensor, torch.as_tensor):
        try:
            make(other)
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
try:
    torch.frombuffer("ab", dtype=torch.uint8)
except ValueError as e:
    print(e)
