import torch

x = torch.tensor([1.0, 1.0], requires_grad=True)
y = 2 * x
z = 3 + x.detach()
r = (y + z).sum()
r.backward()
