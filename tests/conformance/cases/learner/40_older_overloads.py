w = torch.tensor([1., 2.], requires_grad=True)
(w ** 2).sum().backward()
w.data.add_(-0.1, w.grad)
print(w)
x = torch.add(w, 2, w.detach())
m = torch.eye(2)
y = torch.addmm(0.5, m, 2, m, m) + x.sub(1, w).addcmul(3, w, w)
print(x, y)
y.sum().backward()
print(w.grad)
try:
    torch.optim.SGD([w], lr=torch.tensor([0.1, 0.2]))
except ValueError as e:
    print(e)
