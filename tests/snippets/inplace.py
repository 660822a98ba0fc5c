import torch

x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
y = x * 2
y += 1
y[0] = 5
y.sum().backward()
print(x.grad)
with torch.no_grad():
    x.data -= 1
W = torch.zeros(2)
W.data[0] = 7
out = torch.empty(2)
out[0] = 1
out[1] = 2
raw = torch.empty(2)
