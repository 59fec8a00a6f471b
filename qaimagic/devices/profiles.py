"""A device with what it is asked to do, as one object that goes wherever a device's name goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qaimagic._checks import check_int, check_number, did_you_mean, requirement
from qaimagic.devices.annealers import is_annealer
from qaimagic.devices.catalogue import info, make
from qaimagic.devices.cluster.choice import check_cluster, describe_cluster
from qaimagic.devices.hardware.vendors import is_hardware
from qaimagic.devices.machines.families import family_of
from qaimagic.devices.mitigation import METHODS, Mitigation
from qaimagic.errors import DeviceError

WITH_CHANNELS = ("qaimagic.qubit", "default.mixed")
"""The devices that run noise channels."""


@dataclass(frozen=True)
class Profile:
    """A device of the catalogue with shots, a seed, and noise of one's own; see :func:`get`.

    Attributes:
        device: The device's name.
        shots: The number of shots, or None for exact expectation values.
        seed: The seed of the shots, or None to follow ``torch.manual_seed``.
        depolarizing: The probability of a Pauli error on each wire of a gate.
        damping: The probability that a gate lets an excited wire decay.
        readout: The probability that a wire is read the wrong way round.
        mitigate: How its errors are mitigated: ``"readout"``, ``"zne"``, both as
            ``"readout+zne"``, or None.
        cluster: Where its circuits run: a number of processes, ``"auto"``, a scheduler's
            address, or None for this process.
    """

    device: str
    shots: int | None = None
    seed: int | None = None
    depolarizing: float = 0.0
    damping: float = 0.0
    readout: float = 0.0
    mitigate: str | None = None
    cluster: int | str | None = None

    @property
    def is_noisy(self) -> bool:
        """Whether it has noise of its own."""
        return bool(self.depolarizing or self.damping or self.readout)

    @property
    def mitigation(self) -> Mitigation:
        """What is done against its errors, and how many circuits that takes.

        Example:
            >>> import qaimagic
            >>> lab = qaimagic.devices.get("qaimagic.qubit", readout=0.1, mitigate="readout+zne")
            >>> lab.mitigation.factor, lab.mitigation.calibrating
            (2, 2)
        """
        return Mitigation() if self.mitigate is None else METHODS[self.mitigate]

    @property
    def is_plain(self) -> bool:
        """Whether it is the device itself in this process, but for shots and seed."""
        return not self.is_noisy and self.mitigate is None and self.cluster is None

    @property
    def name(self) -> str:
        """What to print for it: the device, the noise, and the cluster."""
        noise = [
            f"{kind} {value:g}"
            for kind in ("depolarizing", "damping", "readout")
            if (value := getattr(self, kind))
        ]
        mitigated = [] if self.mitigate is None else [f"mitigated by {self.mitigate}"]
        where = [] if self.cluster is None else [describe_cluster(self.cluster)]
        return ", ".join([self.device, *noise, *mitigated, *where])

    def make(self, wires: Sequence[Any] | None, **options: Any) -> Any:
        """Return the PennyLane device.

        Args:
            wires: Its wires, or None for as many as circuits need.
            **options: What else ``qml.device`` takes, such as ``seed``.
        """
        device = make(self.device, wires, **options)
        if self.cluster is not None:
            from qaimagic.devices.cluster.device import ClusterDevice

            here = replace(self, cluster=None)
            return ClusterDevice(here, self.cluster, self.name, device.wires, **options)
        noise = {kind: getattr(self, kind) for kind in ("depolarizing", "damping", "readout")}
        if self.mitigation.inverts_readout:
            from qaimagic.devices.mitigation.readout import with_inversion

            device = with_inversion(device, noise)
        if self.is_noisy:
            from qaimagic.devices.noise import with_noise

            device = with_noise(device, **noise)
        if self.mitigation.extrapolates:
            from qaimagic.devices.mitigation.zne import with_extrapolation

            device = with_extrapolation(device)
        return device


def get(
    name: str,
    *,
    shots: int | None = None,
    seed: int | None = None,
    depolarizing: float = 0.0,
    damping: float = 0.0,
    readout: float = 0.0,
    mitigate: str | None = None,
    cluster: int | str | None = None,
) -> Profile:
    r"""Return a device together with shots, a seed, a simple noise model, and where it runs.

    Gates on more than two wires are taken apart first, but for conditional ones. After every
    gate each of its wires goes through
    :math:`\rho \mapsto (1 - p) \rho + \tfrac{p}{3} (X \rho X + Y \rho Y + Z \rho Z)` and an
    amplitude damping of probability ``damping``. Each measured wire is read the wrong way round
    with probability ``readout``, in whichever Pauli basis it is read.

    On a cluster, Dask's workers share the circuits of each submission, such as those of a gradient.
    Connecting waits for the first circuit. For the same seed, answers with shots are the same on
    any number of workers, one process (``cluster=1``) included, and again where a worker died:
    each part of a submission has its own seed, and parts follow from the circuits alone. Without
    a cluster a submission has one seed for all, and other shots. Exact answers are the same in
    any case. Gradients are those that run circuits, such as ``parameter-shift``.

    Mitigation brings exact answers nearer to the ideal ones, but shots scatter more: about 1.6
    times by ``zne``. It pays where shots are many: on ``ibm:FakeTorino``, with four wires and two
    entangling layers, from about 10000 shots a circuit on. Coherent errors, as of
    ``google:willow_pink``, make ``zne`` worse than nothing.

    Args:
        name: A device of the catalogue; ``qaimagic.devices.names()`` lists them.
        shots: The number of shots, or None for exact expectation values.
        seed: The seed of the shots, or None to follow ``torch.manual_seed``.
        depolarizing: The probability p of a Pauli error on each wire of a gate.
        damping: The probability that each wire of a gate decays, where it is excited.
        readout: The probability that a wire is read the wrong way round, up to 1/2.
        mitigate: ``readout`` measures how often wires are misread, with two circuits more, and
            inverts that; ``zne`` runs each circuit also with three times its gates, and
            extrapolates expectation values and probabilities to no noise; ``readout+zne`` does
            both; None leaves answers as they are.
        cluster: Where circuits run: a number of local processes, ``auto`` for one on each core, or
            the address of a Dask scheduler, ``tcp://host:port``; None for this process.

    Returns:
        An object that every ``device=`` and every magic takes.

    Raises:
        TypeError: If the name is no text, or ``cluster`` is neither a number nor text.
        DeviceError: If no such device is installed or ready, or it has no noise channels.
        ValueError: If a probability or a number is out of bounds, or ``cluster`` no address.

    Example:
        >>> import qaimagic
        >>> lab = qaimagic.devices.get("qaimagic.qubit", shots=1000, depolarizing=0.01)
        >>> lab.name
        'qaimagic.qubit, depolarizing 0.01'

    References:
        Nielsen and Chuang, Quantum Computation and Quantum Information (2010), section 8.3;
        readout: Bravyi et al., doi:10.1103/PhysRevA.103.042605; zne: arXiv:1612.02058.
    """
    if not isinstance(name, str):
        fix = "A PennyLane device object is used as it is, where a device is asked for."
        raise TypeError(requirement("name", "be a device's name", f"it is {name!r}", fix))
    if is_annealer(name):
        raise DeviceError(
            f"Device `{name}` is an annealer: `qaimagic.devices.annealers.get` makes it to order."
        )
    entry = info(name)
    if not entry.ready:
        raise DeviceError(f"Device `{name}` is installed but not ready: {entry.missing}")
    if shots is not None:
        shots = check_int("shots", shots, minimum=1)
    if seed is not None:
        seed = check_int("seed", seed, minimum=0)
    noise = {"depolarizing": depolarizing, "damping": damping, "readout": readout}
    for kind, value in noise.items():
        noise[kind] = check_number(kind, value, minimum=0)
        most = 0.5 if kind == "readout" else 1
        if noise[kind] > most:
            rule = f"be a probability, from 0 to {most:g}"
            raise ValueError(requirement(kind, rule, f"it is {value}"))
    if any(noise.values()) and name not in WITH_CHANNELS:
        listing = " and ".join(f"`{device}`" for device in WITH_CHANNELS)
        raise DeviceError(
            f"Device `{name}` has no noise channels, so it cannot take noise of your own. "
            f"{listing} can."
        )
    if mitigate is not None:
        _check_mitigation(mitigate, name, entry.kind, noise)
    if cluster is not None:
        cluster = check_cluster(cluster)
        if is_hardware(name):
            raise DeviceError(
                f"Device `{name}` is a machine elsewhere, and all circuits go to it in one "
                "submission: processes here would only queue. Leave out `cluster`."
            )
    return Profile(name, shots, seed, **noise, mitigate=mitigate, cluster=cluster)


def _check_mitigation(mitigate: str, name: str, kind: str, noise: Mapping[str, float]) -> None:
    if mitigate not in METHODS:
        listing = ", ".join(f"`{method}`" for method in METHODS)
        message = requirement("mitigate", f"be one of {listing}", f"it is {mitigate!r}")
        raise ValueError(message + did_you_mean(str(mitigate), METHODS))
    if kind == "simulator" and not any(noise.values()):
        raise DeviceError(
            f"Device `{name}` has no noise to mitigate. Choose a noisy machine, such as "
            "`ibm:FakeTorino`, or give it noise: `depolarizing=0.01`."
        )
    tells_wires = family_of(name) is not None and not is_hardware(name)
    if METHODS[mitigate].inverts_readout and not (tells_wires or noise["readout"]):
        if kind == "simulator":
            fix = "Give it some, `readout=0.02`, or leave `readout` out of `mitigate`."
            raise DeviceError(f"Device `{name}` has no readout errors to invert. {fix}")
        raise DeviceError(
            f"Device `{name}` does not tell which of its wires a circuit is read on, so that "
            "they cannot be calibrated. Leave `readout` out of `mitigate`."
        )
