"""The teacher's encoder: a small transformer, pretrained on the raw text by filling masked subwords."""

import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from sequences import DOC, MASK, SUBWORDS
from torch import Tensor, nn

MASKED = 0.22  # share of the subwords to fill


class Block(nn.Module):
    """Attention with rotary positions, then a gated feed-forward layer, each behind a norm."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        inner = int(width * 8 / 3 / 64) * 64
        self.heads, self.dropout = heads, dropout
        self.norm_a, self.norm_f = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width, bias=False), nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 2 * inner, bias=False), nn.Linear(inner, width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        batch, length, width = x.shape
        qkv = self.qkv(self.norm_a(x)).view(batch, length, 3, self.heads, -1)
        q, k, v = (part.transpose(1, 2) for part in qkv.unbind(2))
        q, k = rotated(q, cos, sin), rotated(k, cos, sin)
        seen = F.scaled_dot_product_attention(q, k, v)
        x = x + F.dropout(self.out(seen.transpose(1, 2).reshape(batch, length, width)), self.dropout, self.training)
        gate, value = self.up(self.norm_f(x)).chunk(2, -1)
        return x + F.dropout(self.down(F.gelu(gate) * value), self.dropout, self.training)


def rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], -1)


class Encoder(nn.Module):
    def __init__(
        self, vocabulary: int, width: int = 512, depth: int = 12, heads: int = 8, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.width = width
        self.embed = nn.Embedding(vocabulary, width)
        self.norm_in, self.norm_out = nn.LayerNorm(width), nn.LayerNorm(width)
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(depth))
        self.fill = nn.Sequential(nn.Linear(width, width), nn.GELU(), nn.LayerNorm(width))
        self.bias = nn.Parameter(torch.zeros(vocabulary))
        half = width // heads // 2
        angles = torch.outer(torch.arange(SUBWORDS), 10_000.0 ** (-torch.arange(half) / half))
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                scale = 0.02 / math.sqrt(2 * depth) if name.endswith(("out.weight", "down.weight")) else 0.02
                nn.init.normal_(p, std=scale)

    def forward(self, subwords: Tensor) -> list[Tensor]:
        """The output of every layer, each (batch, length, width)."""
        x = self.norm_in(self.embed(subwords))
        layers = [x]
        cos, sin = self.cos.to(x.dtype), self.sin.to(x.dtype)
        for block in self.blocks:
            x = block(x, cos, sin)
            layers.append(x)
        return layers

    def filled(self, subwords: Tensor, at: Tensor) -> Tensor:
        """Logits over the vocabulary for the flat positions `at`."""
        x = self.norm_out(self(subwords)[-1]).flatten(0, 1)[at]
        return F.linear(self.fill(x), self.embed.weight, self.bias)


def groups(model: nn.Module, decay: float) -> list[dict]:
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    return [
        {"params": matrices, "weight_decay": decay},
        {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0},
    ]


def pretrain(encoder: Encoder, flat: np.ndarray, seconds: float, batch: int, peak: float, device: str) -> None:
    """Masked language modelling over the flat subword stream, for a time; the rate falls linearly to nothing."""
    stream = torch.from_numpy(flat).to(device)
    vocabulary = encoder.embed.num_embeddings
    optimizer = torch.optim.AdamW(groups(encoder, 0.05), lr=peak, betas=(0.9, 0.98), eps=1e-6, fused=device != "cpu")
    generator = torch.Generator(device=device).manual_seed(7)
    count = (len(stream) - SUBWORDS) // SUBWORDS
    start, steps, order, at, logged = time.time(), 0, None, 0, 0.0
    span = torch.arange(SUBWORDS, device=device)
    picked = int(batch * SUBWORDS * MASKED)
    encoder.train()
    while (spent := time.time() - start) < seconds:
        if order is None or at + batch > len(order):
            shift = int(torch.randint(SUBWORDS, (1,), generator=generator, device=device))
            order, at = torch.randperm(count, generator=generator, device=device) * SUBWORDS + shift, 0
        gold = stream[order[at : at + batch, None] + span].long()
        at += batch
        noise = torch.rand(gold.shape, generator=generator, device=device)
        noise[gold <= DOC] = 2.0
        chosen = noise.flatten().topk(picked, largest=False).indices
        flat_gold = gold.flatten()
        how = torch.rand(picked, generator=generator, device=device)
        random = torch.randint(5, vocabulary, (picked,), generator=generator, device=device)
        put = torch.where(how < 0.85, MASK, torch.where(how < 0.93, random, flat_gold[chosen]))
        shown = flat_gold.clone()
        shown[chosen] = put
        rate = peak * min(1.0, (steps + 1) / 200) * max(0.02, 1 - spent / seconds)
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast(device, dtype=torch.bfloat16):
            logits = encoder.filled(shown.view_as(gold), chosen)
        loss = F.cross_entropy(logits.float(), flat_gold[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        steps += 1
        if steps % 10 == 0 and device != "cpu":  # the clock must not run ahead of the queue
            torch.cuda.synchronize()
        if spent - logged > 15 or steps in (1, 20, 100):
            logged = spent
            tokens = steps * batch * SUBWORDS
            print(
                f"pretrain {spent:5.0f} s step {steps} loss {loss.item():.3f} {tokens / len(flat):.1f} epochs",
                flush=True,
            )
