def backward(result):
    try:
        result.sum().backward()
    except RuntimeError as e:
        print(e)


for new in (torch.ones(3, 1), torch.ones(3), torch.ones(2, 2), torch.ones(4, 3), torch.ones(1, 3).double()):
    for first in (lambda x: x.t(), lambda x: x + 1, lambda x: x * 2):
        x = torch.full((1, 3), 1.0, requires_grad=True)
        result = first(x)
        x.data = new
        backward(result)
        if x.grad is not None:
            print(x.grad, x.grad._version)

y = torch.ones(1, 3, requires_grad=True)
backward(y * 2)
for new in (torch.ones(3, 1), torch.ones(2, 2), torch.ones(3)):
    y.data = new
    backward(y * 2)
    print(y.grad)

for laid in (torch.ones(3, 8)[:, ::2].t(), torch.ones(3, 4).t(), torch.ones(1, 4).expand(3, 4)):
    z = laid.requires_grad_()
    backward(z * 2)
    print(z.stride(), z.grad.stride(), z.grad._version)
    z.grad = None
    (z * z).sum().backward(create_graph=True)
    print(z.grad.stride(), z.grad._version, z.grad.grad_fn.name())
empty = torch.ones(0, 3, requires_grad=True)
(empty * 2).sum().backward(create_graph=True)
print(empty.grad.grad_fn.name(), empty.grad.stride())
w = torch.ones(2, 3, requires_grad=True)
w.grad = torch.ones(3, 2).t()
backward(w * 2)
print(w.grad.stride())
