import torch

a = torch.tensor([1.0, 2.0], requires_grad=True)
s = torch.sigmoid(a)
s += 1
s.sum().backward()
