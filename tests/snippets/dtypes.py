import torch

b = torch.tensor([0.1, 0.2], dtype=torch.bfloat16)
h = torch.tensor([0.1, 65504.0], dtype=torch.float16)
d = torch.tensor(0.1, dtype=torch.float64)
c = torch.tensor([1 + 2j])
m = torch.tensor([True, False])
i = torch.arange(3)
s = torch.eye(2).to_sparse()
meta = torch.ones(2, device="meta")
n = torch.tensor([float("nan"), float("inf"), -float("inf")])
big = torch.arange(2000.0)
e = b + 1, h * 2, c * c, ~m, i + 1, s @ torch.ones(2, 1), meta + 1, n * 1, big * 2
none = torch.zeros(0)
print("done")
