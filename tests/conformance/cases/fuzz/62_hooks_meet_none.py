import torch


# What exec defines is no step of its own.
exec("""
def tried(run):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, e)
""")

class Half(torch.autograd.Function):
    forward = staticmethod(lambda ctx, x, y: x + y)
    backward = staticmethod(lambda ctx, grad: (grad, None))

exec("""
def passed(*hooks, on="tensor"):
    x, y = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    z = y * 3
    z.retain_grad()
    register = {"tensor": y.register_hook, "computed": z.register_hook, "after": y.register_post_accumulate_grad_hook, "node": z.grad_fn.register_hook, "before": z.grad_fn.register_prehook, "leaf": z.grad_fn.next_functions[0][0].register_prehook}[on]
    for hook in hooks:
        register(hook)
    try:
        Half.apply(x, z).sum().backward()
    finally:
        print(x.grad, y.grad, z.grad)
""")

for on in ("tensor", "computed", "after", "node", "before", "leaf"):
    tried(lambda: passed(lambda *g: print("hook", g), on=on))
    tried(lambda: passed(lambda g, *_: g, on=on))
    tried(lambda: passed(lambda g, *_: torch.ones(2), on=on))
    tried(lambda: passed(lambda g, *_: (torch.ones(2), torch.ones(2)), on=on))
    tried(lambda: passed(lambda g, *_: (torch.ones(2),), on=on))

exec("""
def accumulated(*hooks):
    x = torch.ones(2, requires_grad=True)
    for hook in hooks:
        x.register_post_accumulate_grad_hook(hook)
    try:
        (x * 2).sum().backward()
    finally:
        print(x.grad)
""")

tried(lambda: accumulated(lambda p: p.grad.zero_(), lambda p: print("second", p.grad)))
tried(lambda: accumulated(lambda p: p, lambda p: print("second", p.grad)))
tried(lambda: accumulated(lambda p: 3, lambda p: print("second", p.grad)))
tried(lambda: accumulated(lambda p: torch.ones(3)))

exec("""
def replaced(answer):
    x = torch.ones(2, requires_grad=True)
    z = 2 * x
    z.grad_fn.register_hook(lambda found, received: answer(found[0]))
    try:
        z.sum().backward()
    finally:
        print(x.grad)
""")

for answer in (lambda g: (g, g), lambda g: (None, None), lambda g: (g * 2, None), lambda g: (g,), lambda g: (g.double(), None)):
    tried(lambda: replaced(answer))
