x = torch.arange(9.).view(3, 3)
for i in ([[0, 1], [1, 2]], [slice(0, 1)], [[0]], [0, 1], [torch.tensor([0]), torch.tensor([1])], [True, False, True], [0, [1]], ((0, 1), (1, 2)), [[0, 1]]):
    print(x[i])
x[[[0, 1], [1, 2]]] = -1
print(x)
