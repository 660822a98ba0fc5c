import torch
from torch.func import grad, vmap

f = lambda t: (t ** 2).sum()
x = torch.tensor([1.0, 2.0])
print(grad(f)(x), vmap(torch.sin)(x).shape)
