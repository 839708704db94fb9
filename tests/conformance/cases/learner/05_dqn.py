torch.manual_seed(0)
import torch.nn as nn
policy = nn.Linear(3, 2)
target = nn.Linear(3, 2)
target.load_state_dict(policy.state_dict())
s = torch.randn(4, 3)
a = torch.tensor([[0], [1], [1], [0]])
r = torch.ones(4)
s2 = torch.randn(4, 3)
q = policy(s).gather(1, a)
with torch.no_grad():
    nxt = target(s2).max(1).values
expected = nxt * 0.9 + r
loss = nn.SmoothL1Loss()(q, expected.unsqueeze(1))
loss.backward()
torch.nn.utils.clip_grad_value_(policy.parameters(), 100)
print(loss, policy.weight.grad, target.weight.grad)
