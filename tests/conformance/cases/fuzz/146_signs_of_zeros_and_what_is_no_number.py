import math

F = torch.nn.functional


def signs(x):
    return [math.copysign(1, v) for v in x.flatten().tolist()]


row, column = torch.tensor([[0.0, -0.0, 2.0]]), torch.full((2, 1), -1.0)
print(signs(column[:1] @ row), signs(torch.mm(row.t(), column[:1])), signs(column @ row))
print(signs(torch.tensordot(column[:1], row, 1)), signs(F.linear(column, row.t())))
print(signs(torch.addmm(torch.tensor(-0.0), column[:1], row)), signs(torch.addmm(torch.zeros(2, 3), column, row)))
print(signs(torch.tensor([-0.0, -0.0]).cumsum(0)))
for a, b in ((math.nan, 0.5), (1.0, math.nan), (-math.inf, 1.0), (2.0, math.inf), (-200.0, 0.5)):
    for loss in (F.huber_loss, F.smooth_l1_loss, F.soft_margin_loss, F.binary_cross_entropy_with_logits):
        x = torch.tensor([a], requires_grad=True)
        loss(x, torch.tensor([b])).backward()
        print(x.grad.item(), end=" ")
print(F.layer_norm(torch.full((3,), 0.36787945), (3,)), F.group_norm(torch.full((1, 1, 7), 0.1), 1))
