import torch

xs = [torch.tensor(float(i), requires_grad=True) for i in range(3)]
double = lambda t: t * 2
total = sum(double(x) ** 2 for x in xs)
total.backward()
print([x.grad.item() for x in xs])
