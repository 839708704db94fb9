from torch.optim.swa_utils import AveragedModel, SWALR, update_bn, get_ema_avg_fn, get_swa_avg_fn, get_ema_multi_avg_fn, get_swa_multi_avg_fn
torch.manual_seed(0)
m = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
def bump(m):
    with torch.no_grad():
        for p in m.parameters():
            p.add_(1)
        m[1].num_batches_tracked += 2
for make in (lambda: AveragedModel(m), lambda: AveragedModel(m, use_buffers=True), lambda: AveragedModel(m, avg_fn=lambda a, b, n: 0.5 * a + 0.5 * b), lambda: AveragedModel(m, avg_fn=get_ema_avg_fn(0.9)), lambda: AveragedModel(m, avg_fn=get_swa_avg_fn()), lambda: AveragedModel(m, multi_avg_fn=get_ema_multi_avg_fn(), use_buffers=True), lambda: AveragedModel(m, multi_avg_fn=get_swa_multi_avg_fn())):
    try:
        a = make()
        for _ in range(3):
            bump(m)
            a.update_parameters(m)
            print(a.n_averaged, a.module[0].bias, a.module[0].bias._version, a.module[1].num_batches_tracked, a.n_averaged._version)
        print([(n, b) for n, b in a.named_buffers()])
    except Exception as e:
        print(type(e).__name__, e)
a = AveragedModel(m, device="cpu")
print(a.training, a.module is m, a.module[0].weight.requires_grad, a.avg_fn, a.multi_avg_fn, a.use_buffers, list(a.parameters())[0] is list(m.parameters())[0])
a.update_parameters(m)
a.load_state_dict(a.state_dict())
for f in (lambda: get_ema_avg_fn(2), lambda: get_ema_multi_avg_fn(-1), lambda: AveragedModel(m, avg_fn=max, multi_avg_fn=max), lambda: AveragedModel(), lambda: AveragedModel(3)):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
opt = torch.optim.SGD([{"params": [m[0].weight]}, {"params": [m[0].bias], "lr": 0.5}], lr=0.1)
for kw in (dict(swa_lr=0.05), dict(swa_lr=[0.05, 0.01], anneal_strategy="linear", anneal_epochs=3), dict(swa_lr=0.2, anneal_epochs=0), dict(swa_lr=[0.1]), dict(swa_lr=0.1, anneal_strategy="foo"), dict(swa_lr=0.1, anneal_epochs=-1), dict(swa_lr=0.1, anneal_epochs=1.5), dict()):
    try:
        s = SWALR(opt, **kw)
        for _ in range(4):
            opt.step()
            s.step()
            print(s.get_last_lr(), opt.param_groups[0]["swa_lr"])
        print(s.state_dict())
        s.load_state_dict(s.state_dict())
        print(s.anneal_epochs, s.get_lr())
    except Exception as e:
        print(type(e).__name__, e)
m.eval()
print(update_bn([torch.ones(3, 2), (torch.arange(6.).view(3, 2), 1)], m), m.training, m[1].running_mean, m[1].running_var, m[1].momentum, m[1].num_batches_tracked)
print(update_bn([1], torch.nn.Linear(1, 1)))
print(opt.param_groups[0])
