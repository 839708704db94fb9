n, e, s = torch.tensor([]), torch.zeros(0, 3), torch.tensor(True)
for run in (lambda: n.cummax(5), lambda: e.cummin(2), lambda: s.cummax(1), lambda: s.cumprod(0), lambda: s.cumsum(-1), lambda: torch.cat((n, n), 3), lambda: torch.cat((n, e), 1), lambda: n.chunk(2), lambda: s.chunk(0), lambda: s.unbind(-1), lambda: n.roll(1, 4), lambda: s.flatten(1), lambda: e.unflatten(-1, (1, -1)), lambda: n.amax(-1), lambda: e.bool().softmax(0), lambda: s.log_softmax(0), lambda: e.index_select(0, torch.tensor([0])), lambda: s.index_select(0, torch.tensor([0, 0])), lambda: s.topk(2), lambda: n.bool().median(), lambda: s.median(0), lambda: e.int().var(4), lambda: n.norm(-1), lambda: e.norm(float("inf"), 0), lambda: e.norm(-2, -2), lambda: s.kthvalue(1), lambda: s.kthvalue(2), lambda: torch.nn.functional.cosine_similarity(s.float(), s.float(), dim=0)):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
x = torch.tensor([], requires_grad=True)
x.cummax(0)[0].sum().backward(create_graph=True)
z = torch.tensor(2.0, requires_grad=True)
alias, picked = z.movedim(0, -1), z.index_select(0, torch.tensor([0]))
nan = torch.tensor([[1.0, float("nan"), 0.0], [2.0, 3.0, 1.0]])
print(nan.median(), nan.median(1), nan.median(0).values)
