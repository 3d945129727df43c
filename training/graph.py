"""The network of the embedded model as a graph for ONNX Runtime, with its matrices in eight-bit integers.

`graph` writes the arithmetic of distil/network.py behind the words' own vectors: blocks of gated convolution, attention
with rotary positions (Su et al. 2021) and a gated layer (Shazeer 2020), and the heads. `in_eight_bits` rounds the
matrices, each column by a scale of its own, and has what they are multiplied with rounded as it comes, by one scale a
window (dynamic quantization). Of the integers only seven bits are used, so that on no processor a sum runs over.
"""

import logging
import math
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from pipeline.language.arcs import Array
from pipeline.language.network import LONGEST, PARTS, SMALL, VECTORS, WORDS

OPSET, IR_VERSION = 18, 9  # old enough for ONNX Runtime 1.20
HEADS = 4  # of attention
PARSER = ("arc_head", "rel_head", "arc_dep", "rel_dep")


class Nodes:
    """A graph as it grows; every method gives the name, or names, of what it makes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.arrays: list[onnx.TensorProto] = []

    def array(self, values: Array) -> str:
        name = f"array{len(self.arrays)}"
        self.arrays.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def split(self, operation: str, *inputs: str, parts: int, **attributes: object) -> list[str]:
        outputs = [f"node{len(self.nodes)}.{part}" for part in range(parts)]
        self.nodes.append(helper.make_node(operation, inputs, outputs, name=f"node{len(self.nodes)}", **attributes))
        return outputs

    def __call__(self, operation: str, *inputs: str, **attributes: object) -> str:
        return self.split(operation, *inputs, parts=1, **attributes)[0]

    def normed(self, x: str, weights: dict[str, Array], name: str) -> str:
        weight, bias = (self.array(weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self("LayerNormalization", x, weight, bias, axis=-1, epsilon=float(SMALL))

    def times(self, x: str, matrix: Array, bias: Array | None = None) -> str:
        product = self("MatMul", x, self.array(matrix.T))
        return product if bias is None else self("Add", product, self.array(bias))

    def gated(self, x: str) -> str:
        gate, value = self.split("Split", x, parts=2, axis=-1, num_outputs=2)
        return self("Mul", self("Relu", gate), value)


def graph(weights: dict[str, Array]) -> onnx.ModelProto:
    """The network behind the words' own vectors, in single precision.

    `weights` are arrays by the names that distil/study.py gave them. WORDS is (words, width), a window; VECTORS of the
    same shape is what the heads read, PARTS what they make of it, (words, labels) or (words, numbers) each.
    """
    w = {name: values.astype(np.float32) for name, values in weights.items()}
    add = Nodes()
    width = len(w["network.norm_in.weight"])
    length = add("Slice", add("Shape", WORDS), add.array(np.array([0])), add.array(np.array([1])))
    half = width // HEADS // 2
    angles = np.outer(np.arange(LONGEST), 10_000.0 ** (-np.arange(half) / half))
    angles = np.concatenate([angles, angles], 1)[:, None].astype(np.float32)
    zero, one, two = (add.array(np.array([n])) for n in (0, 1, 2))
    turns = [add("Slice", add.array(part), zero, length, zero) for part in (np.cos(angles), np.sin(angles))]
    edges, by_head = add.array(np.array([1, 0, 1, 0])), add.array(np.array([-1, 3, HEADS, width // HEADS]))
    whole, behind = add.array(np.array([-1, width])), add("Add", length, two)

    def turned(x: str) -> str:
        left, right = add.split("Split", x, parts=2, axis=-1, num_outputs=2)
        across = add("Concat", add("Neg", right), left, axis=-1)
        return add("Add", add("Mul", x, turns[0]), add("Mul", across, turns[1]))

    x = WORDS
    for n in range(len({name.split(".")[2] for name in w if name.startswith("network.blocks.")})):
        block = f"network.blocks.{n}"
        own = add.normed(x, w, f"{block}.norms.0")
        padded = add("Pad", own, edges)
        before, after = add("Slice", padded, zero, length, zero), add("Slice", padded, two, behind, zero)
        near = add("Concat", before, own, after, axis=-1)
        x = add("Add", x, add.gated(add.times(near, w[f"{block}.conv.weight"], w[f"{block}.conv.bias"])))
        qkv = w[f"{block}.qkv.weight"].copy()
        qkv[:width] /= math.sqrt(width // HEADS)
        seen = add("Reshape", add.times(add.normed(x, w, f"{block}.norms.1"), qkv), by_head)
        queries, keys, values = (
            add("Squeeze", part, one) for part in add.split("Split", seen, parts=3, axis=1, num_outputs=3)
        )
        queries = add("Transpose", turned(queries), perm=[1, 0, 2])
        scores = add("MatMul", queries, add("Transpose", turned(keys), perm=[1, 2, 0]))
        mixed = add("MatMul", add("Softmax", scores, axis=-1), add("Transpose", values, perm=[1, 0, 2]))
        mixed = add("Reshape", add("Transpose", mixed, perm=[1, 0, 2]), whole)
        x = add("Add", x, add.times(mixed, w[f"{block}.out.weight"]))
        up = add.times(add.normed(x, w, f"{block}.norms.2"), w[f"{block}.up.weight"], w[f"{block}.up.bias"])
        x = add("Add", x, add.times(add.gated(up), w[f"{block}.down.weight"]))
    x = add.normed(x, w, "network.norm_out")
    heads = [f"heads.{name}" if name in PARSER else f"heads.flat.{name}" for name in PARTS]
    all_heads = (np.concatenate([w[f"{head}.{part}"] for head in heads]) for part in ("weight", "bias"))
    sizes = add.array(np.array([len(w[f"{head}.bias"]) for head in heads]))
    read = add.times(x, *all_heads)
    add.nodes.append(helper.make_node("Split", [read, sizes], PARTS, name="heads", axis=-1))
    add.nodes.append(helper.make_node("Identity", [x], [VECTORS], name="vectors"))
    outputs = {VECTORS: width} | {name: len(w[f"{head}.bias"]) for name, head in zip(PARTS, heads, strict=True)}
    given, made = (
        [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["words", size]) for name, size in ports.items()]
        for ports in ({WORDS: width}, outputs)
    )
    made_of = helper.make_graph(add.nodes, "network", given, made, add.arrays)
    model = helper.make_model(made_of, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(model)
    return model


def in_eight_bits(model: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with its matrices in integers; what stands between two of them stays in single precision."""
    integers = {"weight_type": QuantType.QInt8, "per_channel": True, "reduce_range": True}
    logging.disable(logging.WARNING)  # it recommends a step that this graph does not need
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "network.onnx"
            quantize_dynamic(model, path, op_types_to_quantize=["MatMul"], **integers)
            return onnx.load(path)
    finally:
        logging.disable(logging.NOTSET)


def left_to_numpy(weights: dict[str, Array]) -> dict[str, Array]:
    """The weights that stay in numpy: tables, what mixes them, products of the parser, what heads make of the root."""
    kept = {
        name: values
        for name, values in weights.items()
        if name.startswith(("network.tables.", "network.mix.", "network.norm_in."))
        or name in ("heads.arc", "heads.arc_bias.weight", "heads.rel")
    }
    w = {name: values.astype(np.float32) for name, values in weights.items()}
    for part in ("arc_head", "rel_head"):
        kept[f"heads.root.{part}"] = w[f"heads.{part}.weight"] @ w["heads.root"] + w[f"heads.{part}.bias"]
    return kept
