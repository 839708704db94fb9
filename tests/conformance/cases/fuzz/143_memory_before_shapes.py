import copy
import pickle


def attempt(run):
    try:
        print(run())
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)


flags = torch.zeros(2, 3, dtype=torch.bool)
turned = flags.T
attempt(lambda: turned.addcmul_(flags, flags))
attempt(lambda: turned.pow_(flags))
numbers = torch.zeros(2, 3)
attempt(lambda: numbers.T.bitwise_and_(numbers))
attempt(lambda: numbers.T.lerp_(numbers, numbers))
for f in (torch.xlogy, torch.copysign):
    attempt(lambda: f(numbers, None))
    attempt(lambda: f(numbers, [1.0]))
attempt(lambda: numbers.xlogy_(None))
x = torch.ones(1, 2, 1, requires_grad=True)
node = x.squeeze().grad_fn
print([k for k in dir(node) if k.startswith("_saved")], node._saved_self_sym_sizes)
weight = torch.nn.Parameter(torch.ones(2).add_(1))
again = copy.copy(weight)
print(weight._version, again._version, copy.copy(weight.data)._version)
with torch.no_grad():
    again.mul_(2)
print(weight._version, again._version)
leaf = torch.ones(3, requires_grad=True)
attempt(lambda: leaf.logical_not_())
attempt(lambda: leaf[:].logical_or_(leaf))
attempt(lambda: leaf.eq_(1))
counted = x.count_nonzero()
counted.masked_fill_(counted > 0, x.sum())
print(counted.requires_grad, counted.dtype)
attempt(lambda: pickle.loads(pickle.dumps(counted)))
