torch.manual_seed(0)
import math, torch.nn.functional as F
q = torch.randn(1, 3, 4, requires_grad=True)
scores = q @ q.transpose(-2, -1) / math.sqrt(q.size(-1))
mask = torch.tril(torch.ones(3, 3)) == 0
scores = scores.masked_fill(mask, float('-inf'))
out = F.softmax(scores, dim=-1) @ q
out.sum().backward(); print(out, q.grad)
