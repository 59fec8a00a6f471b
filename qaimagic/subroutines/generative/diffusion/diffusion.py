"""``QuantumDiffusion``: a denoising diffusion model whose denoiser contains a circuit."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from qaimagic._checks import check_int, requirement
from qaimagic.subroutines.generative.continuous.circuit import reuploading
from qaimagic.subroutines.generative.diffusion.mixture import MixtureDenoiser
from qaimagic.subroutines.generative.diffusion.process import Diffusion
from qaimagic.training.twin.baseline import hidden_width


class Denoiser(nn.Module):
    """Linear into a body of a few numbers, the body, and Linear out of it.

    Args:
        n_features: How many numbers a sample has.
        body: Maps shape (m, width) to the same shape.
        width: The body's width.
    """

    def __init__(self, n_features: int, body: nn.Module, width: int) -> None:
        super().__init__()
        self.into = nn.Linear(n_features + 1, width)
        self.body = body
        self.out = nn.Linear(width, n_features)

    def forward(self, X: Tensor, share: Tensor) -> Tensor:
        """Return v of samples, shape (m, d), of which ``share``, shape (m, 1), is still data."""
        age = 4 / math.pi * torch.acos(share.sqrt().clamp(max=1)) - 1
        v: Tensor = self.out(self.body(self.into(torch.cat([X, age], dim=1))))
        return v


class QuantumDiffusion(Diffusion):
    r"""A denoising diffusion model whose denoiser contains a circuit.

    .. math:: x_t = \sqrt{\bar\alpha_t}\, x_0 + \sqrt{1 - \bar\alpha_t}\, \varepsilon

    Data become noise in steps, and the model learns to say which noise it was: the loss is the
    mean squared error of the noise. Samples begin as noise, of which it takes out a part at each
    step. The circuit takes an angle on each wire, again in each layer, and answers with the
    average of Z on each. Before and behind it is a Linear layer, with :math:`(d + 2) n + (n + 1)
    d` classical weights beside the circuit's 3 n layers, for d features and n wires; a step back
    takes one circuit a sample. Standardise the data.

    Nobody knows of data that it learns faster than a network of its size, which ``twin`` returns.
    `exact` is the best that any denoiser can do, for data whose distribution is known.

    Args:
        n_features: How many numbers a sample has.
        steps: How many steps from data to noise, 10 to 50 for small models.
        n_wires: How many wires.
        layers: How often the angles enter.
        device: Where the circuit runs, or None for the default.
        shots: The number of shots, or None for exact answers.

    Attributes:
        denoiser: Both Linear layers, ``into`` and ``out``, and between them ``body``, the circuit.
        signal: The shares :math:`\bar\alpha_0 \ldots \bar\alpha_T`, shape (steps + 1,).

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds.
        DeviceError: If there is no such device.

    Example:
        >>> import torch
        >>> from qaimagic import QuantumDiffusion, train
        >>> _ = torch.manual_seed(0)
        >>> X = torch.where(torch.rand(200, 1) < 0.5, -1.0, 1.0)
        >>> model = QuantumDiffusion(1, steps=10, n_wires=2, layers=2)
        >>> run = train(model, X, val=0, epochs=20, lr=0.03, live=False)
        QuantumDiffusion with ... device qaimagic.qubit
        ...
        >>> gaussian = model.signal[1:].mean()
        >>> bool(model.training_loss(X.repeat(20, 1)) < 0.8 * gaussian)
        True

    References:
        Ho, Jain, Abbeel, arXiv:2006.11239; Salimans, Ho, arXiv:2202.00512 (v); Parigi, Martina,
        Caruso, arXiv:2308.12013; Kölle et al., arXiv:2401.07049; for quantum states as data Zhang
        et al., Phys. Rev. Lett. 132 (2024) 100602, arXiv:2310.05866.
    """

    def __init__(
        self,
        n_features: int,
        *,
        steps: int = 20,
        n_wires: int = 4,
        layers: int = 3,
        device: Any = None,
        shots: int | None = None,
    ) -> None:
        width = check_int("n_features", n_features, minimum=1)
        wires = check_int("n_wires", n_wires, minimum=1)
        circuit = reuploading(wires, layers, wires, device=device, shots=shots)
        super().__init__(width, Denoiser(width, circuit, wires), steps=steps)

    def twin(self) -> Diffusion:
        """Return the same model with a classical denoiser, and fresh weights.

        It is a hidden layer of Tanh between Linear ones, as wide as makes about as many parameters
        in all. To put Linear and Tanh between the two Linear layers that are there already would
        waste some of them.
        """
        d = self.n_features
        count = sum(parameter.numel() for parameter in self.denoiser.parameters())
        denoiser = Denoiser(d, nn.Tanh(), hidden_width(d + 1, d, count))
        return Diffusion(d, denoiser, steps=self.steps).to(self.signal)

    def exact(self, means: Any, deviations: Any, weights: Any = None) -> Diffusion:
        """Return the same process with the best denoiser of data from a mixture of Gaussians.

        Its `training_loss` is the lowest that there is, and its samples show what so few steps
        can do.

        Args:
            means: The components' means, shape (n_components, n_features).
            deviations: Their standard deviations in each direction, one number or one each.
            weights: Their chances, which are made to sum to 1; equal ones if not given.

        Raises:
            TypeError: If they are no numbers.
            ValueError: If they do not fit, or a deviation or a chance is not positive.
        """
        denoiser = MixtureDenoiser(means, deviations, weights)
        if (width := len(denoiser.get_buffer("means")[0])) != self.n_features:
            rule = f"have {self.n_features} column{'s' * (self.n_features != 1)}, one a feature"
            raise ValueError(requirement("means", rule, f"it has {width}"))
        return Diffusion(self.n_features, denoiser, steps=self.steps).to(self.signal)
