x = torch.tensor([1.25, 2.0, 0.5])
changed = x[:1].clone()
for t in (x.max(-1)[0], x.min(0)[1], x.mode(0)[0], x.kthvalue(1, 0)[0], x.median(0)[0], x.sum(0), x[0], x.max(0)[0].detach(), x.max(0)[0] + 1, changed.squeeze_()):
    for index in (0, 1, -1, (0, 0)):
        try:
            t[index]
        except IndexError as e:
            print(e)
    try:
        t[-1] = 3
    except IndexError as e:
        print(e)
