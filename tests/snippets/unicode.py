import torch

θ = torch.tensor(1.5, requires_grad=True)
größe = "äöü 🙂"; verlust = (θ * 2) ** 2
verlust.backward(); print("∂L/∂θ 🙂 =", θ.grad.item())
