F = torch.nn.functional
x = torch.tensor([[1., 2., 3.], [0., 1., 0.]], requires_grad=True)
y = torch.tensor([0, 1])
print(F.cross_entropy(x, y, size_average=False), F.mse_loss(x, torch.zeros(2, 3), False), torch.nn.MSELoss(reduce=False).reduction)
loss = torch.nn.CrossEntropyLoss(None, True)(x, y)
loss.backward()
print(loss, x.grad, F.l1_loss(x, x * 0, None, None, "sum"))
for f in [lambda: F.mse_loss(x), lambda: torch.nn.Conv2d(1, 2), lambda: torch.nn.Linear(1), lambda: torch.nn.MaxPool2d(),
          lambda: torch.nn.Dropout(foo=1), lambda: F.mse_loss(x, x, reduction="avg")]:
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
