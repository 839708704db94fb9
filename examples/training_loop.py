# A line through four points: predict, compare, walk back, step.
import torch
import torch.nn as nn

torch.manual_seed(0)
x = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
y = 2 * x + 1
model = nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    optimizer.zero_grad()
    loss = (model(x) - y).pow(2).mean()
    loss.backward()
    optimizer.step()
    print(f"{epoch}: {loss.item():.3f}")
with torch.no_grad():
    print(model(torch.tensor([[4.0]])))
