"""The layers that mix each word with its neighbours, and blocks of texts in a few shapes."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Layer(NamedTuple):
    """One layer that looks a word to each side: weights, bias, gain and shift; its width."""

    weights: Floats
    bias: Floats
    gain: Floats
    shift: Floats

    def __call__(self, windows: Floats) -> Floats:
        """Return maxout and layer norm of `windows`, (…, 3 × width) → (…, width)."""
        mixed = windows @ self.weights
        mixed += self.bias
        width = len(self.gain)
        best = np.maximum(mixed[..., :width], mixed[..., width : 2 * width])
        for at in range(2 * width, mixed.shape[-1], width):
            np.maximum(best, mixed[..., at : at + width], out=best)
        best -= best.mean(-1, keepdims=True)
        variance = np.einsum("...i,...i->...", best, best)[..., None] / width
        best *= (variance + np.float32(1e-8)) ** np.float32(-0.5)
        best *= self.gain
        best += self.shift
        return best


def block_rows(tokens: int) -> int:
    """Return the rows of the block for a text of `tokens`: two of padding at each end, rounded."""
    rows, step = tokens + 4, 4
    while rows > 8 * step:
        step *= 2
    return -(-rows // step) * step


def transposed(weights: Floats) -> Floats:
    """Return a copy of `weights` with rows and columns exchanged, in order of its rows."""
    return np.ascontiguousarray(weights.T)


def residual_layer(residual: Any) -> Layer:
    """Return the layer inside a residual of spaCy's; raises LookupError for other windows."""
    (inner,) = residual.layers
    nodes = {node.name: node for node in inner.walk()}
    if nodes["expand_window"].attrs["window_size"] != 1:
        raise LookupError("a window other than 1")
    return layer_of(nodes["maxout"], nodes["layernorm"])


def layer_of(maxout: Any, norm: Any) -> Layer:
    """Return the layer of a maxout and the layer norm after it."""
    weights, bias = maxout.get_param("W"), maxout.get_param("b")  # (width, pieces, inputs)
    flat = np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(weights.shape[2], -1))
    gain, shift = norm.get_param("G"), norm.get_param("b")
    return Layer(flat, np.ascontiguousarray(bias.T.reshape(-1)), gain, shift)
