import torch
import torch.nn as nn

fc = nn.Linear(3, 2)
x = torch.ones(1, 3)
y = fc(x)
y.sum().backward()
print(fc.weight.grad)
