import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(3, 2)
        self.fc2 = nn.Linear(2, 1)

    def forward(self, x):
        h = F.relu(self.fc1(x))
        return self.fc2(h)


net = Net()
opt = torch.optim.Adam(net.parameters(), lr=0.01)
x = torch.ones(2, 3)
y = net(x)
loss = (y - 1).pow(2).mean()
loss.backward()
opt.step()
print(net.fc2.bias.grad)
