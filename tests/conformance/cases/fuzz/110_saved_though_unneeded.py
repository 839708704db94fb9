import torch

# A power saves both of its operands and its result, whoever requires grad.
x = torch.tensor([1.0, 2.0], requires_grad=True)
n = torch.tensor([2.0, 3.0])
y = x**n
print(y.grad_fn._saved_self is not None, y.grad_fn._saved_result)
n.add_(1)
try:
    y.sum().backward()
except RuntimeError as error:
    print(error)
z = torch.ldexp(x, torch.tensor([1.0, 2.0]))
z.mul_(2)
try:
    z.sum().backward()
except RuntimeError as error:
    print(error)
# A product saves the factor that the other's gradient needs, and no more.
w = torch.tensor([2.0, 3.0])
(x * w).grad_fn._saved_self
# One formula gives all gradients of a layer that normalizes.
layer = torch.nn.BatchNorm1d(2)
out = layer(torch.tensor([[1.0, 2.0], [3.0, 5.0]]))
print(out.grad_fn._saved_weight)
with torch.no_grad():
    layer.weight.fill_(2.0)
try:
    out.sum().backward()
except RuntimeError as error:
    print(error)
