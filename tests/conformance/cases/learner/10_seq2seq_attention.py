torch.manual_seed(0)
import torch.nn as nn, torch.nn.functional as F
enc = nn.GRU(3, 4); emb = nn.Embedding(5, 3)
out, h = enc(emb(torch.tensor([[1], [2], [3]])))
att = F.softmax(torch.bmm(h.permute(1, 0, 2), out.permute(1, 2, 0)), dim=-1)
ctx = torch.bmm(att, out.permute(1, 0, 2))
loss = ctx.sum(); loss.backward()
print(att.shape, ctx, emb.weight.grad[0])
