i, b = torch.tensor([3, 0]), torch.tensor([True, False])
f = torch.nn.functional
for run in (lambda: f.gelu(i), lambda: f.silu(b), lambda: f.elu(i), lambda: f.leaky_relu(b), lambda: f.hardtanh(i), lambda: f.softmax(torch.stack([i, i]), 0), lambda: i.float() & i, lambda: i << 1.5, lambda: True ** b, lambda: b ** True, lambda: i % 0, lambda: b % True, lambda: f.mse_loss(b, i), lambda: f.huber_loss(i, i.float()), lambda: f.smooth_l1_loss(i, i), lambda: b @ b, lambda: b.topk(1), lambda: b.median()):
    try:
        print(run())
    except Exception as e:
        print(type(e).__name__, e)
