F = torch.nn.functional
x, i = torch.ones(3, 2), torch.ones(3, 2).long()
for run in (
    lambda: F.hinge_embedding_loss(i, i, reduction='avg'),
    lambda: F.hinge_embedding_loss(i, i, reduction='sum'),
    lambda: F.hinge_embedding_loss(i, i),
    lambda: F.kl_div(i, i, reduction=3),
    lambda: F.margin_ranking_loss(x, x, x[0], reduction='avg'),
    lambda: F.triplet_margin_loss(x, x, x[0]),
    lambda: F.triplet_margin_loss(x, x, x[0], reduction='avg'),
    lambda: F.cosine_embedding_loss(x, x, x),
    lambda: F.cosine_embedding_loss(x[0], x[0], x[0]),
    lambda: F.cosine_embedding_loss(i, x, x[:, 0], reduction='none').dtype,
    lambda: F.gaussian_nll_loss(x, x, x, reduction=None),
    lambda: F.l1_loss(x > 0, x > 0, reduction='avg'),
    lambda: F.cross_entropy(x, i),
    lambda: F.multi_margin_loss(i, i[:, 0]),
    lambda: F.multilabel_margin_loss(x, x),
    lambda: F.multilabel_margin_loss(x, i),
    lambda: F.multilabel_margin_loss(x, i * 2),
    lambda: F.soft_margin_loss(i, i),
    lambda: F.prelu(x, torch.ones(1).double()),
    lambda: F.prelu(x, torch.ones(3)),
    lambda: F.prelu(i, i[0, :1]),
    lambda: F.rms_norm(i, (2,)),
    lambda: F.rms_norm(x, (3, 2, 2)),
    lambda: F.rms_norm(x, (3,)),
    lambda: F.rms_norm(x.half(), (2,), torch.ones(2, requires_grad=True)).grad_fn,
    lambda: F.bilinear(x, x, i.view(1, 3, 2)[:, :2]),
    lambda: F.conv1d(x, i[:, :, None]),
):
    try:
        print(run())
    except Exception as error:
        print(type(error).__name__, error)
