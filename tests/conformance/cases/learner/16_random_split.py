torch.manual_seed(0)
from torch.utils.data import Dataset, DataLoader, random_split
class Squares(Dataset):
    def __len__(self):
        return 4
    def __getitem__(self, i):
        return torch.tensor(float(i)), i * i
a, b = random_split(Squares(), [3, 1], generator=torch.Generator().manual_seed(0))
print(len(a), a.indices, list(b))
print(next(iter(DataLoader(Squares(), 2))))
