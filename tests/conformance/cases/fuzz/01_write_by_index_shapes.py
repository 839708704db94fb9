a = torch.zeros(2, 3)
for index, value in ((0, torch.ones(2)), (0, torch.ones(2, 3)), ((0, 0), torch.ones(2)), ([0, 1], torch.ones(3, 3)), (a == 0, torch.ones(3)), ([0, 0], torch.ones(3, dtype=torch.int64))):
    try:
        a[index] = value
    except RuntimeError as e:
        print(e)
a[0] = torch.ones(1, 3)
a[1] = torch.ones(3, dtype=torch.int64)
