import torch

for x in (torch.zeros(3, 4).t(), torch.zeros(4, 8).t(), torch.zeros(2, 3, 4).permute(2, 0, 1), torch.zeros(3, 4)[:, ::2], torch.zeros(1, 3).expand(2, 3)):
    for draw in (
        lambda: torch.rand_like(x),
        lambda: torch.randn_like(x),
        lambda: torch.randint_like(x, 10),
        lambda: torch.empty_like(x).uniform_(-1, 1),
        lambda: torch.empty_like(x).normal_(),
        lambda: x.clone().bernoulli_(0.5),
        lambda: x.clone().exponential_(),
        lambda: torch.bernoulli(x + 0.5),
        lambda: torch.nn.functional.dropout(x + 1),
    ):
        torch.manual_seed(3)
        y = draw()
        print(y.stride(), y)
