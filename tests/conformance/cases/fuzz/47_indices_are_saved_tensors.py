x = torch.ones(3, requires_grad=True)
i = torch.tensor([0, 1])
y = x[i]
print(y.grad_fn._saved_indices, [k for k in dir(y.grad_fn) if k.startswith("_saved")])
print(x[None, i].grad_fn._saved_indices, x[x > 0].grad_fn._saved_indices, x[[0]].grad_fn._saved_indices)
z = x * 1
z[[0]] = 2.0
print(z.grad_fn._saved_indices, [k for k in dir(z.grad_fn) if k.startswith("_saved")])
for run in (
    lambda: i.add_(1) is None or y.sum().backward(),
    lambda: z.sum().backward(),
    lambda: z.sum().backward(),
    lambda: z.grad_fn._saved_indices,
):
    try:
        print(run())
    except RuntimeError as e:
        print(e)
once = x[[0, -1]]
g, = torch.autograd.grad((once * once).sum(), x, create_graph=True)
g.sum().backward()
try:
    once.sum().backward()
except RuntimeError as e:
    print(e)
with torch.inference_mode():
    made = torch.tensor([0])
try:
    x[made]
except RuntimeError as e:
    print(e)
w = x * 1
w[:] *= w
try:
    w.sum().backward()
except RuntimeError as e:
    print(e)
for other in (None, [1.0]):
    try:
        w.detach().copy_(other)
    except TypeError as e:
        print(e)
