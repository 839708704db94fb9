import torch

torch.addmv(torch.tensor(2.0), torch.zeros(3, 0), torch.zeros(0), beta=0.5)
torch.addmv(torch.tensor(2.0), torch.zeros(3, 0), torch.zeros(0), beta=0)
never = torch.tensor(1.0).expand(0, 3)
print(never.stride(), never.clone().stride(), (never + 1).stride())
print(torch.zeros(0, 3).T.double().stride())
try:
    never.index_fill_(0, torch.tensor([0]), 3.0)
except IndexError as error:
    print(error)
x = torch.full((2,), -1.5, requires_grad=True)
loss = torch.nn.functional.mse_loss(x, torch.ones(2, dtype=torch.float64))
torch.autograd.grad(loss, x, create_graph=True)[0]
loss = torch.nn.functional.smooth_l1_loss(x, torch.ones(2, dtype=torch.float64))
torch.autograd.grad(loss, x, create_graph=True)[0].sum().backward()
x.grad
