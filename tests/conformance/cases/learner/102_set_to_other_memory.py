a = torch.arange(4.0)
b = torch.zeros(2)
b.set_(a)
b[0] = 7.0
c = torch.zeros(2).set_(a.untyped_storage(), 1, (2,), (2,))
d = torch.zeros(2).set_(a, 1, (3,))
print(b._version, c.stride(), d.storage_offset(), d._is_view())
d.set_()
e = torch.zeros(2).set_(a.untyped_storage(), 3, (2,), (2,)).zero_()
print(e.shape, a.untyped_storage().nbytes(), e.data_ptr() == a.data_ptr() + 12)
k = torch.ones(2, dtype=torch.int64)
for source in (
    (k,),
    (k.storage(),),
    (a, -1, (2,)),
    (a, 0, (2,), (1, 1)),
    (a, 0, (-2,), (1,)),
    (a, 0, (2,), (-1,)),
    (torch.ones(2, device="meta"),),
    (1,),
    (None,),
    (a, 0),
):
    try:
        torch.zeros(2).set_(*source)
    except (RuntimeError, TypeError) as error:
        print(type(error).__name__, str(error).split(" - got")[0])
for size in ((-1,), (2**62,), ()):
    try:
        torch.zeros(2).resize_(*size)
    except (RuntimeError, TypeError) as error:
        print(type(error).__name__, error)
x = torch.ones(2, requires_grad=True)
try:
    x.set_(a)
except RuntimeError as error:
    print(error)
with torch.no_grad():
    x.set_(torch.full((3,), 5.0))
