import torch


def batches():
    for i in range(2):
        yield torch.full((2,), float(i + 1))


w = torch.tensor(1.0, requires_grad=True)
for batch in batches():
    loss = (w * batch).sum()
    loss.backward()
print(w.grad)
del loss
