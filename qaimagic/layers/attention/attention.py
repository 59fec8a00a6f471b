"""``QuantumAttention``: tokens attend to each other as far as their quantum states overlap."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import check_int, check_number, check_shots
from qaimagic.bridge.depth import two_qubit_depth, two_qubit_gates
from qaimagic.layers.attention.circuit import overlap_layer
from qaimagic.layers.attention.costs import AttentionCosts, shots_for
from qaimagic.layers.attention.heads import Heads, Options
from qaimagic.layers.attention.overlaps import overlaps_of, pairs_of
from qaimagic.layers.attention.twin import DotProductAttention

_SCALE = 8.0


class QuantumAttention(Heads):
    r"""Attention whose scores are overlaps of quantum states; used as ``nn.MultiheadAttention`` is.

    .. math:: A_{ij} = \operatorname{softmax}_j \bigl( s \, |\langle q_i | k_j \rangle|^2 \bigr),
        \qquad |q_i\rangle = U_\theta(W_q x_i / \sqrt{n}) |0\rangle, \quad
        |k_j\rangle = U_\theta(W_k y_j / \sqrt{n}) |0\rangle .

    Each head projects queries and keys to an angle for each of its n wires. Angles are divided by a
    root, as dot products are: overlaps would vanish with wires otherwise. A circuit that all heads
    share makes states of them: turns about X by the angles, turns about Y and Z by weights, CZ
    around the ring of wires, layer by layer, and the turns by the angles once more. Values and the
    answer are projected as in torch. An overlap is between 0 and 1, so each head learns a scale s.

    Where the device simulates exactly, all states of a batch come from the engine at once, and all
    overlaps from one matrix product, with gradients. With ``shots`` overlaps are drawn as they
    would be counted, without bias; the softmax of them has some, and gradients are exact ones, at
    the scores that were drawn. Other devices run a circuit for each pair that no mask forbids, the
    key's state prepared and the query's undone, with gradients by parameter shifts.

    Args:
        embed_dim: Width of the queries and of the answer.
        num_heads: Number of heads; divides ``embed_dim``.
        n_wires: Wires of the circuit, which is how many angles a head has for a token.
        layers: Layers of the circuit.
        dropout: Chance that a weight is left out in training.
        bias: Whether projections have a bias.
        kdim: Width of the keys; ``embed_dim`` if not given.
        vdim: Width of the values; ``embed_dim`` if not given.
        batch_first: Whether the batch comes before the tokens.
        device: Where circuits run; by default where ``qaimagic.devices.default()`` says.
        shots: Shots for each overlap; by default they are exact.

    Attributes:
        overlap: The circuit that compares two tokens, a `HybridLayer` that takes the angles of
            queries and of keys; its first answer is the overlap.
        scale: The scale of each head, shape (num_heads,).
        q_proj, k_proj: From tokens to angles times :math:`\sqrt{n}`, in radians.
        v_proj, out_proj: To what is mixed, and back.

    Shape:
        - query: (N, L, embed_dim) with ``batch_first``, else (L, N, embed_dim), or (L, embed_dim)
        - answer: the same; the weights (N, L, S)

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds.
        DeviceError: If there is no such device.

    Example:
        >>> import torch
        >>> from qaimagic import QuantumAttention
        >>> attention = QuantumAttention(16, num_heads=2, n_wires=3, batch_first=True)
        >>> x = torch.randn(5, 7, 16)
        >>> answer, weights = attention(x, x, x, is_causal=True)
        >>> answer.shape, weights.shape
        (torch.Size([5, 7, 16]), torch.Size([5, 7, 7]))
        >>> bool((weights.triu(1) == 0).all())
        True

    References:
        Vaswani et al., NeurIPS 30 (2017), arXiv:1706.03762; Havlicek et al., Nature 567 (2019) 209,
        doi:10.1038/s41586-019-0980-2, arXiv:1804.11326 (overlaps by undoing a state); Li, Zhao,
        Wang, arXiv:2205.05625 (attention of circuits); Thanasilp et al., Nature Communications 15
        (2024) 5200, arXiv:2208.11060 (overlaps vanish with wires); Shaydulin, Wild, Phys. Rev. A
        106 (2022) 042407, arXiv:2111.05451 (and do not where angles are small).
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int = 1,
        *,
        n_wires: int = 4,
        layers: int = 1,
        dropout: float = 0.0,
        bias: bool = True,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        shots: int | None = None,
    ) -> None:
        self.n_wires = check_int("n_wires", n_wires, minimum=1)
        self.layers = check_int("layers", layers, minimum=1)
        check_shots(shots)
        options = Options(dropout, bias, kdim, vdim, batch_first)
        super().__init__(embed_dim, num_heads, self.n_wires, options)
        self.overlap = overlap_layer(self.n_wires, self.layers, device, shots)
        self.scale = nn.Parameter(torch.empty(self.num_heads))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw projections and the circuit's weights anew, and set the scales to their start."""
        super().reset_parameters()
        self.overlap.reset_parameters()
        nn.init.constant_(self.scale, _SCALE)

    def overlaps(self, query: Tensor, key: Tensor) -> Tensor:
        """Return how far the states of queries and keys overlap, between 0 and 1.

        Args:
            query: Shape (N, L, embed_dim), or as ``forward`` takes it.
            key: Shape (N, S, kdim), alike.

        Returns:
            A tensor of shape (N, num_heads, L, S), of a single sequence (num_heads, L, S).
        """
        found = overlaps_of(self.overlap, *self._angles(query, key))
        return found[0] if query.dim() == 2 else found

    @torch.no_grad()
    def standard_errors(self, query: Tensor, key: Tensor) -> Tensor:
        r"""Return how far each score scatters from one run with shots to the next.

        With N shots :math:`s \, F \pm s \sqrt{F (1 - F) / N}`, with the exact F of the device.

        Args:
            query: Shape (N, L, embed_dim), or as ``forward`` takes it.
            key: Shape (N, S, kdim), alike.

        Returns:
            A tensor of shape (N, num_heads, L, S), of a single sequence (num_heads, L, S).

        Raises:
            DeviceError: If overlaps are exact here, or their scatter is not known.
        """
        pairs = pairs_of(*self._angles(query, key))
        errors = self.overlap.standard_errors(*pairs)[..., 0] * self._column(self.scale.abs())
        return errors[0] if query.dim() == 2 else errors

    def costs(self, tokens: int, epsilon: float = 0.1) -> AttentionCosts:
        """Return what a sequence costs on a machine; nothing runs.

        Args:
            tokens: Its length, as queries and as keys.
            epsilon: The standard error that a score may have.

        Raises:
            TypeError: If an argument is no number.
            ValueError: If it is out of bounds.
        """
        heads, T = self.num_heads, check_int("tokens", tokens, minimum=1)
        check_number("epsilon", epsilon, above=0)
        scale, tape = float(self.scale.detach().abs().max()), self.overlap.circuit.probe().tape
        shifts = 2 * sum(len(gate.parameters) for gate in tape.operations)
        return AttentionCosts(
            tokens=T,
            heads=heads,
            n_wires=self.n_wires,
            epsilon=epsilon,
            circuits=heads * T**2,
            causal_circuits=heads * T * (T + 1) // 2,
            gradient_circuits=heads * T**2 * shifts,
            states=2 * heads * T,
            shots=shots_for(scale, epsilon),
            swap_wires=2 * self.n_wires + 1,
            swap_shots=shots_for(scale, epsilon, is_swapped=True),
            two_qubit_gates=two_qubit_gates(tape),
            two_qubit_depth=two_qubit_depth(tape),
            multiplications=heads * T**2 * self.n_wires,
        )

    def twin(self) -> DotProductAttention:
        """Return classical attention with projections of the same sizes and fresh weights.

        It lacks the circuit's weights and the scales.
        """
        return DotProductAttention(self.embed_dim, self.num_heads, self.n_wires, self.options)

    def without_entanglers(self) -> QuantumAttention:
        """Return attention with fresh weights whose circuit has no gates on two wires.

        An overlap is then a product over the wires, which needs no quantum computer.
        """
        choice = self.overlap.runner.choice
        apart = QuantumAttention(
            self.embed_dim,
            self.num_heads,
            n_wires=self.n_wires,
            layers=self.layers,
            device=choice.device,
            shots=choice.shots,
            **self.options._asdict(),
        )
        apart.overlap = apart.overlap.without_entanglers()
        return apart

    def extra_repr(self) -> str:
        """Return the sizes, for torch's printing."""
        return f"{self.num_heads} heads of {self.n_wires} wires, {self.layers} layers"

    def _scores(self, queries: Tensor, keys: Tensor, mask: Tensor | None) -> Tensor:
        shrunk = self._shrunk(queries), self._shrunk(keys)
        return self._column(self.scale) * overlaps_of(self.overlap, *shrunk, mask)

    def _angles(self, query: Tensor, key: Tensor) -> tuple[Tensor, Tensor]:
        queries, keys = self._projected(query, key)
        return self._shrunk(queries), self._shrunk(keys)

    def _shrunk(self, projected: Tensor) -> Tensor:
        return projected / math.sqrt(self.n_wires)

    def _column(self, scale: Tensor) -> Tensor:
        return scale[:, None, None]
