import torch

x = torch.tensor([1.0, 2.0, -3.0])
wide = x.expand(3, 3)
torch.add(wide, 1, out=x)
tall = torch.tensor([0.5, -1.0])
torch.exp(tall.unsqueeze(1).expand(2, 3), out=tall)
tall = torch.tensor([0.5, -1.0])
torch.neg(tall.unsqueeze(1).expand(2, 3), out=tall)
fresh = torch.empty(0)
torch.mul(torch.ones(2, 3).T, 2, out=fresh).stride()
torch.matmul(torch.ones(2, 3).T, torch.ones(2, 2), out=torch.empty(0)).stride()
