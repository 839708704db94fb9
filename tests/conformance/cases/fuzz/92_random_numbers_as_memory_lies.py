import torch

drawn = lambda draw, x: (torch.manual_seed(3), draw(x))[1]
told = lambda y: (list(y.stride()), [round(n, 4) for n in y.flatten().tolist()])
draws = [
    torch.rand_like,
    torch.randn_like,
    lambda x: torch.randint_like(x, 10),
    lambda x: torch.empty_like(x).uniform_(-1, 1),
    lambda x: torch.empty_like(x).normal_(),
    lambda x: x.clone().bernoulli_(0.5),
    lambda x: x.clone().exponential_(),
    lambda x: torch.bernoulli(x + 0.5),
    lambda x: torch.nn.functional.dropout(x + 1),
]
for x in (torch.zeros(3, 4).t(), torch.zeros(4, 8).t(), torch.zeros(2, 3, 4).permute(2, 0, 1), torch.zeros(3, 4)[:, ::2], torch.zeros(1, 3).expand(2, 3)):
    print(*[told(drawn(draw, x)) for draw in draws], sep="\n")
