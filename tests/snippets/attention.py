import torch
from torch import nn

attend = nn.MultiheadAttention(4, 2, batch_first=True)
x = torch.randn(1, 3, 4, requires_grad=True)
out, weights = attend(x, x, x)
out.sum().backward()
print(weights.shape, x.grad.shape)
