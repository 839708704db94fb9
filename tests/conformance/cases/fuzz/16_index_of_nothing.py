x = torch.tensor(1.)
for index in (0, slice(None), (0, 0), [0], (slice(None), 0)):
    try:
        x[index]
    except IndexError as e:
        print(e)
y = torch.ones(2, 3)
for index in ((0, 5), (Ellipsis, 7), (None, 9), [4], torch.tensor([True])):
    try:
        y[index]
    except IndexError as e:
        print(e)
print(torch.zeros(0, 3).stride(), y[True].shape)
