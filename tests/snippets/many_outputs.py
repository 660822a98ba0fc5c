import torch

x = torch.tensor([3.0, 1.0, 2.0], requires_grad=True)
value, index = x.max(dim=0)
a, b = x.split([1, 2])
loss = value * 2 + a.sum() * b.sum()
loss.backward()
print(x.grad, index)
