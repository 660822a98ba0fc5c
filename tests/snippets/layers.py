import torch
from torch import nn

embed = nn.Embedding(5, 4)
rnn = nn.LSTM(4, 3)
drop = nn.Dropout(0.5)
block = nn.TransformerEncoderLayer(3, 1, 8)
tokens = torch.tensor([[1], [3]])
out, (h, c) = rnn(embed(tokens))
loss = block(drop(out)).pow(2).mean()
loss.backward()
with torch.autocast("cpu", dtype=torch.bfloat16):
    half = h[0] @ h[0].T
print(out.shape, half.dtype, embed.weight.grad.abs().sum() > 0)
