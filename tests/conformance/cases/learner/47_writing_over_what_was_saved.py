import torch
from torch.autograd.graph import allow_mutation_on_saved_tensors as allow
with allow() as ctx:
    a = torch.ones(2, 3, requires_grad=True)
    b = a.clone()
    out = (b ** 2).sum()
    print(len(ctx.original), len(ctx.cloned), type(ctx).__name__)
    b.sin_()
    print(len(ctx.original), len(ctx.cloned), b._version)
    out.backward()
    print(a.grad)
    c = torch.tensor([1., 2.], requires_grad=True)
    d = c * 1
    e = d * d
    d[0] = 5
    f = d.exp()
    d.data.add_(1)
    d.detach().zero_()
    with torch.no_grad():
        d.copy_(torch.ones(2))
    (e.sum() + f.sum()).backward()
    print(c.grad, d)
    g = c * 2
    h = g.exp()
    with torch.no_grad():
        torch.add(g, 1, out=h)
    h.sum().backward()
    print(c.grad, h)
    k = c * 3
    l = k * k
    k[1:].mul_(10)
    l.sum().backward()
    print(c.grad)
    m = c * 3
    n = m * m
with torch.no_grad():
    m.add_(1)
try:
    n.sum().backward()
except AssertionError as err:
    print(err)
try:
    with allow():
        with allow():
            pass
except RuntimeError as err:
    print(err)
with allow():
    p = torch.ones(2, requires_grad=True)
    q = (p * 1)
    r = q.sigmoid()
    r.add_(1)
    print(r.grad_fn, r.grad_fn.next_functions[0][0]._saved_result if r.grad_fn.next_functions else None)
    r.sum().backward()
    print(p.grad)
    w = torch.ones(2, requires_grad=True)
    opt = torch.optim.SGD([w], lr=0.1)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    opt.step()
    loss.backward()
    print(w.grad, w)
