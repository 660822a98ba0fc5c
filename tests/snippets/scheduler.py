import torch

w = torch.nn.Parameter(torch.ones(1))
opt = torch.optim.SGD([w], lr=1.0, momentum=0.9)
schedule = torch.optim.lr_scheduler.StepLR(opt, 1)
for _ in range(2):
    opt.zero_grad()
    (w * 2).sum().backward()
    opt.step()
    schedule.step()
print(w)
