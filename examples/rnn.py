# One cell, twenty times: the gradient walks all the way back to the first step.
import torch
import torch.nn as nn

torch.manual_seed(0)
cell = nn.RNNCell(2, 3)
inputs = torch.rand(20, 1, 2)
state = torch.zeros(1, 3)
for value in inputs:
    state = cell(value, state)
loss = state.pow(2).sum()
loss.backward()
print(cell.weight_hh.grad.norm())
