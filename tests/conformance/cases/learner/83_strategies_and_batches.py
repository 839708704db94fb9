from torch.autograd.functional import hessian, jacobian
x = torch.tensor([1., 2.], requires_grad=True)
y = x ** 2
def square(t):
    return t ** 2
for f in (lambda: torch.autograd.grad(y, x, is_grads_batched=True), lambda: torch.autograd.grad(y, x, torch.ones(3, 3), is_grads_batched=True), lambda: torch.autograd.grad(y, x, torch.eye(2), is_grads_batched=True), lambda: jacobian(square, x, strategy="sideways"), lambda: jacobian(square, x, strategy="forward-mode"), lambda: jacobian(square, x, strategy="forward-mode", strict=True), lambda: jacobian(square, x, True, strategy="forward-mode"), lambda: hessian(square, x, outer_jacobian_strategy="up"), lambda: torch.autograd.graph.disable_saved_tensors_hooks()):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
