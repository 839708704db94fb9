import torch
import torch.nn.functional as F

# A mean loss lies where the losses lay, for the kernels that work so.
a, b = torch.tensor([0.25, 0.5, 0.75]), torch.tensor([0.5, 0.5, 0.5])
for loss in (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss, F.binary_cross_entropy):
    for reduction in ("mean", "sum", "none"):
        print(loss(a, b, reduction=reduction).untyped_storage().nbytes())
x = a.clone().requires_grad_()
mean = F.mse_loss(x, b)
mean.backward()
print(mean, x.grad)
# What an LSTM's layer sends back nobody else holds: it isn't copied.
torch.manual_seed(0)
layer = torch.nn.LSTM(3, 2)
layer(torch.ones(2, 3))[0].sum().backward()
print([p.grad._version for p in layer.parameters()])
layer(torch.ones(2, 3))[0].sum().backward()
print([p.grad._version for p in layer.parameters()])
