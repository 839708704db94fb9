import torch

x = torch.tensor([[-1.0, 2.0, 3.0]])
told = lambda o, s: print(o, o.stride(), o.storage_offset(), o._version, o._is_view(), o.untyped_storage().nbytes(), s)
for make in (lambda s: s[1:3], lambda s: s[1:3].view(2, 1), lambda s: s.double()[:2], lambda s: s[:0], lambda s: s.long()):
    s = torch.ones(6)
    o = make(s)
    torch.exp(x.abs(), out=o) if o.is_floating_point() else torch.lt(x, 1, out=o)
    told(o, s)
