"""The teacher: the pretrained encoder with a head for each layer of annotation, all learnt together."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from encoder import Encoder, groups
from sequences import FIRST_WORD, MASK, MISSING, Sequences
from torch import Tensor, nn

FLAT = ("tag", "morph", "lemma", "start", "ner")  # layers with one label a word
WEIGHTS = {"tag": 0.5, "morph": 0.5, "lemma": 0.5, "start": 1.0, "ner": 2.0, "arc": 1.0, "dep": 0.5}
FAR = -1e4


class Heads(nn.Module):
    """Linear heads, and a biaffine parser (Dozat and Manning 2017) with an activation, over vectors of words."""

    def __init__(
        self, width: int, sizes: dict[str, int], arc: int, dropout: float, active: Callable[[Tensor], Tensor]
    ) -> None:
        super().__init__()
        self.active = active
        self.flat = nn.ModuleDict({layer: nn.Linear(width, 2 if layer == "start" else sizes[layer]) for layer in FLAT})
        self.dropout = dropout
        self.arc_head, self.arc_dep = nn.Linear(width, arc), nn.Linear(width, arc)
        self.rel_head, self.rel_dep = nn.Linear(width, arc // 2), nn.Linear(width, arc // 2)
        self.root = nn.Parameter(torch.zeros(width))
        self.arc = nn.Parameter(torch.eye(arc) / math.sqrt(arc))
        self.arc_bias = nn.Linear(arc, 1, bias=False)
        self.rel = nn.Parameter(torch.randn(arc // 2 + 1, sizes["dep"], arc // 2 + 1) * 0.02)

    def labels(self, x: Tensor) -> dict[str, Tensor]:
        return {layer: head(x) for layer, head in self.flat.items()}

    def arcs(self, x: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Scores (batch, words, 1 + words) of each word's head, the root first; and vectors for the relations."""
        x = F.dropout(x, self.dropout, self.training)
        nodes = torch.cat([self.root.expand(x.shape[0], 1, -1).to(x.dtype), x], 1)
        head, dep = self.active(self.arc_head(nodes)), self.active(self.arc_dep(x))
        scores = dep @ self.arc.to(dep.dtype) @ head.transpose(1, 2) + self.arc_bias(head).transpose(1, 2)
        ones = torch.ones_like(x[..., :1])
        rel_dep = torch.cat([self.active(self.rel_dep(x)), ones], -1)
        rel_head = torch.cat([self.active(self.rel_head(nodes)), torch.ones_like(nodes[..., :1])], -1)
        return scores.float().masked_fill(~allowed, FAR), rel_dep, rel_head

    def relations(self, rel_dep: Tensor, rel_head: Tensor, heads: Tensor) -> Tensor:
        chosen = rel_head.gather(1, heads[..., None].expand(-1, -1, rel_head.shape[-1]))
        return torch.einsum("bwd,drh,bwh->bwr", rel_dep, self.rel.to(rel_dep.dtype), chosen.to(rel_dep.dtype))


class Teacher(nn.Module):
    def __init__(self, encoder: Encoder, sizes: dict[str, int], dropout: float = 0.25) -> None:
        super().__init__()
        self.encoder, self.dropout = encoder, dropout
        self.mix = nn.Parameter(torch.zeros(2, len(encoder.blocks) + 1))  # of layers: for the labels, for the parser
        with torch.no_grad():
            self.mix[:, -4:] = 2.0
        self.norms = nn.ModuleList(nn.LayerNorm(encoder.width) for _ in range(2))
        self.heads = Heads(encoder.width, sizes, 384, dropout, F.gelu)

    def words(self, subwords: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:
        layers = torch.stack(self.encoder(subwords))
        found = []
        for weights, norm in zip(self.mix.softmax(-1), self.norms, strict=True):
            mixed = norm(torch.einsum("l,lbsd->bsd", weights.to(layers.dtype), layers))
            words = mixed.gather(1, first[..., None].expand(-1, -1, mixed.shape[-1]))
            found.append(F.dropout(words, self.dropout, self.training))
        return found[0], found[1]


def may_attach(words: Tensor, group: Tensor) -> Tensor:
    """(batch, words, 1 + words): which heads a word may have: the root, and other words of its group."""
    same = (group[:, :, None] == group[:, None, :]) & words[:, :, None] & words[:, None, :]
    same = same & ~torch.eye(words.shape[1], dtype=torch.bool, device=words.device)
    return torch.cat([torch.ones_like(words[..., None]), same], -1)


def tensors(sequences: Sequences, device: str) -> dict[str, Tensor]:
    found = {"types": sequences.types, "subwords": sequences.subwords, "first": sequences.first, **sequences.labels}
    return {name: torch.from_numpy(values).to(device) for name, values in found.items()}


def losses(heads: Heads, labels_from: Tensor, arcs_from: Tensor, gold: dict[str, Tensor],
           weights: Mapping[str, float] = WEIGHTS) -> Tensor:  # fmt: skip
    """The weighted sum of the cross entropies of all layers, each over the words that carry a label."""
    total = labels_from.new_zeros((), dtype=torch.float32)
    for layer, logits in heads.labels(labels_from).items():
        target = gold[layer].long()
        summed = F.cross_entropy(logits.float().flatten(0, 1), target.flatten(), ignore_index=MISSING, reduction="sum")
        total = total + weights[layer] * summed / (target != MISSING).sum().clamp(min=1)
    head = gold["head"].long()
    has = (head != MISSING).any(1)
    if has.any():
        head, dep, x = head[has], gold["dep"].long()[has], arcs_from[has]
        words = gold["types"][has] >= FIRST_WORD
        group = torch.cumsum((gold["types"][has] == 1).int(), 1)
        scores, rel_dep, rel_head = heads.arcs(x, may_attach(words, group))
        arc = F.cross_entropy(scores.flatten(0, 1), head.flatten(), ignore_index=MISSING)
        rel = heads.relations(rel_dep, rel_head, head.clamp(min=0))
        rel_loss = F.cross_entropy(rel.float().flatten(0, 1), dep.flatten(), ignore_index=MISSING)
        total = total + weights["arc"] * arc + weights["dep"] * rel_loss
    return total


def finetune(teacher: Teacher, gold: dict[str, Tensor], epochs: float, batch: int, peak: float, device: str) -> None:
    """All layers together on the labelled sequences; the heads learn five times as fast as the encoder."""
    slow, fast = groups(teacher.encoder, 0.05), groups(teacher.heads, 0.01)
    fast.append({"params": [teacher.mix, *teacher.norms.parameters()], "weight_decay": 0.0})
    for group in slow:
        group["scale"] = 1.0
    for group in fast:
        group["scale"] = 5.0
    optimizer = torch.optim.AdamW([*slow, *fast], lr=peak, betas=(0.9, 0.98), eps=1e-6, fused=device != "cpu")
    count = len(gold["types"])
    total, done, start = int(epochs * count / batch), 0, time.time()
    generator = torch.Generator(device=device).manual_seed(11)
    teacher.train()
    order = torch.empty(0, dtype=torch.long, device=device)
    while done < total:
        if len(order) < batch:
            order = torch.randperm(count, generator=generator, device=device)
        picked, order = order[:batch], order[batch:]
        part = {name: values[picked] for name, values in gold.items()}
        subwords = part["subwords"].long()
        noise = torch.rand(subwords.shape, generator=generator, device=device) < 0.06
        subwords = torch.where(noise & (subwords > 4), MASK, subwords)
        rate = min(1.0, (done + 1) / (0.08 * total)) * (1 - done / total) * peak
        for group in optimizer.param_groups:
            group["lr"] = rate * group["scale"]
        with torch.autocast(device, dtype=torch.bfloat16):
            labels_from, arcs_from = teacher.words(subwords, part["first"].long())
            loss = losses(teacher.heads, labels_from, arcs_from, part)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        optimizer.step()
        done += 1
        if done % 200 == 0 or done == total:
            print(f"finetune {time.time() - start:4.0f} s step {done}/{total} loss {loss.item():.3f}", flush=True)


@dataclass(frozen=True)
class Transitions:
    """Which BIES label may follow which."""

    scores: Tensor

    @classmethod
    def of(cls, labels: list[str], device: str) -> "Transitions":
        size = len(labels)
        scores = torch.full((size + 1, size), FAR, device=device)  # the last row: from the beginning
        for n, after in enumerate(labels):
            opens = after[0] in "OBS"
            for m, before in enumerate(labels):
                ends = before[0] in "OES"
                if (ends and opens) or (not ends and not opens and before[2:] == after[2:]):
                    scores[m, n] = 0.0
            if opens:
                scores[size, n] = 0.0
        return cls(scores)

    def best(self, logits: Tensor, words: Tensor) -> Tensor:
        """The best labelling of each sequence (Viterbi); a word that is none breaks the sequence: it takes O."""
        _, length, size = logits.shape
        logits = logits.float().log_softmax(-1)
        logits = torch.where(words[..., None], logits, torch.full_like(logits, FAR))
        logits[..., 0] = torch.where(words, logits[..., 0], 0.0)
        state, back = logits[:, 0] + self.scores[size], []
        for n in range(1, length):
            best, where = (state[:, :, None] + self.scores[:size]).max(1)
            back.append(where)
            state = best + logits[:, n]
        now = state.argmax(-1)
        path = [now]
        for where in reversed(back):
            now = where.gather(1, now[:, None])[:, 0]
            path.append(now)
        return torch.stack(path[::-1], 1)


@dataclass(frozen=True)
class Analysis:
    """What a model says of a batch: a label a word for each layer, heads as position + 1, 0 the root."""

    tag: Tensor
    morph: Tensor
    lemma: Tensor
    start: Tensor
    ner: Tensor
    head: Tensor
    dep: Tensor
    arc_scores: Tensor
    sentence: Tensor
    whole: Tensor  # (batch,) all sentences are trees


def analysed(heads: Heads, labels_from: Tensor, arcs_from: Tensor, types: Tensor, transitions: Transitions) -> Analysis:
    words = types >= FIRST_WORD
    logits = heads.labels(labels_from)
    start = logits["start"].float().softmax(-1)[..., 1] > 0.5
    after_gap = torch.ones_like(words)
    after_gap[:, 1:] = ~words[:, :-1]
    sentence = torch.cumsum((start & words | after_gap).int(), 1)
    scores, rel_dep, rel_head = heads.arcs(arcs_from, may_attach(words, sentence))
    # One root a sentence: the word with the best root score; then the best head of each other word.
    batch, length = words.shape
    root_score = torch.where(words, scores[..., 0], FAR)
    best = torch.full((batch, length + 2), 2 * FAR, device=types.device)
    best = best.scatter_reduce(1, sentence.long(), root_score, "amax")
    is_root = words & (root_score == best.gather(1, sentence.long()))
    inner = scores[..., 1:].max(-1)
    head = torch.where(is_root, 0, inner.indices + 1)
    # Does every word reach the root?
    reached = torch.cat([torch.zeros_like(head[:, :1]), head], 1)
    for _ in range(8):
        reached = reached.gather(1, reached)
    whole = ((reached[:, 1:] == 0) | ~words).all(1)
    dep = heads.relations(rel_dep, rel_head, head).argmax(-1)
    return Analysis(
        tag=logits["tag"].argmax(-1), morph=logits["morph"].argmax(-1), lemma=logits["lemma"].argmax(-1),
        start=(start | after_gap) & words, ner=transitions.best(logits["ner"], words), head=head, dep=dep,
        arc_scores=scores, sentence=sentence, whole=whole,
    )  # fmt: skip


def spans(labels: np.ndarray, names: list[str]) -> set[tuple[int, int, str]]:
    """The names of one sequence of BIES label numbers; missing words end them."""
    found, begin = set(), -1
    for n, number in enumerate(labels):
        label = names[number] if number >= 0 else "O"
        if label[0] in "BS":
            begin = n
        if label[0] in "ES" and begin >= 0:
            found.add((begin, n, label[2:]))
        if label[0] in "OES":
            begin = -1
    return found


def scores(
    batches: list[tuple[Analysis, dict[str, Tensor], np.ndarray]], names: list[str], deps: list[str]
) -> dict[str, float]:
    """LAS, UAS, tags, sentence F and names F, in percent, over analysed batches with their gold."""
    count: dict[str, float] = {}

    def add(name: str, value: float) -> None:
        count[name] = count.get(name, 0) + value

    punct = deps.index("punct")
    for analysis, gold, corpora in batches:
        words = gold["types"] >= FIRST_WORD
        scored = (gold["head"] != MISSING) & (gold["dep"] != punct) & words & (gold["dep"] != MISSING)
        right = analysis.head == gold["head"]
        for n, corpus in enumerate(corpora):
            if scored[n].any():
                add(f"{corpus} words", scored[n].sum().item())
                add(f"{corpus} uas", (right[n] & scored[n]).sum().item())
                add(f"{corpus} las", (right[n] & scored[n] & (analysis.dep[n] == gold["dep"][n])).sum().item())
                for layer in ("tag", "morph", "lemma"):
                    has = gold[layer][n] != MISSING
                    add(f"{corpus} {layer} n", has.sum().item())
                    add(f"{corpus} {layer}", ((getattr(analysis, layer)[n] == gold[layer][n]) & has).sum().item())
                has = gold["start"][n] != MISSING
                ours, theirs = analysis.start[n] & has, (gold["start"][n] == 1) & has
                add(f"{corpus} sent tp", (ours & theirs).sum().item())
                add(f"{corpus} sent all", (ours.sum() + theirs.sum()).item() / 2)
            has = gold["ner"][n] != MISSING
            if has.any():
                theirs_spans = spans(gold["ner"][n].cpu().numpy(), names)
                known = has.cpu().numpy()
                ours_spans = {s for s in spans(analysis.ner[n].cpu().numpy(), names) if known[s[0] : s[1] + 1].any()}
                add(f"{corpus} ner tp", len(ours_spans & theirs_spans))
                add(f"{corpus} ner all", (len(ours_spans) + len(theirs_spans)) / 2)
    found = {}
    for key, value in count.items():
        corpus, _, what = key.rpartition(" ")
        if what in ("uas", "las"):
            found[key] = round(100 * value / count[f"{corpus} words"], 2)
        elif what in ("tag", "morph", "lemma"):
            found[key] = round(100 * value / count[f"{key} n"], 2)
        elif what == "tp":
            found[corpus] = round(100 * value / max(1, count[f"{corpus} all"]), 2)
    pooled = [key for key in count if key.endswith("ner tp")]
    if pooled:
        found["pooled ner"] = round(
            100 * sum(count[k] for k in pooled) / sum(count[k.replace("tp", "all")] for k in pooled), 2
        )
    return found
