torch.manual_seed(0)
w = torch.ones(2, requires_grad=True)
opt = torch.optim.SGD([w], lr=0.1)
a = torch.optim.lr_scheduler.LinearLR(opt, 0.1, 1.0, 2)
b = torch.optim.lr_scheduler.ExponentialLR(opt, 0.9)
s = torch.optim.lr_scheduler.SequentialLR(opt, [a, b], milestones=[2])
for _ in range(4):
    opt.step(); s.step()
    print(s.get_last_lr())
