import torch


def tried(call):
    try:
        print(call())
    except RuntimeError as error:
        print(error)


t = torch.zeros(2)
tried(lambda: torch.func.vjp(lambda a: a.argmax(), t))
tried(lambda: torch.func.jacrev(lambda a: (a > 0).sum())(t))
weight = torch.nn.Parameter(torch.tensor(0.5))
print(f"{weight}", torch.distributions.Normal(weight, 1.0))
try:
    f"{weight:.2f}"
except TypeError as error:
    print(error)
leaf = torch.zeros(2, requires_grad=True)
with torch.no_grad():
    view = leaf[:]
print(torch.func.grad_and_value(lambda a: view.sum())(t))
