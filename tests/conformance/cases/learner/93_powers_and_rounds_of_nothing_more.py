a = torch.tensor([[2.0, 1.0], [1.0, 3.0]], requires_grad=True)
for n in (1, -1, -2):
    print(n, torch.linalg.matrix_power(a, n).grad_fn, torch.linalg.matrix_power(a, n) is a)
for f in (
    lambda: pow(a, 2, 3),
    lambda: pow(a, 2).sum(),
    lambda: torch.special.round(a),
    lambda: torch.special.round(a * 0.56, decimals=1),
    lambda: torch.nn.GRU(2, 2)(torch.ones(0, 1, 2)),
    lambda: torch.nn.LSTM(2, 2)(torch.ones(2, 0, 2))[0].shape,
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
