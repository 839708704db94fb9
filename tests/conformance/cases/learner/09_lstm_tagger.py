torch.manual_seed(0)
import torch.nn as nn
import torch.nn.functional as F
lstm = nn.LSTM(3, 3)
inputs = [torch.randn(1, 3) for _ in range(3)]
hidden = (torch.randn(1, 1, 3), torch.randn(1, 1, 3))
for i in inputs:
    out, hidden = lstm(i.view(1, 1, -1), hidden)
inputs = torch.cat(inputs).view(len(inputs), 1, -1)
out, hidden = lstm(inputs, (torch.randn(1, 1, 3), torch.randn(1, 1, 3)))
print(out)
print(hidden)
