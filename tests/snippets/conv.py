import torch
from torch import nn

net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(2, 1))
image = torch.randn(1, 1, 4, 4)
out = net(image).sum()
out.backward()
print(net[0].bias.grad.shape)
