"""The network of the embedded model in torch: words by their forms, then blocks of convolution and attention.

training/graph.py writes the same as a graph; package.py compares both on the probe that training writes.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from encoder import rotated
from sequences import BREAK, END
from teacher import Heads
from torch import Tensor, nn
from word_features import MOST_GRAMS, NORM_HASHES, ROWS, features

WIDTH, DEPTH, HEADS = 256, 4, 4
EMBED, ARC = 96, 128
TABLES = tuple(ROWS)
LONGEST = 256  # positions


class Forms:
    """The rows of every type's features, on the device."""

    def __init__(self, forms: list[str], device: str) -> None:
        size = len(forms)
        norm = np.zeros((size, NORM_HASHES), dtype=np.int32)
        gram = np.full((size, MOST_GRAMS), -1, dtype=np.int32)
        single = {table: np.zeros(size, dtype=np.int32) for table in ("suffix", "shape", "prefix")}
        glued = np.zeros(size, dtype=np.float32)
        for n, form in enumerate(forms):
            word = "\n" if n == BREAK else form.rstrip("\x01")
            found = features(word)
            norm[n], gram[n, : len(found.gram)] = found.norm, found.gram
            for table, values in single.items():
                values[n] = getattr(found, table)
            glued[n] = form.endswith("\x01")
        self.norm, self.gram = torch.from_numpy(norm).to(device), torch.from_numpy(gram).to(device)
        self.single = {table: torch.from_numpy(values).to(device) for table, values in single.items()}
        self.glued = torch.from_numpy(glued).to(device)


class Block(nn.Module):
    """A gated convolution over three words, attention, and a gated layer, each behind a norm and added."""

    def __init__(self, width: int, heads: int, depth: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.conv = nn.Linear(3 * width, 2 * width)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(2 * width, width, bias=False)
        for layer in (self.qkv, self.up):
            nn.init.normal_(layer.weight, std=1 / math.sqrt(width))
        nn.init.normal_(self.conv.weight, std=0.5 / math.sqrt(width))
        for layer in (self.out, self.down):
            nn.init.normal_(layer.weight, std=0.5 / math.sqrt(width * depth))

    def forward(self, x: Tensor, real: Tensor, mask: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        a = F.pad(self.norms[0](x) * real, (0, 0, 1, 1))
        gate, value = self.conv(torch.cat([a[:, :-2], a[:, 1:-1], a[:, 2:]], -1)).chunk(2, -1)
        x = x + F.dropout(F.relu(gate) * value, self.dropout, self.training)
        batch, length, width = x.shape
        qkv = self.qkv(self.norms[1](x)).view(batch, length, 3, self.heads, -1)
        q, k, v = (part.transpose(1, 2) for part in qkv.unbind(2))
        seen = F.scaled_dot_product_attention(rotated(q, cos, sin), rotated(k, cos, sin), v, attn_mask=mask)
        seen = self.out(seen.transpose(1, 2).reshape(batch, length, width))
        x = x + F.dropout(seen, self.dropout, self.training)
        gate, value = self.up(self.norms[2](x)).chunk(2, -1)
        return x + F.dropout(self.down(F.relu(gate) * value), self.dropout, self.training)


class Network(nn.Module):
    """Types (batch, words), below 0 where padded, to vectors (batch, words, WIDTH)."""

    def __init__(self, forms: Forms, dropout: float = 0.1, unknown: float = 0.06) -> None:
        super().__init__()
        self.forms, self.dropout, self.unknown = forms, dropout, unknown
        self.tables = nn.ParameterDict({t: nn.Parameter(torch.randn(n, EMBED) * 0.1) for t, n in ROWS.items()})
        self.mix = nn.Linear(len(TABLES) * EMBED + 1, 2 * WIDTH)
        self.norm_in, self.norm_out = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.blocks = nn.ModuleList(Block(WIDTH, HEADS, DEPTH, dropout) for _ in range(DEPTH))
        half = WIDTH // HEADS // 2
        angles = torch.outer(torch.arange(LONGEST), 10_000.0 ** (-torch.arange(half) / half))
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)

    def embedded(self, types: Tensor) -> Tensor:
        """(n,) types to (n, WIDTH)."""
        norm = F.embedding(self.forms.norm[types], self.tables["norm"]).sum(1)
        if self.training:  # words that training has not met
            norm = norm * (torch.rand(len(types), 1, device=types.device) > self.unknown)
        rows = self.forms.gram[types]
        there = (rows >= 0).to(norm.dtype)
        grams = torch.einsum("ngd,ng->nd", F.embedding(rows.clamp(min=0), self.tables["gram"]), there)
        parts = [norm, grams / there.sum(1, keepdim=True).clamp(min=1)]
        parts += [F.embedding(rows[types], self.tables[table]) for table, rows in self.forms.single.items()]
        gate, value = self.mix(torch.cat([*parts, self.forms.glued[types][:, None]], -1)).chunk(2, -1)
        return self.norm_in(F.relu(gate) * value)

    def forward(self, types: Tensor) -> Tensor:
        distinct, index = torch.unique(types.clamp(min=0), return_inverse=True)
        real = (types >= 0) & (types != END)
        x = F.dropout(self.embedded(distinct), self.dropout, self.training)[index] * real[..., None]
        length = types.shape[1]
        document = torch.cumsum(types == END, 1).masked_fill(~real, -1)  # a word sees its own document alone
        mask = document[:, None, :, None] == document[:, None, None, :]
        cos, sin = self.cos[:length].to(x.dtype), self.sin[:length].to(x.dtype)
        for block in self.blocks:
            x = block(x, real[..., None].to(x.dtype), mask, cos, sin)
        return self.norm_out(x)


class Student(nn.Module):
    def __init__(self, forms: Forms, sizes: dict[str, int]) -> None:
        super().__init__()
        self.network, self.heads = Network(forms), Heads(WIDTH, sizes, ARC, 0.1, F.relu)

    def words(self, types: Tensor) -> tuple[Tensor, Tensor]:
        x = self.network(types)
        return x, x
