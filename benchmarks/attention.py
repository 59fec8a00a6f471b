"""Quantum attention in a small transformer on real text, beside the classical head.

    python -m benchmarks.attention                  # the table: 5 seeds, two learning rates
    python -m benchmarks.attention --seeds 3 --epochs 2 --wires 6

The text is the manual in Python's standard library, `pydoc_data.topics`. One causal block of
attention predicts the next character, with four kinds of scores; all else is the same, and so are
the first weights of it, the data and their order. The last tenth of the text is held out. Beside
them stand counts of pairs of characters, which need no training. Bits are the fewest after any
epoch; errors are standard errors over seeds, of differences between runs of one seed.

In a notebook this takes some 2 s on a quiet machine, and ends at 3.1 bits, below the 3.3 of counts:

    learnt, held_out = windows(16)
    model = reader("quantum", 16)
    train(model, learnt[::2], val=held_out[::4], lr=0.01, batch_size=64, epochs=1)
"""

from __future__ import annotations

import argparse
import contextlib
import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pydoc_data.topics import topics

import numpy as np
import torch
from torch import Tensor, nn

import qaimagic
from qaimagic.drawing.heatmap import Heatmap, heatmap_picture
from qaimagic.drawing.page import Picture
from qaimagic.layers.attention.heads import Heads

KINDS = ("quantum", "classical", "no entanglement", "no scores")
RATES = (0.003, 0.01)
WIDTH, WIRES, LENGTH, BATCH = 32, 4, 32, 64
_SHARE = 0.9


@cache
def text() -> str:
    """Return the manual's topics one after the other."""
    return "\n".join(topics[name] for name in sorted(topics))


@cache
def alphabet() -> str:
    """Return the characters that there are; their places are their numbers."""
    return "".join(sorted(set(text())))


def numbered(characters: str) -> Tensor:
    """Return characters as numbers, shape (len,)."""
    places = {character: place for place, character in enumerate(alphabet())}
    return torch.tensor([places[character] for character in characters])


def windows(length: int = LENGTH) -> tuple[Tensor, Tensor]:
    """Return what is learnt from and what is held out, shape (n, length + 1) each.

    A window's last character is the next one's first, so that each is predicted once.
    """
    numbers = numbered(text())
    cut = int(_SHARE * len(numbers))
    first, last = (part.unfold(0, length + 1, length) for part in (numbers[:cut], numbers[cut:]))
    return first.contiguous(), last.contiguous()


def bigram_bits(learnt: Tensor, held_out: Tensor, extra: float = 0.1) -> float:
    """Return the bits that a character of held-out windows costs by counts of pairs.

    Args:
        learnt: Windows, shape (n, length + 1).
        held_out: Windows, shape (m, length + 1).
        extra: What is added to each count.
    """
    n = len(alphabet())
    counts = torch.full((n, n), extra, dtype=torch.float64)
    pairs = learnt[:, :-1].reshape(-1), learnt[:, 1:].reshape(-1)
    counts.index_put_(pairs, torch.ones((), dtype=torch.float64), accumulate=True)
    chances = counts / counts.sum(dim=1, keepdim=True)
    return float(-chances[held_out[:, :-1], held_out[:, 1:]].log2().mean())


class Reader(nn.Module):
    """A causal transformer of one block that predicts the next character.

    Args:
        attention: Batch first, of this width.
        width: The width of a token.
        length: The most tokens that it sees.

    Shape:
        - characters: (n, T), numbers of the alphabet
        - answer: logits, (n, T, characters in the alphabet)
    """

    def __init__(self, attention: Heads, width: int = WIDTH, length: int = LENGTH) -> None:
        super().__init__()
        n = len(alphabet())
        self.characters, self.places = nn.Embedding(n, width), nn.Embedding(length, width)
        self.before, self.between, self.after = (nn.LayerNorm(width) for _ in range(3))
        self.attention = attention
        self.body = nn.Sequential(
            nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        )
        self.head = nn.Linear(width, n)

    def forward(self, characters: Tensor) -> Tensor:
        """Return what each next character might be."""
        x, _ = self._attended(characters)
        x = x + self.body(self.between(x))
        logits: Tensor = self.head(self.after(x))
        return logits

    def training_loss(self, batch: Sequence[Tensor] | Tensor) -> Tensor:
        """Return the bits that a next character costs, the mean over windows, shape (n, T + 1)."""
        rows = batch if isinstance(batch, Tensor) else batch[0]
        logits = self(rows[:, :-1])
        nats = nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
        return nats / math.log(2)

    @torch.no_grad()
    def glimpse(self, rows: Tensor) -> Picture:
        """Return how much each character of the first window attends to those before it."""
        _, weights = self._attended(rows[:1, :-1])
        values = weights[0].double().numpy()
        values[np.triu_indices(len(values), 1)] = np.nan
        places = np.arange(1.0, len(values) + 1)
        picture = Heatmap(
            places,
            places,
            values,
            x_label="character attended to",
            y_label="character",
            value_label="attention",
            scale=(0.0, 1.0),
        )
        return heatmap_picture(picture, title="Attention in the first window")

    @torch.no_grad()
    def continued(self, start: str, n: int = 80) -> str:
        """Return a beginning with n characters that the model draws after it."""
        seen = numbered(start)
        for _ in range(n):
            logits = self(seen[None, -self.places.num_embeddings :])[0, -1]
            drawn = torch.multinomial(torch.softmax(logits, dim=-1), 1)
            seen = torch.cat([seen, drawn])
        return "".join(alphabet()[number] for number in seen)

    def _attended(self, characters: Tensor) -> tuple[Tensor, Tensor]:
        places = torch.arange(characters.shape[1], device=characters.device)
        x = self.characters(characters) + self.places(places)
        normed = self.before(x)
        seen, weights = self.attention(normed, normed, normed, is_causal=True)
        return x + seen, weights


def reader(kind: str, length: int = LENGTH, seed: int = 0, n_wires: int = WIRES) -> Reader:
    """Return a model with one kind of scores; what all kinds have begins alike.

    Args:
        kind: ``"quantum"``, ``"classical"``, ``"no entanglement"``, or ``"no scores"`` for the
            plain mean of all characters so far.
        length: The most tokens that it sees.
        seed: What the first weights follow from.
        n_wires: Wires of the circuit; the classical head scores by as many numbers.
    """
    torch.manual_seed(seed)
    attention = qaimagic.QuantumAttention(WIDTH, n_wires=n_wires, batch_first=True)
    model = Reader(attention, length=length)
    if kind == "classical":
        other: Heads = attention.twin()
    elif kind == "no entanglement":
        other = attention.without_entanglers()
    else:
        if kind == "no scores":
            nn.init.zeros_(attention.scale.requires_grad_(False))
        return model
    other.load_state_dict(attention.state_dict(), strict=False)
    model.attention = other
    return model


def trained(kind: str, seed: int, lr: float, epochs: int, n_wires: int = WIRES) -> float:
    """Return the fewest bits that a held-out character cost after any epoch of a training."""
    learnt, held_out = windows()
    with contextlib.redirect_stdout(sys.stderr):
        run = qaimagic.train(
            reader(kind, seed=seed, n_wires=n_wires),
            learnt,
            val=held_out,
            lr=lr,
            batch_size=BATCH,
            epochs=epochs,
            seed=seed,
            live=False,
        )
    return min(epoch.val_loss for epoch in run.history.epochs if epoch.val_loss is not None)


def milliseconds(kinds: Sequence[str], n_wires: int = WIRES, turns: int = 30) -> dict[str, float]:
    """Return the median time of a training step of each kind; they take turns."""
    rows = windows()[0][:BATCH]
    models = {kind: reader(kind, n_wires=n_wires) for kind in kinds}
    optimizers = {
        kind: torch.optim.Adam([w for w in model.parameters() if w.requires_grad])
        for kind, model in models.items()
    }
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(turns):
        for kind, model in models.items():
            start = time.perf_counter()
            optimizers[kind].zero_grad()
            torch.autograd.backward(model.training_loss(rows))
            optimizers[kind].step()
            taken[kind].append(1000 * (time.perf_counter() - start))
    return {kind: statistics.median(times[turns // 5 :]) for kind, times in taken.items()}


def mean_with_error(values: Sequence[float]) -> str:
    """Return a mean and its standard error."""
    error = statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else math.nan
    return f"{statistics.mean(values):.3f} ± {error:.3f}"


def lines(seeds: int, epochs: int, n_wires: int = WIRES) -> Iterator[str]:
    """Measure, and yield the table row by row; what the runs print goes to stderr."""
    yield f"Counts of pairs: {bigram_bits(*windows()):.3f} bits a character."
    attention = reader("quantum", n_wires=n_wires).attention
    assert isinstance(attention, qaimagic.QuantumAttention)
    yield attention.costs(LENGTH).text
    yield ""
    yield "| scores | weights | a step | lr | held-out bits a character | more than classical |"
    yield "|---|---|---|---|---|---|"
    times = milliseconds(KINDS, n_wires)
    for lr in RATES:
        bits: dict[str, list[float]] = {kind: [] for kind in KINDS}
        for seed in range(seeds):
            for kind in KINDS:
                bits[kind].append(trained(kind, seed, lr, epochs, n_wires))
        for kind, found in bits.items():
            model = reader(kind, n_wires=n_wires)
            count = sum(w.numel() for w in model.parameters() if w.requires_grad)
            more = [a - b for a, b in zip(found, bits["classical"], strict=True)]
            beside = "" if kind == "classical" else mean_with_error(more)
            yield (
                f"| {kind} | {count:,} | {times[kind]:.1f} ms | {lr:g} | {mean_with_error(found)} "
                f"| {beside} |"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Quantum attention beside the classical head.")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--wires", type=int, default=WIRES)
    given = parser.parse_args()
    for line in lines(given.seeds, given.epochs, given.wires):
        print(line, flush=True)
