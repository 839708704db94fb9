torch.manual_seed(0)
import torch.nn as nn
D = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
real, fake = torch.randn(3, 2), torch.randn(3, 2)
eps = torch.rand(3, 1)
inter = (eps * real + (1 - eps) * fake).requires_grad_(True)
out = D(inter)
grads = torch.autograd.grad(outputs=out, inputs=inter, grad_outputs=torch.ones_like(out), create_graph=True, retain_graph=True)[0]
gp = ((grads.norm(2, dim=1) - 1) ** 2).mean()
gp.backward()
print(gp, D[0].weight.grad)
