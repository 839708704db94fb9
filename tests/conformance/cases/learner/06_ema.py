torch.manual_seed(0)
import copy
import torch.nn as nn
m = nn.Linear(2, 2)
ema = copy.deepcopy(m)
for p in ema.parameters():
    p.requires_grad_(False)
with torch.no_grad():
    for p in m.parameters():
        p.mul_(2)
    for e, p in zip(ema.parameters(), m.parameters()):
        e.mul_(0.9).add_(p, alpha=0.1)
        e.lerp_(p, 0.5)
print(ema.weight, m.weight.requires_grad)
ema.load_state_dict(m.state_dict())
print(torch.equal(ema.weight, m.weight))
