import torch


def tried(call):
    try:
        print(call())
    except RuntimeError as error:
        print(error)


nan, inf = float("nan"), float("inf")
torch.manual_seed(0)
tried(lambda: torch.poisson(torch.tensor([inf, 3.0])))
tried(lambda: torch.poisson(torch.tensor([2.0, nan])))
tried(lambda: torch.rand(1))
tried(lambda: torch.normal(torch.zeros(2), torch.tensor([1.0, nan])))
tried(lambda: torch.zeros(2).exponential_(nan))
tried(lambda: torch.zeros(2).uniform_(0, inf))
tried(lambda: torch.zeros(2).uniform_(-3e38, 3e38))
tried(lambda: torch.multinomial(torch.tensor([1.0, nan]), 2, replacement=True))
tried(lambda: torch.rand(1))
