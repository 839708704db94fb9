from torch import nn

torch.manual_seed(0)
for layer in (nn.BatchNorm1d(2, bias=False), nn.InstanceNorm1d(2, affine=True, bias=False), nn.GRUCell(1, 1, bias="relu")):
    print(layer, list(layer.state_dict()))
norm = nn.BatchNorm1d(2)
empty = norm(torch.empty(0, 2))
print(empty.grad_fn, norm.running_mean, norm.num_batches_tracked)
try:
    nn.functional.batch_norm(torch.ones(2, 2), torch.zeros(2), torch.ones(2), eps=-1.0)
except ValueError as e:
    print(e)
prelu = nn.PReLU()
x = torch.tensor(-2.0, requires_grad=True)
y = prelu(x)
y.backward()
print(y.shape, x.grad, prelu.weight.grad)
for kind in (nn.LSTM, nn.GRU):
    out, _ = kind(1, 1, batch_first=True, dtype=torch.float64)(torch.ones(1, 2, 1, dtype=torch.float64))
    print(out._version, out.grad_fn.name(), out._is_view())
projected = nn.LSTM(1, 2, proj_size=1)
out, _ = projected(torch.ones(1, 1, 1))
out, _ = projected(torch.ones(1, 1, 1))
loss = nn.GaussianNLLLoss()
print(loss(torch.ones(2, 3), torch.zeros(2, 3), torch.ones(1, 3)))
w = nn.Parameter(torch.ones(1))
for betas in ((0, 0.9), (0.9, torch.tensor(0.99)), (torch.ones(2) * 0.5, torch.tensor(0.9))):
    try:
        print(torch.optim.Adam([w], betas=betas))
    except (ValueError, RuntimeError) as e:
        print(e)
