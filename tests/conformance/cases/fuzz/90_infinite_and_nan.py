import torch

inf, nan = torch.tensor(float("inf")), torch.tensor(float("nan"), requires_grad=True)
print(nan.softmax(0), nan.log_softmax(0), inf.softmax(0), inf.log_softmax(0), torch.tensor(3.0).softmax(0))
one = torch.tensor(1.0)
print([torch.lerp(a, b, w) for a, b in ((inf, one), (one, inf)) for w in (0.0, 0.25, 0.5, 0.75, 1.0)])
print(torch.lerp(torch.tensor([1.0, 2.0]), inf, torch.tensor([0.25, 0.75])))
