x, i = torch.zeros(2, 3), torch.tensor([0, 1])
for f in (
    lambda: x.index_put_((i, None), torch.ones(1)),
    lambda: x.index_put([None, i], torch.ones(1)),
    lambda: x.index_put_((i, 1), torch.ones(1)),
    lambda: x.tril_(1.5),
    lambda: x.triu(0.0),
    lambda: torch.tril(x, "a"),
    lambda: torch.iinfo(torch.bool),
    lambda: torch.iinfo(torch.float32),
):
    try:
        print(f())
    except TypeError as e:
        print(e)
x[:, i] = torch.ones(2)
print(x, x._version)
