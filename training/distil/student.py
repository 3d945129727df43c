"""The student: spaCy's MultiHashEmbed and MaxoutWindowEncoder in torch, to be trained fast and carried back to spaCy.

The arithmetic is that of thinc 8.3 (HashEmbed, Maxout, LayerNorm, residual, expand_window); distil/carry.py checks
that both give the same vectors.
"""

import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from sequences import END, FIRST_WORD
from teacher import WEIGHTS, Heads, losses
from torch import Tensor, nn

ATTRS = ("NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY")
EDGE = 6  # at least the depth, as thinc pads


class Maxout(nn.Module):
    """Maxout with its layer norm."""

    def __init__(self, wide: int, width: int, pieces: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(width, pieces, wide).uniform_(-1, 1) * math.sqrt(6 / (wide + width)))
        self.bias = nn.Parameter(torch.zeros(width, pieces))
        self.norm = nn.LayerNorm(width, eps=1e-8)

    def forward(self, x: Tensor) -> Tensor:
        width, pieces, wide = self.weight.shape
        y = F.linear(x, self.weight.view(width * pieces, wide), self.bias.flatten())
        return self.norm(y.view(*x.shape[:-1], width, pieces).amax(-1))


class Tok2Vec(nn.Module):
    def __init__(
        self, rows: dict[str, np.ndarray], sizes: list[int], width: int, depth: int, pieces: int, device: str
    ) -> None:
        super().__init__()
        self.tables = nn.ParameterList(torch.empty(size, width).uniform_(-0.1, 0.1) for size in sizes)
        self.mix = Maxout(width * len(ATTRS), width, 3)
        self.layers = nn.ModuleList(Maxout(3 * width, width, pieces) for _ in range(depth))
        self.rows = {a: torch.from_numpy(rows[a].astype(np.int64)).to(device) for a in ATTRS}
        self.index = {a: torch.from_numpy(rows[a + "_index"].astype(np.int64)).to(device) for a in ATTRS}
        self.dropout = 0.1

    def forward(self, types: Tensor) -> Tensor:
        """(batch, words) type numbers, below 0 where padded, to (batch, words, width)."""
        clean = types.clamp(min=0)
        parts = []
        for table, attr in zip(self.tables, ATTRS, strict=True):
            values = F.embedding(self.rows[attr], table).sum(1)
            parts.append(F.embedding(self.index[attr][clean], values))
        x = self.mix(torch.cat(parts, -1))
        real = (types >= 0) & (types != END)
        x = F.dropout(x * real[..., None], self.dropout, self.training)
        x = F.pad(x, (0, 0, EDGE, EDGE))
        for layer in self.layers:
            padded = F.pad(x, (0, 0, 1, 1))
            seen = torch.cat([padded[:, :-2], x, padded[:, 2:]], -1)
            x = x + F.dropout(layer(seen), self.dropout, self.training)
        return x[:, EDGE:-EDGE]

    def load(self, arrays: dict[str, np.ndarray]) -> None:
        """Take the weights that `arrays` once gave."""
        with torch.no_grad():
            for name, value in self.named_arrays().items():
                value.copy_(torch.from_numpy(arrays[name].astype(np.float32)))

    def arrays(self) -> dict[str, np.ndarray]:
        return {name: value.detach().cpu().numpy() for name, value in self.named_arrays().items()}

    def named_arrays(self) -> dict[str, Tensor]:
        found = {f"E{n}": table for n, table in enumerate(self.tables)}
        for name, layer in (("mix", self.mix), *((f"layer{n}", layer) for n, layer in enumerate(self.layers))):
            found |= {f"{name}_W": layer.weight, f"{name}_b": layer.bias}
            found |= {f"{name}_G": layer.norm.weight, f"{name}_beta": layer.norm.bias}
        return found


class Student(nn.Module):
    def __init__(self, tok2vec: Tok2Vec, width: int, sizes: dict[str, int]) -> None:
        super().__init__()
        self.tok2vec, self.heads = tok2vec, Heads(width, sizes, 128, 0.1)

    def words(self, types: Tensor) -> tuple[Tensor, Tensor]:
        x = self.tok2vec(types)
        return x, x

    def name_head(self) -> dict[str, np.ndarray]:
        """The linear layer over the name labels, in the order of labels.json."""
        head = self.heads.flat["ner"]
        return {"ner_W": head.weight.detach().cpu().numpy(), "ner_b": head.bias.detach().cpu().numpy()}


def descend(student: Student, optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step of the optimizer."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(student.parameters(), 5.0)
    optimizer.step()


def train(student: Student, raw: dict[str, Tensor], gold: dict[str, Tensor], seconds: float, batch: int, share: int,
          peak: float, device: str) -> None:  # fmt: skip
    """On the teacher's labels, and in each step `share` labelled sequences; the rate falls linearly over the time.

    `raw` holds hard labels and the teacher's distribution over name labels, `ner_probs`.
    """
    optimizer = torch.optim.Adam(student.parameters(), lr=peak, betas=(0.9, 0.98), fused=device != "cpu")
    generator = torch.Generator(device=device).manual_seed(13)
    start, steps, logged = time.time(), 0, 0.0
    student.train()
    order = torch.empty(0, dtype=torch.long, device=device)
    while (spent := time.time() - start) < seconds:
        if len(order) < batch:
            order = torch.randperm(len(raw["types"]), generator=generator, device=device)
        picked, order = order[:batch], order[batch:]
        part = {name: values[picked] for name, values in raw.items()}
        also = torch.randint(len(gold["types"]), (share,), generator=generator, device=device)
        rate = peak * min(1.0, (steps + 1) / 100) * max(0.01, 1 - spent / seconds)
        for group in optimizer.param_groups:
            group["lr"] = rate
        own = {name: values[also] for name, values in gold.items()}
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device != "cpu"):
            x, y = student.words(torch.cat([part["types"], own["types"]]).long())  # in one pass: half the look-ups
            loss = losses(student.heads, x[:batch], y[:batch], part, skip=("ner",))
            logits = student.heads.flat["ner"](x[:batch])
            gold_loss = losses(student.heads, x[batch:], y[batch:], own)
        words = part["types"] >= FIRST_WORD
        soft = -(part["ner_probs"].float() * logits.float().log_softmax(-1)).sum(-1)
        loss = loss + WEIGHTS["ner"] * (soft * words).sum() / words.sum() + 0.5 * gold_loss
        descend(student, optimizer, loss)
        steps += 1
        if steps % 10 == 0 and device != "cpu":  # the clock must not run ahead of the queue
            torch.cuda.synchronize()
        if spent - logged > 10 or steps in (1, 50):
            logged = spent
            print(f"student {spent:4.0f} s step {steps} loss {loss.item():.3f} "
                  f"{steps * batch / len(raw['types']):.2f} epochs", flush=True)  # fmt: skip
