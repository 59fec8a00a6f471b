"""``QuantumGAN``: a circuit that learns to make points which a network takes for data."""

from __future__ import annotations

from typing import Any

from torch import nn

from qaimagic._checks import check_int, requirement
from qaimagic.subroutines.generative.continuous.circuit import reuploading
from qaimagic.subroutines.generative.gan.discriminator import again
from qaimagic.subroutines.generative.gan.game import GAN
from qaimagic.training.twin.baseline import ClassicalTwin, Width

_WIRES = 2


class QuantumGAN(GAN):
    r"""A generative adversarial network whose generator is a circuit.

    .. math:: x_k = b_k + a_k \langle Z_k \rangle_{z, \theta}, \qquad
        z \sim \text{uniform on } [-\pi, \pi)^n

    Noise enters as an angle on each wire, again in each layer; the averages of the first wires,
    scaled, are the sample. Only a and b are classical there. The discriminator is a network:
    its loss is :math:`-\ln D(x) - \ln (1 - D(x'))` for data x and samples x', the generator's
    :math:`-\ln D(x')`. ``training_loss`` plays both sides in one step, so that
    ``train(gan, X)`` trains it with any optimizer that uses gradients; what it shows is how far
    samples are from data. Standardise the data.

    A circuit of this kind can come near any distribution, with enough layers and wires. Nobody
    knows of data that it learns faster than a network of its size, which ``twin`` returns.

    Args:
        n_features: How many numbers a sample has.
        n_wires: How many wires, at least one a feature; as many, but 2 at least, if not given.
            Each brings noise of its own, of which data that lie near a line need little: few wires
            and many layers came nearest to data of two features.
        layers: How often the noise enters.
        discriminator: A module from samples, shape (m, n_features), to logits, shape (m, 1). By
            default two hidden layers of 32.
        device: Where the circuit runs, or None for the default.
        shots: The number of shots, or None for exact answers.

    Attributes:
        generator: The circuit as a layer.
        scale: a, shape (n_features,).
        shift: b, shape (n_features,).

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If a number is out of bounds, or the discriminator does not fit.
        DeviceError: If there is no such device.

    Example:
        >>> import torch
        >>> from qaimagic import QuantumGAN, train
        >>> _ = torch.manual_seed(0)
        >>> X = 1 + 0.3 * torch.randn(200, 1)
        >>> gan = QuantumGAN(1, n_wires=2, layers=2)
        >>> run = train(gan, X, epochs=30, live=False)
        40 of 200 samples are held out for validation, drawn by seed 0.
        ...
        >>> bool(abs(gan.sample(500).mean() - 1) < 0.3)
        True

    References:
        Goodfellow et al., arXiv:1406.2661; Lloyd, Weedbrook, Phys. Rev. Lett. 121 (2018) 040502,
        arXiv:1804.09139; Dallaire-Demers, Killoran, Phys. Rev. A 98 (2018) 012324,
        arXiv:1804.08641; Romero, Aspuru-Guzik, arXiv:1901.00848 (averages as samples); Barthe et
        al., npj Quantum Information 11 (2025), doi:10.1038/s41534-025-01064-3 (what they reach).
    """

    def __init__(
        self,
        n_features: int,
        *,
        n_wires: int | None = None,
        layers: int = 6,
        discriminator: nn.Module | None = None,
        device: Any = None,
        shots: int | None = None,
    ) -> None:
        width = check_int("n_features", n_features, minimum=1)
        wires = max(_WIRES, width) if n_wires is None else check_int("n_wires", n_wires, minimum=1)
        if wires < width:
            rule = f"be at least {width}, one for each feature"
            raise ValueError(requirement("n_wires", rule, f"it is {wires}"))
        circuit = reuploading(wires, layers, width, device=device, shots=shots)
        super().__init__(circuit, wires, width, discriminator)

    def twin(self) -> GAN:
        """Return the same game with Linear and Tanh for the circuit, and fresh weights.

        The generator has about as many parameters, and a discriminator like this. Its noise is
        twice as many angles, with which a network of this size came nearer to data.
        """
        n_latent = 2 * self.n_latent
        width = Width(n_latent, self.n_features, probabilities=False)
        n_weights = sum(parameter.numel() for parameter in self.generator.parameters())
        generator = ClassicalTwin(width, n_weights)
        opponent = again(self.discriminator)
        return GAN(generator, n_latent, self.n_features, opponent).to(self.scale)
