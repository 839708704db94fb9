import torch

t = torch.arange(6.0).view(2, 3)
# Along a dimension places are taken modulo its size; of all elements they are not.
print(torch.take_along_dim(t, torch.tensor([[5], [-1]]), 1))
print(torch.take_along_dim(t, torch.tensor([[-7]]), 1))
for places, dim in (
    (torch.tensor([[-1]]), None),
    (torch.zeros(1).long(), 0),
    (torch.zeros(1, 2).long(), 0),
):
    try:
        print(torch.take_along_dim(t, places, dim))
    except RuntimeError as error:
        print(error)
try:
    torch.take_along_dim(torch.tensor(2.0), torch.tensor(0), 0)
except IndexError as error:
    print(error)
# A full contraction of what isn't contiguous is a sum of products.
a = torch.arange(6.0).view(2, 3).requires_grad_()
print(torch.tensordot(a, torch.ones(3, 2).T, 2))
print(torch.tensordot(a, torch.ones(2, 3), 2))
print(torch.tensordot(a, torch.ones(1, 3), 2))
y = torch.float_power(a, torch.ones(2, 3, requires_grad=True))
y.sum().backward()
print(a.grad)
