import torch

x = torch.tensor(2.0, requires_grad=True)
h = x * 3
h.register_hook(lambda g: g * 10)
y = h ** 2
y.backward()
print(x.grad)
