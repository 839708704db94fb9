torch.manual_seed(0)
x, n = torch.ones(3), None
f = torch.nn.functional
for run in (lambda: torch.sum(n), lambda: torch.prod(n), lambda: torch.mean(n), lambda: torch.max(n), lambda: torch.median(n), lambda: torch.detach(n), lambda: torch.add(x, n), lambda: torch.div(n, x), lambda: torch.mul(x, n, out=x), lambda: torch.mul(n, x), lambda: torch.mm(x, n), lambda: torch.matmul(x, n), lambda: torch.bmm(x, n), lambda: torch.atan2(x, n), lambda: x.add_(n), lambda: x.div_(n), lambda: x.copy_(n), lambda: x.addcmul_(n, x), lambda: torch.ones_like(n, requires_grad=True), lambda: torch.zeros_like(1.5), lambda: torch.full_like(n, 2), lambda: f.dropout(x.long(), 0.5), lambda: f.dropout(x.long(), 1.0)):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
turned = f.dropout(torch.arange(6.0).reshape(2, 3).t(), 0.5)
