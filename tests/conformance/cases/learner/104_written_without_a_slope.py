torch.manual_seed(0)
x = torch.tensor([2.0, 3.0], requires_grad=True)
for name in ("acosh_", "asinh_", "arctanh_"):
    y = x / 4
    getattr(y, name)()
    print(y.grad_fn)
    try:
        y.sum().backward()
    except NotImplementedError as e:
        print(e)
for f in (lambda y: y.random_(1), lambda y: y.random_(1, 2), lambda y: y.random_(), lambda y: y.polygamma_(1)):
    y = x * 1
    f(y)
    print(y.grad_fn.name())
m, v = torch.ones(2, 2), torch.ones(2)
for f in (
    lambda: m.addmm_(torch.ones(3, 3), torch.ones(3, 3)),
    lambda: m.baddbmm_(torch.ones(2, 2, 2), torch.ones(2, 2, 2)),
    lambda: m.addr_(torch.ones(3), v),
    lambda: v.addr_(torch.ones(3), v),
    lambda: torch.ones(1).addmv_(m, v),
):
    try:
        f()
    except RuntimeError as e:
        print(e)
print(m._version, v._version)
inf, nan = float("inf"), float("nan")
z = torch.tensor([0.0, -0.0, inf, -inf, nan, 1.0], requires_grad=True)
for f in (torch.digamma, torch.logit, torch.nn.functional.elu, torch.nn.functional.logsigmoid, torch.sqrt, lambda t: t**0.5, lambda t: t**-0.5):
    y = f(z)
    print(y.detach(), torch.autograd.grad(y.sum(), z)[0])
@torch.no_grad()
class Model:
    def __init__(self):
        self.grad = torch.is_grad_enabled()
print(Model.__name__, Model().grad)
