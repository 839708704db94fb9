class Add(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        ctx.mark_dirty(a)
        return a.add_(1)
    @staticmethod
    def backward(ctx, g):
        return g
a = torch.ones(2)
print(Add.apply(a) is a, a._version)
b = torch.ones(2, requires_grad=True) * 1
print(Add.apply(b).grad_fn.name(), b._version)
leaf = torch.ones(2, requires_grad=True)
try:
    with torch.no_grad():
        Add.apply(leaf.detach())
    Add.apply(leaf)
except RuntimeError as e:
    print(e)
