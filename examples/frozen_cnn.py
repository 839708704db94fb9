# Features that don't learn, a head that does: backward never enters the features.
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(1)
features = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU())
head = nn.Linear(2 * 4 * 4, 3)
for parameter in features.parameters():
    parameter.requires_grad = False
features.eval()

image = torch.rand(1, 1, 6, 6)
scores = head(features(image).flatten(1))
loss = F.cross_entropy(scores, torch.tensor([2]))
loss.backward()
print(features[0].weight.grad, head.bias.grad)
