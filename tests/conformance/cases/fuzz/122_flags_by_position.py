x = torch.arange(6.0).view(2, 3)
for f in (lambda: x.sum(0, 1), lambda: x.sum(0, True), lambda: x.max(0, 1), lambda: x.mean(1, 0), lambda: x.std(0, 1), lambda: x.std(0, True, True), lambda: x.argmax(0, 1), lambda: x.sort(1, 1), lambda: x.sort(1, True)[0], lambda: x.topk(1, 1, 0), lambda: x.topk(1, 1, False), lambda: x.median(1, 1), lambda: x.all(1, 1), lambda: x.norm(2, 0, True), lambda: x.prod(0, 1), lambda: x.softmax(1, 1), lambda: x.cumsum(1, 1), lambda: x.unsqueeze(0, 1), lambda: x.flatten(0, 1, 2)):
    try:
        print(f())
    except (RuntimeError, TypeError) as e:
        print(type(e).__name__, e)
