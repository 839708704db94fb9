x = torch.ones(2, requires_grad=True)
y = x * 2
torch.autograd.backward([y.sum()], [torch.tensor(1.), torch.tensor(2.)], retain_graph=True)
print(x.grad, torch.autograd.grad(y.sum(), {"x": x}, retain_graph=True))
print(torch.autograd.grad(y.sum(), x, only_inputs=False, retain_graph=True))
torch.autograd.backward(y, grad_variables=torch.ones(2), retain_graph=True)
for f in [lambda: torch.autograd.backward(y, torch.ones(2), grad_variables=torch.ones(2)), lambda: x.size(3), lambda: x.stride("a"),
          lambda: torch.tensor(1.).size(0), lambda: torch.numel([1])]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
