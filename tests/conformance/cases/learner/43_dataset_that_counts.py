from torch.utils.data import DataLoader, Dataset, RandomSampler, get_worker_info
class Noisy(Dataset):
    def __len__(self):
        print("len")
        return 3
    def __getitem__(self, i):
        print("get", i, get_worker_info())
        return float(i)
torch.manual_seed(0)
loader = DataLoader(Noisy(), batch_size=2, shuffle=True)
print(len(loader))
for b in loader:
    print(b)
for b in DataLoader(Noisy(), batch_size=None):
    print(b)
print(list(RandomSampler(Noisy(), replacement=True, num_samples=2)))
