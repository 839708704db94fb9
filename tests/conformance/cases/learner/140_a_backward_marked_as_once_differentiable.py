class Mixed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, scale, b):
        return a * scale, b * 3
    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, g, h):
        print(torch.is_grad_enabled())
        return g * 2, None, h
x = torch.ones(2, requires_grad=True)
y = torch.ones(2, requires_grad=True)
a, b = Mixed.apply(x, 2, y)
gx, gy = torch.autograd.grad(a.sum().exp() + b.sum(), (x, y), create_graph=True)
print(gx, gy, gx.output_nr, gy.output_nr, gx._is_view(), gx._version)
node = gx.grad_fn
print(node, node.name(), [n and n.name() for n, _ in node.next_functions])
print([(list(m.shape), m.dtype) for m in node._input_metadata])
for ask in (lambda: gx.sum().backward(), lambda: torch.autograd.grad(gy.sum(), x), lambda: node(gx, gx, gg=3)):
    try:
        ask()
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)
a, b = Mixed.apply(x, 2, y)
(a.sum() + b.sum()).backward(torch.ones((), requires_grad=True), create_graph=True)
print(x.grad, x.grad.grad_fn.next_functions[1][0])
