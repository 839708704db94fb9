x = torch.ones(2, requires_grad=True)
for f in [lambda: (x * 2).backward(), lambda: x.detach().sum().backward(),
          lambda: (x * 2).backward(torch.ones(3)), lambda: torch.autograd.grad(x.sum(), torch.ones(1)),
          lambda: torch.autograd.grad((x * 2).sum(), [x, torch.ones(1, requires_grad=True)]),
          lambda: x.backward(), lambda: x.numpy(), lambda: torch.tensor(x.sum() * 2).item(),
          lambda: x.sum().backward(retain_graph=1), lambda: x.register_hook(None)]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
