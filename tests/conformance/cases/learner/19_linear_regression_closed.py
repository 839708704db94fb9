torch.manual_seed(0)
X = torch.cat([torch.ones(6, 1), torch.randn(6, 1)], 1)
y = X @ torch.tensor([[1.0], [2.0]])
w = torch.linalg.solve(X.T @ X, X.T @ y)
print(w.round(decimals=3))
w2 = torch.inverse(X.T @ X) @ X.T @ y
print(torch.allclose(w, w2, atol=1e-4))
w3 = torch.linalg.lstsq(X, y).solution
print(torch.allclose(w, w3, atol=1e-4))
