import torch
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, Dataset, SequentialSampler, Subset


class Halved(torch.optim.lr_scheduler.LambdaLR):
    pass


class Three(Dataset):
    pass


w = nn.Parameter(torch.ones(1))
opt = torch.optim.SGD([w], lr=1.0)
print(torch.optim.lr_scheduler.StepLR(opt, 1), Halved(opt, lambda epoch: 0.5**epoch))
print(Three(), Subset([1], [0]), SequentialSampler([1]), BatchSampler([1], 1, False))
print(DataLoader([1]), w.register_hook(print), torch.no_grad())
print(torch.autograd.graph.save_on_cpu(), nn.ReLU().register_forward_hook(print))

x = torch.arange(4.0)
for step in (0, -1):
    try:
        x[::step]
    except ValueError as error:
        print(error)

source = torch.Generator().manual_seed(3)
for fill in (
    nn.init.uniform_,
    nn.init.normal_,
    nn.init.xavier_uniform_,
    nn.init.xavier_normal_,
    nn.init.kaiming_uniform_,
    nn.init.kaiming_normal_,
    nn.init.orthogonal_,
    nn.init.trunc_normal_,
):
    print(fill(torch.zeros(2, 2), generator=source))
