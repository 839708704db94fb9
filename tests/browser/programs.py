"""Small programs that the browser tests step."""

from __future__ import annotations

CAUGHT = """\
w = torch.ones(2, requires_grad=True)
print("a long line of output that needs more than one row of the pane it is shown in")
try:
    w += 1
except RuntimeError as error:
    print(error)
"""
LOOP = """\
w = torch.tensor([1., -1.], requires_grad=True)
for i in range(12):
    loss = (w*w).sum()
    loss.backward()
    with torch.no_grad():
        w -= 0.1 * w.grad
    w.grad = None
    print(i, loss.item())
"""
