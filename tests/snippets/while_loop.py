import torch

x = torch.tensor(1.0, requires_grad=True)
y = x
n = 0
while True:
    y = y * 2
    n += 1
    if n == 3:
        break
while n < 5:
    n += 1; n += 0
y.backward()
print(x.grad, n)
