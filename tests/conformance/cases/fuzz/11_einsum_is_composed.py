a = torch.arange(6.).view(2, 3).requires_grad_()
b = torch.arange(12.).view(3, 4).requires_grad_()
for y in (torch.einsum("ij,jk->ik", a, b), torch.einsum("ij->ji", a), torch.einsum("ij,ij->i", a, a), torch.einsum("ij->", a), torch.einsum("i,j->ij", a[0], b[0])):
    print(y, y.grad_fn.next_functions)
try:
    torch.einsum("ij,jk", a[0], b)
except RuntimeError as e:
    print(e)
