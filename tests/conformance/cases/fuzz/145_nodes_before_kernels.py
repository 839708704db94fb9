def attempt(run):
    try:
        print(run())
    except (RuntimeError, IndexError) as e:
        print(type(e).__name__, e)


x = torch.tensor([-0.5, 2.0, 0.0, -2.0], requires_grad=True)
half = x.chunk(2)[0]
with torch.no_grad():
    x.add_(1)
attempt(lambda: torch.dot(torch.ones(6), half))
attempt(lambda: half + torch.ones(3))
attempt(lambda: torch.mm(half.view(1, 2), torch.ones(3, 3)))
a = torch.ones(3, requires_grad=True)
whole = (a * 1) // 2
late = (a * 1).exp()
late.grad_fn.register_prehook(lambda g: print("runs"))
attempt(lambda: (late + whole).sum().backward())
attempt(lambda: (whole + late).sum().backward())
print(whole.grad_fn._sequence_nr())
for shape in ((0, 0), (2, 0), (0, 3)):
    z = torch.zeros(shape, requires_grad=True)
    print(torch.tensordot(z, z.t(), 1), torch.tensordot(z.t(), z, 1).shape)
attempt(lambda: torch.tensor(1.0).select_scatter(torch.tensor(2.0), 0, 0))
unused = torch.ones(2, requires_grad=True)
print(torch.autograd.grad(a.sum(), unused, materialize_grads=True, create_graph=True))
