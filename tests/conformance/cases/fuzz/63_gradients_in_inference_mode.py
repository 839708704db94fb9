import torch


# What exec defines is no step of its own.
exec("""
def tried(run):
    try:
        return run()
    except Exception as e:
        return type(e).__name__, str(e)[:70]
""")

told = lambda g: g if g is None else (g.tolist(), g.is_inference(), g.requires_grad, g._is_view(), None if g.is_inference() else g._version)
inside = lambda run: torch.inference_mode()(run)()
for flags in ({}, {"create_graph": True}, {"retain_graph": True}):
    for run in (lambda x, y: x.sum().backward(**flags), lambda x, y: x.backward(torch.ones(2), **flags), lambda x, y: y.backward(**flags), lambda x, y: torch.autograd.grad(y, x, **flags)[0]):
        x = torch.ones(2, requires_grad=True); y = (x * 3).sum()
        print(tried(lambda: inside(lambda: run(x, y))), told(x.grad))
        print(tried(lambda: x.sum().backward()), told(x.grad))
        print(tried(lambda: x.sum().backward(create_graph=True)), told(x.grad))
plain = inside(lambda: torch.ones(2))
print(tried(lambda: torch.nn.Parameter(plain)), tried(lambda: plain.requires_grad_()))
print(tried(lambda: torch.nn.Parameter(plain, requires_grad=False)), tried(lambda: inside(lambda: torch.nn.Parameter(plain))))
