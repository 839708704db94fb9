import torch

x = torch.tensor([0.5, 0.25], requires_grad=True)
y = 2 % x
z = torch.outer(x, y)
ran = []
for node in (z.grad_fn, y.grad_fn):
    node.register_prehook(lambda g, name=node.name(): ran.append(name))
try:
    (y.sum() + z.sum()).backward()
except RuntimeError as error:
    print(error, ran)
w = torch.nextafter(torch.ones(2), x)
print(w.grad_fn.name(), w.grad_fn._saved_self, w.grad_fn._saved_other)


def pack(t):
    node = t.grad_fn
    print(node if node is None else (node.name(), node._saved_result))
    return t.detach().clone()


with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
    v = x.exp()
v.sum().backward()
print(x.grad)
