import torch

met = []
keep = lambda grad: met.append(grad)
x = torch.ones(2, requires_grad=True)
v = torch.ones(2)

# What is passed on is one tensor, from whoever gave it to whoever asked for it.
y = x + 1
y.register_hook(keep)
x_handle = x.register_hook(keep)
y.grad_fn.register_hook(lambda given, got: met.extend([*given, *got]) and None)
y.backward(v)
print([grad is v for grad in met], x.grad is v)
print([torch.autograd.grad(op(x), x, v)[0] is v for op in (torch.clone, torch.neg)])
x_handle.remove()


class Passed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 1

    @staticmethod
    def backward(ctx, grad):
        met.append(grad)
        return grad


# So a hook that writes into it writes for the others too, and versions tell.
met.clear()
z = Passed.apply(Passed.apply(x) + 1)
z.register_hook(lambda grad: (grad.mul_(3), None)[1])
z.backward(v)
print(v, v._version, [grad is v for grad in met], x.grad)

# What nobody keeps becomes the leaf's gradient as it is; else it is copied.
for hook in (lambda grad: None, keep):
    w = torch.ones(2, requires_grad=True)
    w.register_hook(hook)
    (w * 2).sum().backward()
    print(w.grad, w.grad._version)

# A view of it is a new tensor, with the same memory.
g, = torch.autograd.grad(x.view(2, 1), x, v.view(2, 1))
print(g is v, g._is_view(), g.data_ptr() == v.data_ptr())
print(torch.autograd.grad(x.to(torch.float32, copy=True), x, v)[0] is v)
