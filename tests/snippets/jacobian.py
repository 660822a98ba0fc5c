import torch
from torch.autograd.functional import jacobian
from torch.utils.data import DataLoader, TensorDataset

print(jacobian(lambda x: x**2, torch.tensor([1.0, 2.0])))
for (batch,) in DataLoader(TensorDataset(torch.arange(4.0)), batch_size=2):
    print(batch * 2)
with torch.autograd.set_detect_anomaly(True):
    z = torch.sqrt(torch.tensor([1.0], requires_grad=True))
    z.sum().backward()
