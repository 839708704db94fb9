whole = torch.arange(6.0)
for x in (whole.reshape(2, 3), whole.reshape(3, 2).t(), whole[:3].expand(2, 3), torch.arange(12.0).reshape(3, 4).t()[::2]):
    i, zero = torch.tensor([0]), torch.zeros(2, 3).long()
    for y in (
        torch.cat((x, x)), torch.stack((x, x), 1), torch.hstack((x, x)), x.roll(1, 0), x.flip(0),
        x.scatter(0, zero, 1.0), x.scatter_add(0, zero, x), x.index_copy(0, i, x[:1]), x.index_add(0, i, x[:1]),
        x.masked_fill(x > 0, 1.0), x.masked_scatter(x > 0, x), x.index_fill(0, i, 1.0), x.put(i, torch.ones(1)),
        x.index_put((i,), torch.ones(3)), x.cumsum(0), x.softmax(0), x.sort(0)[0], x.argsort(0), x.cummax(0)[0],
        x.double(), torch.zeros_like(x), x.nan_to_num(), x.expand(1, 2, 3), x[None],
    ):
        print(y.stride(), y.is_contiguous())
both = torch.cat((x, x), dim=-1)
try:
    both.index_copy_(0, i, both[-1:])
except RuntimeError as e:
    print(e)
base = torch.ones(3, requires_grad=True)
with torch.no_grad():
    view = base[1:]
    base.mul_(2)
view.retain_grad()
print(view.retains_grad)
with torch.inference_mode():
    made = torch.zeros(2)
    torch.add(base, base, out=torch.empty(0))
for run in (lambda: torch.exp(torch.ones(2), out=made), lambda: torch.mul(made, made, out=torch.empty(0))):
    try:
        print(run())
    except RuntimeError as e:
        print(e, made)
