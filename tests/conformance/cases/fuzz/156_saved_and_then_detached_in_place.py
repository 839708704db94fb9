import torch


def tried(call):
    try:
        print(call())
    except RuntimeError as error:
        print(error)


for power in (lambda x: x**2, torch.exp, torch.var, lambda x: x * x, lambda x: x + 1):
    x = torch.tensor([1.0, 3.0], requires_grad=True) * 2
    y = power(x).sum()
    x.detach_()
    tried(y.backward)
x = torch.tensor([1.0, 3.0], requires_grad=True) * 2
y = x**2
x.detach_()
print(y.grad_fn._saved_self)
state = torch.ones(2, requires_grad=True)
for _ in range(2):
    state = state * state
    state.sum().backward()
    state.detach_().requires_grad_()
print(state)
