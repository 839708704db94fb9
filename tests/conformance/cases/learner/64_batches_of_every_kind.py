import collections
import numpy as np
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset, Subset, SequentialSampler, default_collate
Point = collections.namedtuple("Point", "x y")
print(default_collate([(1, "a"), (2, "b")]), default_collate([Point(1, 2.0), Point(3, 4.0)]), default_collate([collections.OrderedDict(a=1)] * 2), type(default_collate([collections.defaultdict(int, a=1)])))
for bad in ([None], [np.array(["a"])], [[1, 2], [3]]):
    try:
        print(default_collate(bad))
    except Exception as e:
        print(type(e).__name__, e)
class Holed(Dataset):
    def __len__(self):
        return 5
    def __getitem__(self, i):
        if i == 2:
            raise KeyError("two")
        return i
it = iter(DataLoader(Holed(), batch_size=2, pin_memory=True))
print(next(it), len(it), it, iter(it) is it)
try:
    next(it)
except KeyError as e:
    print(e)
print(next(it), next(it, "end"))
class Counting(IterableDataset):
    def __iter__(self):
        return iter(range(3))
it = iter(DataLoader(Counting(), batch_size=2))
print(next(it), next(it), next(it, "end"), next(it, "end"))
loader = DataLoader(TensorDataset(torch.arange(3)), shuffle=False)
print(loader, loader.dataset, Subset(loader.dataset, [0]), loader.sampler, loader.batch_sampler, loader.pin_memory, loader.prefetch_factor, loader.persistent_workers, loader.in_order)
for name in ("batch_size", "sampler", "dataset", "num_workers"):
    try:
        setattr(loader, name, 3)
        print(name, "set")
    except ValueError as e:
        print(e)
