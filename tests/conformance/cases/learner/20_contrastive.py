torch.manual_seed(0)
import torch.nn.functional as F
a, b = torch.randn(3, 4, requires_grad=True), torch.randn(3, 4)
sim = F.normalize(a, dim=1) @ F.normalize(b, dim=1).t() / 0.1
loss = F.cross_entropy(sim, torch.arange(3)); loss.backward(); print(loss, a.grad)
print(F.cosine_similarity(a, b), F.pairwise_distance(a, b), F.triplet_margin_loss(a, b, b + 1))
