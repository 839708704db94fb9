import torch


made = lambda body: type("F", (torch.autograd.Function,), {
    "forward": staticmethod(lambda ctx, x, y: body(ctx, x, y)),
    "backward": staticmethod(lambda ctx, *grads: (grads[0], grads[-1])),
})
bodies = {
    "dirty": lambda ctx, x, y: (ctx.mark_dirty(x), x.add_(1))[1],
    "dirty second": lambda ctx, x, y: (ctx.mark_dirty(y), y.add_(1))[1],
    "dirty of two": lambda ctx, x, y: (ctx.mark_dirty(x), (x.add_(1), y * 2))[1],
    "dirty not returned": lambda ctx, x, y: (ctx.mark_dirty(x), y * 2)[1],
    "dirty but new": lambda ctx, x, y: (z := x + y, ctx.mark_dirty(z))[0],
    "both": lambda ctx, x, y: (x, y),
    "twice": lambda ctx, x, y: (x, x),
    "view": lambda ctx, x, y: x.view(-1),
    "views": lambda ctx, x, y: (x.view(-1), x[:1]),
    "fixed input": lambda ctx, x, y: (ctx.mark_non_differentiable(x), (x, y * 1))[1],
    "nothing": lambda ctx, x, y: None,
    "not tensors": lambda ctx, x, y: (x * 2, None, 3),
    "whole": lambda ctx, x, y: (x.long(), x * 2),
}


leaf = lambda: torch.ones(2, requires_grad=True)
view_in_no_grad = lambda base: torch.no_grad()(lambda: base[:])()
inputs = {
    "leaves": lambda: (leaf(), leaf()),
    "computed": lambda: (leaf() * 1, leaf()),
    "plain": lambda: (torch.ones(2), torch.ones(2)),
    "view of a leaf": lambda: (leaf()[:], leaf()),
    "view": lambda: ((leaf() * 1)[:], leaf()),
    "view of a plain one": lambda: (torch.ones(2)[:], leaf()),
    "piece": lambda: (leaf() * 1).chunk(2),
    "view in no_grad": lambda: (view_in_no_grad(leaf() * 1), leaf()),
    "same": lambda: (leaf() * 1,) * 2,
}


# What exec defines is no step of its own.
exec("""
def tried(run):
    try:
        return run()
    except Exception as e:
        return type(e).__name__, str(e)
""")

told = lambda x: (x.tolist(), x.requires_grad, type(x.grad_fn).__name__, x._is_view(), x._version) if isinstance(x, torch.Tensor) else x
summed = lambda found, given: torch.autograd.grad(found[0].sum(), [i for i in given if i.requires_grad], allow_unused=True)
seen = lambda found, given: ([tried(lambda: told(x)) for x in (*found, *given)], [x is given[0] for x in found], tried(lambda: summed(found, given)), tried(lambda: told(found[0].mul_(2))))
listed = lambda found: found if isinstance(found, tuple) else (found,)
shown = lambda body, given: seen(listed(tried(lambda: made(body).apply(*given))), given)
for name, body in bodies.items():
    print(name, [(kind, shown(body, make())) for kind, make in inputs.items()])
