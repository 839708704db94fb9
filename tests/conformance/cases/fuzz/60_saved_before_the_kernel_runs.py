import torch

matrix = torch.ones(2, 3, requires_grad=True)
with torch.inference_mode():
    long, wide, double = torch.ones(4), torch.ones(2, 3), torch.ones(2, 3).double()
# What exec defines is no step of its own.
exec("""
def tried(run):
    try:
        return run()
    except Exception as e:
        return type(e).__name__, str(e)[:60]
""")
attempts = (
    lambda: matrix * long,
    lambda: long * matrix,
    lambda: matrix + long,
    lambda: matrix % long,
    lambda: torch.mm(matrix, long),
    lambda: torch.mm(long, matrix),
    lambda: torch.mm(matrix, wide),
    lambda: torch.mm(matrix, double.T),
    lambda: torch.mv(matrix, long),
    lambda: torch.dot(matrix.flatten(), long),
    lambda: torch.bmm(matrix, wide),
    lambda: torch.addmm(matrix, wide, wide),
    lambda: torch.addmm(wide, matrix, wide),
    lambda: torch.addmm(wide, wide, matrix),
    lambda: matrix @ wide,
    lambda: torch.nn.functional.linear(long, matrix),
    lambda: torch.nn.Linear(3, 2)(long),
    lambda: torch.nn.Linear(3, 2)(double),
    lambda: torch.lerp(matrix, long, 0.5),
    lambda: torch.fmin(matrix, long),
    lambda: torch.fmax(long, matrix),
    lambda: torch.nn.functional.mse_loss(matrix, double[:, :2]),
    lambda: matrix.clone().mul_(long),
    lambda: matrix.clone().add_(long),
    lambda: matrix.clone().mul_(wide),
    lambda: wide.mul_(matrix),
)
print([tried(attempt) for attempt in attempts])
with torch.no_grad():
    try:
        matrix * long
    except RuntimeError as e:
        print(str(e)[:60])
near = torch.tensor([1.0, float("nan"), 2.0], requires_grad=True)
other = torch.tensor([1.0, 0.0, float("nan")], requires_grad=True)
for choose in (torch.fmin, torch.fmax):
    chosen = choose(near, other)
    print([k for k in dir(chosen.grad_fn) if k.startswith("_saved")])
    print(torch.autograd.grad(chosen.sum(), (near, other)))
