torch.manual_seed(0)
from torch.utils.data import TensorDataset, DataLoader
ds = TensorDataset(torch.arange(5.0), torch.arange(5))
print(len(ds), ds[1])
for xb, yb in DataLoader(ds, batch_size=2):
    print(xb, yb)
for xb, yb in DataLoader(ds, batch_size=2, shuffle=True, drop_last=True):
    print(xb, yb)
