with torch.inference_mode():
    a = torch.tensor([0.5, 2.])
    p = torch.nn.Parameter(torch.ones(1))
for made in (a.abs(), a.sum(), a.mean(), a @ a, a.exp(), a.std(), a.sort()[0], a.max(0)[0], a + a, a.clone()):
    print(made._version)
print(p.is_inference(), p)
import copy
c = copy.deepcopy(a)
print(c.is_inference(), c._version)
