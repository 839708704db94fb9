a = torch.tensor([1.0, 2.5], dtype=torch.float64, requires_grad=True)
b = torch.tensor([0.5, 0.0], requires_grad=True)
for x, y in ((a, b), (a, b.detach()), (b, a), (a.detach(), b)):
    try:
        torch.nn.functional.huber_loss(x, y).backward()
    except RuntimeError as error:
        print(error)
same = torch.nn.functional.huber_loss(a, b.double())
same.backward()
scattered = torch.select_scatter(a, b.double()[0], 0, 1)
print([name for name in dir(scattered.grad_fn) if name.startswith("_saved")])
with torch.inference_mode():
    leaf = torch.ones(3, requires_grad=True)
try:
    leaf[torch.tensor([0, 1])] = leaf[0]
except RuntimeError as error:
    print(error)
