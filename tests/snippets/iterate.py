import torch

X = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
total = 0
for row in X:
    total = total + row.sum()
total.backward()
print(X.grad)
