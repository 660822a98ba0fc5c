import torch

x = torch.tensor([1.0, -2.0], requires_grad=True)
y = (
    x
    .abs()
    .sum()
)
loss = torch.log(
    y + 1,
)
loss.backward()
print(x.grad)
