import sys
import warnings
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x * 2
y.backward()
print("a"); g = y.grad
print("b"); g = y.grad
for _ in range(2):
    warnings.warn("mine")
p = torch.nn.functional.softmax(torch.ones(3))
print("err", file=sys.stderr)
try:
    torch.ones(2) @ torch.ones(3)
except RuntimeError as e:
    print("caught")
