from torch.autograd import Variable
from torch.autograd.function import FunctionCtx
x = torch.tensor([2.5], requires_grad=True)
print(int(x), "%d" % x, hash(x) == id(x))
print(float(x))
a, b, c = torch.Tensor(x), torch.FloatTensor(x), x.new(x)
print(a, b, c, a.data_ptr() == x.data_ptr(), a._is_view())
d = torch.asarray(x, requires_grad=False)
print(d is x, x, torch.scalar_tensor(3., requires_grad=True))
print(Variable(x, name="w").name, x.name)
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        print(isinstance(ctx, FunctionCtx), [c.__name__ for c in type(ctx).__mro__[:2]])
        return x * 2
    @staticmethod
    def backward(ctx, g):
        return g * 2
print(type(Double), Double.apply(x))
def rename():
    x.name = "v"
for f in (lambda: x.imag, rename, lambda: Variable(x, name=3), lambda: torch.autograd.variable(x), lambda: torch.autograd.set_detect_anomaly("on"), lambda: torch.autograd.set_detect_anomaly(True, 0), lambda: torch.func.grad(lambda t: Double.apply(t).sum())(x), lambda: torch.autograd.graph.saved_tensors_hooks(1, 2).__enter__()):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
print(torch.is_anomaly_enabled())
g = torch.Generator().manual_seed(1)
twin = g.clone_state()
print(torch.rand(1, generator=g) == torch.rand(1, generator=twin))
class Scaled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, constant):
        ctx.constant, ctx.given, ctx.function, ctx.context, ctx.differentiable = constant, 1, 2, 3, 4
        return x * constant
    @staticmethod
    def backward(ctx, g):
        return g * ctx.constant, None
y = Scaled.apply(x.requires_grad_(), 5)
y.sum().backward()
n = y.grad_fn
print(x.grad, n.constant, n.given, n.function, n.context, n.differentiable)
