"""``BornMachine``: a circuit whose measured bits learn to look like data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import check_choice, check_int, requirement
from qaimagic.bridge.counting import CircuitCounter
from qaimagic.devices import override
from qaimagic.devices.annealers.thermostat import EXACT, GIBBS
from qaimagic.devices.hardware.vendors import is_hardware
from qaimagic.drawing.page import Picture
from qaimagic.drawing.tiles import tiles_picture
from qaimagic.errors import DeviceError
from qaimagic.layers.boltzmann.estimate import Estimate
from qaimagic.layers.boltzmann.field import numbers_of, states_numbered
from qaimagic.layers.boltzmann.machine import BoltzmannMachine
from qaimagic.layers.boltzmann.phases import MOST_TRAINED, check_bits
from qaimagic.layers.finite import check_weights
from qaimagic.layers.hybrid import HybridLayer
from qaimagic.subroutines.distributions.kernel import bandwidths_of
from qaimagic.subroutines.generative.born.circuit import layer_of, width_of
from qaimagic.subroutines.generative.born.losses import discrepancy, surprise

_LOSSES = ("mmd", "kl")
_SHOWN = 8


class BornMachine(nn.Module):
    r"""A quantum circuit Born machine: the bits that are measured follow a learnt distribution.

    .. math:: p(x) = |\langle x | \psi(\theta) \rangle|^2

    It owns its loss, so that ``train(machine, X)`` and ``%qtrain`` train it: the squared maximum
    mean discrepancy, which asks for samples alone, or the Kullback-Leibler divergence, which asks
    for probabilities, as only a simulator has them.

    Args:
        circuit: A number of bits n, for turns about Y and Z of each wire and CNOTs from wire to
            wire; or a body or layer without data that returns ``qml.probs(wires=...)``, whose first
            wire is the first bit. Wires that are not read are hidden ones.
        layers: How many layers the default circuit has; as many as bits if not given.
        loss: ``"mmd"``, or ``"kl"`` for the negative log-likelihood in nats.
        bandwidth: The width of the discrepancy's Gaussian kernel, where two strings are at the root
            of the number of bits in which they differ; several make the mean of their kernels.
        device: Where the circuit runs; by default where ``qaimagic.devices.default()`` says.
        shots: Shots for each circuit; by default probabilities are exact. The gradient is then that
            of the parameter-shift rule, without bias.

    Attributes:
        circuit: The circuit, a :class:`~qaimagic.layers.hybrid.HybridLayer`.
        n_bits: How many bits it draws.
        loss: The loss.
        bandwidths: The kernel's widths.

    Raises:
        ValueError: If the circuit does not fit or has more than 20 bits, or a number is out of
            bounds.
        TypeError: If an argument is of the wrong type.
        DeviceError: If there is no such device.

    Example:
        >>> import torch
        >>> from qaimagic import BornMachine, train
        >>> from qaimagic.distributions import bars_and_stripes, kl_divergence
        >>> X = torch.tensor(bars_and_stripes(2), dtype=torch.float)
        >>> _ = torch.manual_seed(0)
        >>> machine = BornMachine(4)
        >>> run = train(machine, X, val=0, lr=0.1, steps=150, live=False)
        BornMachine with 36 parameters; loss BornMachine.training_loss; device qaimagic.qubit
        ...
        >>> kl_divergence(X, machine.probabilities()) < 0.05
        True

    References:
        Benedetti et al., npj Quantum Information 5 (2019) 45, arXiv:1801.07686; Liu, Wang,
        Phys. Rev. A 98 (2018) 062324, arXiv:1804.04168 (the discrepancy and its gradient from
        samples); Rudolph et al., npj Quantum Information 10 (2024) 116, arXiv:2305.02881 (why
        either loss becomes flat with more bits).
    """

    def __init__(
        self,
        circuit: int | Callable[..., Any] | HybridLayer,
        *,
        layers: int | None = None,
        loss: str = "mmd",
        bandwidth: float | Sequence[float] = (0.5, 1.0, 2.0),
        device: Any = None,
        shots: int | None = None,
    ) -> None:
        super().__init__()
        self.loss = check_choice("loss", loss, _LOSSES)
        self.bandwidths = bandwidths_of(bandwidth)
        self.circuit = layer_of(circuit, layers, device, shots)
        self.n_bits = width_of(self.circuit)
        self._seen: Tensor | None = None
        self._shots()

    def reset_parameters(self) -> None:
        """Draw the circuit's weights anew."""
        self.circuit.reset_parameters()
        self._seen = None

    def extra_repr(self) -> str:
        """Return the number of bits and the loss, for torch's printing."""
        return f"{self.n_bits} bits, loss {self.loss}"

    def forward(self) -> Tensor:
        """Return the probability of every string, shape (2^n,), as the device tells it.

        Wire 0 is the most significant bit. With shots they are frequencies.
        """
        answer: Tensor = self.circuit()
        return answer.reshape(-1)

    def training_loss(self, batch: Any) -> Tensor:
        """Return the loss; with shots an unbiased estimate with an unbiased gradient.

        Args:
            batch: Zeros and ones, shape (m, n_bits), alone or first in a tuple.
        """
        shots = self._shots()
        p = self()
        is_list = isinstance(batch, list) and batch and isinstance(batch[0], Tensor)
        q = self._frequencies(batch[0] if is_list or isinstance(batch, tuple) else batch).to(p)
        self._seen = p.detach()
        if self.loss == "kl":
            return surprise(p, q)
        return discrepancy(p, q, self.bandwidths, shots)

    @torch.no_grad()
    def probabilities(self) -> Tensor:
        """Return the exact probability of every string, in doubles, shape (2^n,).

        A simulator knows them even where the machine learns from shots. No circuit is counted.

        Raises:
            DeviceError: If the circuit runs on a machine, which knows no probabilities.
        """
        layer, device = self.circuit, self.circuit.runner.choice_now.device
        name = getattr(device, "device", device)
        if isinstance(name, str) and is_hardware(name):
            raise DeviceError(
                f"Device `{layer.device_name}` is a machine, which draws samples and knows no "
                "probabilities. `sample` asks it for some."
            )
        job = layer.runner.job(layer.circuit, for_errors=True)
        job = job._replace(shots=None, counter=CircuitCounter())
        weights = {name: getattr(layer, name).double() for name in layer.weight_shapes}
        answers: Any = layer.circuit.run({}, weights, job)
        p = answers if isinstance(answers, Tensor) else answers[0]
        p = p.detach().reshape(-1).double().clamp(min=0)
        return p / p.sum()

    @torch.no_grad()
    def sample(self, n: int = 1) -> Tensor:
        """Return independent samples, zeros and ones, shape (n, n_bits).

        With shots the device draws them, one shot each; else they are drawn from the exact
        probabilities.

        Args:
            n: How many.

        Raises:
            ValueError: If a weight is NaN or infinite.
        """
        count = check_int("n", n, minimum=1)
        check_weights("self", dict(self.named_parameters()))
        if not self.circuit.runner.has_shots:
            return self._drawn(self.probabilities(), count)
        with override(shots=count):
            counts = (self() * count).round().long().clamp(min=0)
        numbers = torch.repeat_interleave(torch.arange(len(counts), device=counts.device), counts)
        return self._strings(numbers[torch.randperm(len(numbers))])

    @torch.no_grad()
    def log_likelihood(self, X: Any) -> Estimate:
        """Return the mean log-likelihood of the samples, in nats, exactly.

        Args:
            X: Zeros and ones, shape (m, n_bits).

        Raises:
            DeviceError: If the circuit runs on a machine, which knows no probabilities.
        """
        q = self._frequencies(X)
        p = self.probabilities().to(q)
        return Estimate(float(torch.xlogy(q, p).sum()))

    @torch.no_grad()
    def glimpse(self, X: Any) -> Picture:
        """Return a picture of data and of samples; ``train`` shows it while the machine learns.

        The device is not asked: samples are drawn from what it told at the last step.

        Args:
            X: Zeros and ones, shape (m, n_bits); the first 8 are drawn.
        """
        p = self.probabilities() if self._seen is None else self._seen.clamp(min=0)
        rows = {"data": self._data(X)[:_SHOWN], "samples": self._drawn(p, _SHOWN)}
        patterns = {name: values.cpu().numpy() for name, values in rows.items()}
        return tiles_picture(patterns, title="What the Born machine has learnt")

    def twin(self) -> BoltzmannMachine:
        """Return a restricted Boltzmann machine with about as many parameters, trained exactly."""
        n = self.n_bits
        weights = sum(weight.numel() for weight in self.circuit.parameters())
        hidden = max(1, round((weights - n) / (n + 1)))
        device = EXACT if min(n, hidden) <= MOST_TRAINED else GIBBS
        return BoltzmannMachine(n, hidden, device=device)

    def _shots(self) -> int | None:
        """Return the number of shots, if any, after a check that the loss can be had from them."""
        runner = self.circuit.runner
        if not runner.has_shots:
            return None
        shots = runner.shots or runner.choice_now.device.shots.total_shots
        if self.loss == "kl":
            fix = 'Leave out the shots, or take `loss="mmd"`, which samples are enough for.'
            rule = "be `mmd` with shots, whose frequencies have no unbiased logarithm"
            raise ValueError(requirement("loss", rule, "it is `kl`", fix))
        return check_int("shots", shots, minimum=2)

    def _data(self, X: Any) -> Tensor:
        like = next(self.circuit.parameters())
        return check_bits("X", X, self.n_bits, like)

    def _frequencies(self, X: Any) -> Tensor:
        """Return how often each string is among data, in doubles, shape (2^n,)."""
        data = self._data(X)
        return torch.bincount(numbers_of(data), minlength=2**self.n_bits).double() / len(data)

    def _drawn(self, p: Tensor, count: int) -> Tensor:
        sums = p.double().cumsum(0)
        random = torch.rand(count, dtype=torch.float64, device=p.device) * sums[-1]
        return self._strings(torch.searchsorted(sums, random, right=True).clamp(max=len(p) - 1))

    def _strings(self, numbers: Tensor) -> Tensor:
        like = next(self.circuit.parameters())
        return states_numbered(numbers.to(like.device), self.n_bits, like)
