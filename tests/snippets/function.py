import torch

def square_error(pred, goal):
    diff = pred - goal
    return diff ** 2

w = torch.tensor(3.0, requires_grad=True)
loss = square_error(w * 2, 1.0)
loss.backward()
print(w.grad)
