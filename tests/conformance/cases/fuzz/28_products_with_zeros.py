for values in ([0., 2., 3.], [0., 0., 1.], [2., 3., 4.], [5.]):
    x = torch.tensor(values, requires_grad=True)
    print(torch.autograd.grad(x.prod(), x))
    print(torch.autograd.grad(torch.autograd.grad(x.prod(), x, create_graph=True)[0].sum(), x))
s = torch.tensor(3., requires_grad=True)
print(torch.autograd.grad(s.prod(), s, create_graph=True))
