# Two layers, one example: every parameter gets its gradient.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(0)


class MLP(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 4)
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        return self.out(torch.relu(self.hidden(x)))


model = MLP()
x = torch.tensor([[1.0, -2.0, 0.5]])
target = torch.tensor([1])
loss = F.cross_entropy(model(x), target)
loss.backward()
print(model.hidden.weight.grad)
