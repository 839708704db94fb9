import torch.nn.functional as F
a, x, b = torch.ones(2, 2), torch.ones(1, 4), torch.ones(3, 2, 2)
whole = torch.ones(2, 2).long()
for f in (
    lambda: torch.linspace(torch.tensor(0.0), torch.tensor(1.0), 3),
    lambda: torch.linspace(0.9, 5.9, 3, dtype=torch.int64),
    lambda: torch.logspace(torch.tensor(0), 2, 3),
    lambda: torch.linspace(a, 1, 3),
    lambda: torch.logspace(torch.ones(1), torch.ones(1), 3),
    lambda: torch.linspace(0, 1, 3, dtype=torch.bool),
    lambda: torch.arange(0.5, 4.7, 1.5, dtype=torch.int64),
    lambda: torch.arange(0, 64, 0.5, dtype=torch.int64),
    lambda: torch.quantile(torch.tensor(2.0), 0.5, dim=0),
    lambda: torch.quantile(a, torch.tensor([0.2, 0.6]), dim=0, interpolation="midpoint"),
    lambda: torch.zeros(2).addmm_(a, a),
    lambda: torch.zeros(3).addmm_(a, a),
    lambda: torch.zeros(1).addmv_(a, a[0]),
    lambda: torch.zeros(2).addr_(a[0], a[0]),
    lambda: torch.zeros(3, 2).addr_(a[0], a[0]),
    lambda: torch.zeros(2).baddbmm_(b, b),
    lambda: torch.zeros(2).addbmm_(b, b),
    lambda: whole.addmm(whole, whole, alpha=1.5, beta=0.5),
    lambda: torch.amax(torch.ones(0)),
    lambda: torch.fliplr(a[0]),
    lambda: torch.flipud(torch.tensor(1.0)),
    lambda: a.__rsub__(a),
    lambda: a.__rmod__(3 * a),
    lambda: a.__rmatmul__(3 * a),
    lambda: torch.tensor(True).sum_to_size(()),
    lambda: torch.linalg.vander(torch.tensor(2.0), N=3),
    lambda: F.max_pool1d(x, 0),
    lambda: F.max_pool1d(x, 2, (1, 1)),
    lambda: F.max_pool1d(x, 2, 1, 2),
    lambda: F.max_pool1d(x, 5),
    lambda: F.avg_pool1d(x, (2, 2)),
    lambda: F.avg_pool2d(torch.ones(1, 4, 4), 2, []),
    lambda: F.max_pool2d(x, 2, 0),
    lambda: F.max_pool2d(torch.ones(1, 0, 4), 2, 2, -1),
    lambda: F.max_pool2d(torch.ones(1, 4, 4), 2, -1),
    lambda: F.max_pool3d(torch.ones(1, 0, 1, 2), 1),
    lambda: F.alpha_dropout(x, 1.0, True),
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
w = torch.ones(2, 2, requires_grad=True)
power = torch.linalg.matrix_power(w, 0)
inner = torch.linalg.vecdot(w[0], w[1])
(power.sum() + inner).backward()
