import torch
torch.manual_seed(0)
for K in (torch.nn.LSTMCell, torch.nn.RNNCell, torch.nn.GRUCell):
    c = K(2, 2)
    for n, p in c.named_parameters():
        p.register_hook(lambda g, n=n: print(K.__name__, n))
    h = torch.zeros(1, 2, requires_grad=True)
    h.register_hook(lambda g: print("h"))
    x = torch.ones(1, 2, requires_grad=True)
    x.register_hook(lambda g: print("x"))
    o = c(x, (h, h)) if K is torch.nn.LSTMCell else c(x, h)
    (o[0] if isinstance(o, tuple) else o).sum().backward()
