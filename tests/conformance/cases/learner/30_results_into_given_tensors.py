x = torch.arange(6.).view(2, 3)
o = torch.empty(0)
r = torch.sum(x, 0, out=o)
print(r is o, o, o._version)
torch.mm(x, x.T, out=torch.zeros(2, 2))
torch.cat([x, x], out=o)
o._version
values, places = torch.zeros(3), torch.zeros(3, dtype=torch.int64)
print(torch.max(x, 0, out=(values, places)))
w = x.clone().requires_grad_()
for f in (lambda: torch.cat([w, x], out=o), lambda: torch.sum(x, out=o), lambda: torch.mm(x, x.T, out=w)):
    try:
        f()
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)
