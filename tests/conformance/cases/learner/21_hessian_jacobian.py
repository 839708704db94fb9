torch.manual_seed(0)
def f(x):
    return (x ** 3).sum()
x = torch.tensor([1.0, 2.0], requires_grad=True)
H = torch.autograd.functional.hessian(f, x)
J = torch.autograd.functional.jacobian(lambda x: x.exp() * 2, x)
print(H, J)
v = torch.ones(2)
print(torch.autograd.functional.vjp(lambda x: x * 2, x, v))
print(torch.autograd.functional.jvp(lambda x: x * 2, x, v))
print(torch.autograd.functional.hvp(f, x, v))
print(torch.autograd.functional.vhp(f, x, v))
g = torch.autograd.grad(f(x), x, create_graph=True)[0]
rows = [torch.autograd.grad(gi, x, retain_graph=True)[0] for gi in g]
print(torch.stack(rows))
