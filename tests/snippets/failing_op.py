import torch

x = torch.ones(2, 3)
W = torch.ones(2, 3)
print("before")
y = x @ W
