import torch
from torch import nn

losses = []


def train(model, data, goal, steps):
    opt = torch.optim.SGD(model.parameters(), lr=0.1)
    for step in range(steps):
        loss = ((model(data) - goal) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(round(loss.item(), 4))
    return model


model = train(nn.Linear(1, 1), torch.ones(2, 1), 3.0, 5)
with torch.inference_mode():
    print(model(torch.ones(1, 1)).item() > 0, len(losses))
