torch.manual_seed(0)
for shape in ((3, 2), (2, 3)):
    for mode in ("reduced", "complete"):
        A = torch.randn(shape, dtype=torch.float64, requires_grad=True)
        Q, R = torch.linalg.qr(A, mode)
        try:
            (Q.sin().sum() + R.cos().sum()).backward()
            print(shape, mode, A.grad)
        except Exception as e:
            print(shape, mode, type(e).__name__, e)
A = torch.tensor([[12.0, -51, 4], [6, 167, -68], [-4, 24, -41]])
print(torch.linalg.qr(A, mode="r").Q, torch.linalg.qr(A, mode="r").R.shape)
B = torch.tensor([[1.0], [2.0], [4.0]])
for driver in ("gels", "gelsy", "gelsd", "gelss", "nope", None):
    try:
        print(torch.linalg.lstsq(A[:, :2], B, driver=driver))
    except Exception as e:
        print(type(e).__name__, e)
x = torch.arange(12.0).view(3, 4)
for start in (torch.tensor(1), torch.tensor(-1), torch.tensor(1.0), torch.tensor([1]), torch.tensor(5)):
    try:
        print(torch.narrow(x, 0, start, 1), x.narrow(1, start, 1))
    except Exception as e:
        print(type(e).__name__, e)
n = torch.tensor(2)
print(torch.zeros((n, 3)).shape, torch.full((n,), 1.0), torch.randint(1, 2, (n, 1)), x.view([n, 6]).shape, torch.normal(0.0, 0.0, (n,)))
