"""``BinaryNetwork``: a small network whose weights an annealer or a circuit can choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from qaimagic._checks import check_int, requirement
from qaimagic.subroutines.binary_network.committee import unit_answers, vote, with_ones
from qaimagic.subroutines.binary_network.data import check_inputs, check_labels
from qaimagic.subroutines.binary_network.expansion import loss_terms, settings
from qaimagic.subroutines.binary_network.straight_through import hard_sign
from qaimagic.subroutines.energies.problem import Problem
from qaimagic.subroutines.energies.question import Question

MOST_EXPANDED = 6
"""The most weights of one unit whose answers are expanded: a pair of units then has some thousand
terms of up to 10 or 12 spins, and annealers' quadratic models take no longer ones."""


class BinaryNetwork(nn.Module):
    r"""Hidden units with weights of +1 and -1 that vote on the class of a sample.

    .. math:: h_j(x) = \operatorname{sign}\Bigl(\sum_i w_{ji} x_i + b_j\Bigr), \qquad
        f(x) = \frac{1}{m + 1} \Bigl(c + \sum_{j=1}^m h_j(x)\Bigr), \qquad w, b, c = \pm 1 ,

    with sign(0) = +1, and the class is the sign of f. Without bias there are no b and c, and f is
    the mean of m votes. Inputs are any real numbers; since thresholds are +1 or -1, standardise
    them. Weights of the votes would say nothing new: a unit whose weights are all turned round
    answers with the other sign already, but where its sum is exactly 0.

    Its mean squared error is a polynomial of the weights, `energy`, so that whatever brings
    energies down trains it: enumeration, an annealer, QAOA. As a torch module it is trained
    by straight-through gradients: real weights of which the signs are used, and an error that is
    passed back through each sign as though it were the identity, clipped to [-1, 1].

    What to expect: with n weights a unit (the threshold is one), the polynomial has at most
    :math:`2 + m 2^n + \binom{m}{2} 4^{n-1}` terms where no sum is exactly 0, of degree
    up to 2n. An annealer takes pairs alone, so that products of more become many
    auxiliary bits. Circuits are simulated, up to some 24 weights. Nobody knows of a
    speed-up over classical search, and networks that matter have millions of weights.

    Args:
        n_inputs: Number of inputs.
        n_hidden: Number of hidden units; an even one, or an odd one without bias, has no ties.
        bias: Whether there are b and c.

    Attributes:
        weight: Real numbers whose signs are w, shape (n_hidden, n_inputs).
        bias: The same for b, shape (n_hidden,), or None.
        output_bias: The same for c, shape (), or None.
        labels: What the weights are called as spins: ``"w[0, 1]"``, ``"b[0]"``, ``"c"``; unit by
            unit, and c last.

    Raises:
        TypeError: If a number is no whole number.
        ValueError: If a number is below 1.

    Example:
        >>> import qaimagic
        >>> X, y = [[1, 1], [1, -1], [-1, 1], [-1, -1]], [-1, 1, 1, -1]
        >>> network = qaimagic.BinaryNetwork(n_inputs=2, n_hidden=2)
        >>> answer = qaimagic.anneal(network.energy(X, y), device="anneal:exact", reads=1)
        >>> network.set_weights(answer).predict(X)
        array([-1,  1,  1, -1], dtype=int8)

    References:
        Bengio, Léonard, Courville, arXiv:1308.3432 (straight-through gradients); Courbariaux et
        al., arXiv:1602.02830 (binary networks); O'Donnell, Analysis of Boolean Functions (2014),
        doi:10.1017/CBO9781139814782 (the expansion).
    """

    def __init__(self, n_inputs: int, n_hidden: int, *, bias: bool = True) -> None:
        super().__init__()
        self.n_inputs = check_int("n_inputs", n_inputs, minimum=1)
        self.n_hidden = check_int("n_hidden", n_hidden, minimum=1)
        if not isinstance(bias, bool):
            raise TypeError(requirement("bias", "be True or False", f"it is {bias!r}"))
        self.weight = nn.Parameter(torch.empty(n_hidden, n_inputs))
        self.bias = nn.Parameter(torch.empty(n_hidden)) if bias else None
        self.output_bias = nn.Parameter(torch.empty(())) if bias else None
        self.labels = _labels(n_inputs, n_hidden, bias)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the real weights anew, evenly from -1 to 1."""
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-1, 1)

    def extra_repr(self) -> str:
        """Return the sizes, for torch's printing."""
        return f"{self.n_inputs}, {self.n_hidden}, bias={self.bias is not None}"

    @property
    def weights(self) -> NDArray[np.int8]:
        """The weights in use, +1 or -1, in the order of ``labels``."""
        with torch.no_grad():
            found = [self._units().reshape(-1)]
            found += [] if self.output_bias is None else [self.output_bias.reshape(1)]
            return hard_sign(torch.cat(found)).to(torch.int8).cpu().numpy()

    def forward(self, X: Tensor) -> Tensor:
        """Return the mean vote, from -1 to 1, shape (m,), of inputs of shape (m, n_inputs).

        While it is being trained, real weights beyond [-1, 1] are first brought back: out there no
        gradient reaches them.
        """
        if X.ndim != 2 or X.shape[1] != self.n_inputs:
            rule = f"have shape (n_samples, {self.n_inputs})"
            raise ValueError(requirement("X", rule, f"its shape is {tuple(X.shape)}"))
        if self.training:
            with torch.no_grad():
                for parameter in self.parameters():
                    parameter.clamp_(-1, 1)
        return vote(self._units(), self.output_bias, self._columns(X))

    def training_loss(self, batch: Any) -> Tensor:
        """Return the mean squared error, which `energy` is, of a batch (X, y)."""
        X, y = batch
        target = check_labels(y, len(X)).to(X.device)
        loss: Tensor = (self(X) - target).square().mean()
        return loss

    def predict(self, X: Any) -> NDArray[np.int8]:
        """Return classes, +1 or -1, shape (m,); a tie is +1."""
        samples = check_inputs(X, self.n_inputs).to(self.weight.device)
        with torch.no_grad():
            outputs = vote(self._units(), self.output_bias, self._columns(samples))
        return hard_sign(outputs).to(torch.int8).cpu().numpy()

    def energy(self, X: Any, y: Any) -> Problem:
        """Return the mean squared error as a polynomial of the weights, which become spins.

        Args:
            X: Real numbers, shape (m, n_inputs); standardise them.
            y: +1 and -1, or 0 and 1, shape (m,).

        Returns:
            A problem for `anneal` and `qaoa`; its variables are those of ``labels``.

        Raises:
            TypeError: If the data are no numbers.
            ValueError: If the data do not fit, or a unit has more than 6 weights.
        """
        has_bias = self.bias is not None
        n = self.n_inputs + has_bias
        if n > MOST_EXPANDED:
            received = f"it is {self.n_inputs}"
            fix = (
                f"A pair of units would have some {4 ** (n - 1):,} terms. Choose features, for "
                "instance by scikit-learn's `SelectKBest`; `qaimagic.train` takes any number."
            )
            rule = f"be at most {MOST_EXPANDED - has_bias} for an energy"
            raise ValueError(requirement("n_inputs", rule, received, fix))
        samples = check_inputs(X, self.n_inputs)
        targets = check_labels(y, len(samples)).numpy()
        answers = unit_answers(torch.from_numpy(settings(n)), self._columns(samples)).numpy()
        terms = loss_terms(answers, targets, self.n_hidden, has_bias=has_bias)
        spins = (True,) * len(self.labels)
        error = Problem(self.labels, spins, terms)
        question = Question("a network's weights", error.energies, self.named)
        return Problem(self.labels, spins, terms, question=question)

    def named(self, weights: NDArray[np.int8]) -> dict[str, NDArray[np.int8]]:
        """Return weights in the order of ``labels`` as w, b and c, in their shapes."""
        n = self.n_inputs + (self.bias is not None)
        units = np.asarray(weights)[: self.n_hidden * n].reshape(self.n_hidden, n)
        if self.bias is None:
            return {"w": units}
        return {"w": units[:, :-1], "b": units[:, -1], "c": np.asarray(weights)[-1]}

    def set_weights(self, answer: Any) -> BinaryNetwork:
        """Take over weights, such as the best that an annealer found; returns the network.

        Args:
            answer: What `anneal` or `qaoa` returned; +1 and -1 by label; or an array of them in
                the order of ``labels``.

        Raises:
            TypeError: If it is none of these.
            ValueError: If a weight is missing, or neither +1 nor -1.
        """
        named = self.named(_weights_in(answer, self.labels))
        with torch.no_grad():
            for parameter, name in ((self.weight, "w"), (self.bias, "b"), (self.output_bias, "c")):
                if parameter is not None:
                    parameter.copy_(torch.from_numpy(np.array(named[name], dtype=np.float32)))
        return self

    def _units(self) -> Tensor:
        if self.bias is None:
            return self.weight
        return torch.cat([self.weight, self.bias[:, None]], dim=1)

    def _columns(self, X: Tensor) -> Tensor:
        return X if self.bias is None else with_ones(X)


def _labels(n_inputs: int, n_hidden: int, bias: bool) -> tuple[str, ...]:
    labels = []
    for j in range(n_hidden):
        labels += [f"w[{j}, {i}]" for i in range(n_inputs)]
        labels += [f"b[{j}]"] * bias
    return (*labels, *["c"] * bias)


def _weights_in(answer: Any, labels: tuple[str, ...]) -> NDArray[np.int8]:
    """Return the weights in an answer, in the order of ``labels``."""
    answer = getattr(answer, "samples", answer)
    answer = getattr(answer, "best", answer)
    if isinstance(answer, Mapping):
        missing = [label for label in labels if label not in answer]
        if missing:
            received = f"`{missing[0]}` is missing"
            fix = "Is it the answer to another network's energy?"
            raise ValueError(requirement("answer", "hold every weight", received, fix))
        answer = [answer[label] for label in labels]
    try:
        weights = np.asarray(answer, dtype=np.float64)
    except (TypeError, ValueError) as error:
        rule = "be what an annealer returned, a mapping by label, or an array of +1 and -1"
        raise TypeError(requirement("answer", rule, f"it is {answer!r}")) from error
    if weights.shape != (len(labels),):
        rule = f"have {len(labels)} weights"
        raise ValueError(requirement("answer", rule, f"its shape is {weights.shape}"))
    if not (abs(weights) == 1).all():
        odd = weights[abs(weights) != 1][0]
        raise ValueError(requirement("answer", "hold +1 and -1", f"it has {odd:g}"))
    return weights.astype(np.int8)
