w = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
rate = torch.tensor(0.1)
for make in (lambda: torch.optim.SGD([w], lr=rate), lambda: torch.optim.Adam([w], lr=rate), lambda: torch.optim.AdamW([w], lr=rate), lambda: torch.optim.LBFGS([w], lr=rate, max_iter=2)):
    opt = make()
    def closure():
        opt.zero_grad()
        loss = (w ** 2).sum()
        loss.backward()
        return loss
    print(opt.step(closure), w, opt.param_groups[0]["lr"])
opt = torch.optim.SGD([w], lr=rate)
sched = torch.optim.lr_scheduler.ExponentialLR(opt, 0.5)
opt.step()
sched.step()
print(rate, opt.param_groups[0]["lr"], sched.get_last_lr())
for f in (lambda: torch.optim.Adam([w], lr=rate, foreach=True), lambda: torch.optim.AdamW([w], momentum=0.9), lambda: torch.optim.SGD([w], lr=torch.ones(2))):
    try:
        f()
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
