import torch

a = torch.tensor([1.0, float("nan"), float("inf"), 2.0])
b = torch.tensor([1.0, float("nan"), float("inf"), 2.00001])
print(torch.isclose(a, b), torch.isclose(a, b, equal_nan=True), torch.isclose(a, b, 0, 0))
print(torch.isclose(torch.tensor([1, 2]), torch.tensor([1, 3])))
for call in (
    lambda: torch.isclose(a, b, -1),
    lambda: torch.isclose(a, b.double()),
    lambda: torch.isclose(a, b[:2]),
    lambda: torch.allclose(a, b, 0, -0.5),
    lambda: torch.aminmax(torch.ones(0)),
    lambda: torch.aminmax(torch.ones(0, 2), dim=0),
):
    try:
        print(call())
    except (RuntimeError, IndexError) as error:
        print(error)
x = torch.tensor([[1.0, 1.0, 3.0], [2.0, 2.0, 0.0]], requires_grad=True)
ends = torch.aminmax(x, dim=1, keepdim=True)
print(ends)
(ends.min * 2).sum().backward()
print(x.grad)
print(torch.aminmax(torch.tensor([3, 4])), torch.ones(2).aminmax())
w = torch.tensor([1.0, 2.0], requires_grad=True)
opt = torch.optim.LBFGS([w], lr=0.5, max_iter=3)


def closure():
    opt.zero_grad()
    loss = (w**4).sum()
    loss.backward()
    return loss


opt.step(closure)
print(list(opt.state[w]))
