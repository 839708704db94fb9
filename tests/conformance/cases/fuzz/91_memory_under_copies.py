import copy

import torch

for x in (torch.ones(1, 3).expand(2, 3), torch.arange(4.0)[1:3], torch.ones(2, 3).t(), torch.ones(2, 3).t().exp()[1:], torch.zeros(0, 3)):
    y = copy.deepcopy(x)
    print(y, y.stride(), y.storage_offset(), y.untyped_storage().nbytes(), y._version)
y = copy.deepcopy(torch.ones(1, 3).expand(2, 3))
try:
    y[-1] = torch.tensor([1.0, 2.0, 3.0])
    y.fill_(2.0)
except RuntimeError as e:
    print(e)
a = torch.ones(4)
b = copy.deepcopy([a, a[1:], a[2]])
b[0].zero_()
print(a, b, b[1]._is_view(), b[0]._version, b[1]._version)
t = torch.ones(3)
u = torch.from_numpy(t.numpy()[1:])
u.zero_()
print(t, u, u.storage_offset(), u.untyped_storage().nbytes(), t._version, u._version)
try:
    torch.from_numpy(t.numpy()[::-1])
except ValueError as e:
    print(e)
