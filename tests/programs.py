"""The two programs that most tests look at."""

from __future__ import annotations

DETACH = """\
x = torch.tensor(2., requires_grad=True)
y = 2*x
z = 3 + x.detach()
r = (y+z).sum()
r.backward()
"""
IN_PLACE = """\
a = torch.ones(2, requires_grad=True)
b = (a*a).sum()
with torch.no_grad():
    a += 1
b.backward()
"""
