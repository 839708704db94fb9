torch.manual_seed(0)
w = torch.ones(2, requires_grad=True)
opt = torch.optim.Adam([w], lr=0.1)
r = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(opt, T_0=2, T_mult=2)
for _ in range(6):
    opt.step(); r.step()
    print(round(r.get_last_lr()[0], 6), r.last_epoch)
