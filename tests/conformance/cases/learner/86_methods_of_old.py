import numpy as np
from torch.utils.hooks import RemovableHandle
x = torch.ones(2, requires_grad=True)
print(isinstance(x.register_hook(print), RemovableHandle), isinstance(torch.nn.ReLU().register_forward_hook(print), RemovableHandle))
y = torch.ones(2)
print(y.map_(torch.tensor([3., 4.]), lambda a, b: a + 2 * b), y._version)
print(x.is_set_to(x.detach()), x.is_set_to(x[:1]), x.is_set_to(x * 1), x.is_set_to(x.view(1, 2)))
for f in (lambda: x.map_(x, max), lambda: y.map_(3, max), lambda: y.map_(torch.ones(2, dtype=torch.int64), max), lambda: y.map_(torch.ones(3), max), lambda: y.map_(y, 3), lambda: x.is_set_to(3), lambda: x.reinforce(1)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
a = np.ones(2)
for i in range(2):
    print(torch.tensor([a, a]))
e = torch.ones(2, requires_grad=True).exp()
for pack in (lambda t: t.mul_(2), lambda t: t):
    try:
        e.grad_fn._raw_saved_result.register_hooks(pack, lambda t: t)
    except RuntimeError as error:
        print(error)
e.sum().backward()
print(torch.autograd.set_detect_anomaly, torch.autograd.graph.Node, type(e.grad_fn))
