"""The device itself: PennyLane's interface, kept thin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from pennylane.devices import Device, ExecutionConfig
from pennylane.devices.capabilities import DeviceCapabilities
from pennylane.devices.modifiers import simulator_tracking, single_tape_support
from pennylane.devices.qubit.sampling import get_num_shots_and_executions
from pennylane.gradients import param_shift, vjp
from pennylane.measurements import StateMP
from pennylane.ops import Snapshot
from pennylane.tape import QuantumScript
from pennylane.transforms.core import CompilePipeline

from qaimagic._checks import requirement
from qaimagic.bridge.lowering import NotNativeError
from qaimagic.bridge.plugin.batches import NOISE
from qaimagic.bridge.plugin.binding import jacobians, pullbacks
from qaimagic.bridge.plugin.fallback import NAME, Fallback, run_slowly, say_handed_over
from qaimagic.bridge.plugin.noise import NoiseRuns, check_gradients, has_noise
from qaimagic.bridge.plugin.running import by_torch, run
from qaimagic.bridge.plugin.shifts import SHIFT, can_shift, owns_shifts, shift_pullback, shifting
from qaimagic.bridge.plugin.words import exact_words, sampled_words

_STATES = "adjoint derivatives of a state"


@simulator_tracking
@single_tape_support
class QaimagicQubit(Device):  # type: ignore[misc]
    """A simulator that runs circuits of one shape as one batch, differentiably.

    Circuits with noise channels run on density matrices up to 10 wires, and on sampled
    trajectories beyond; then ``standard_errors`` holds how far the last answers scatter.

    Args:
        wires: The number of wires, or their labels; None takes each circuit's own.
        shots: The default number of shots (PennyLane prefers ``qml.set_shots``).
        seed: What ``numpy.random.default_rng`` takes; ``"global"`` draws it from NumPy's global
            generator. It alone decides the shots, and the trajectories of noise.
        n_trajectories: The number of trajectories that noise is sampled by, on any number of
            wires; None for density matrices up to 10 wires, and 256 trajectories beyond.

    Attributes:
        in_steps: Takes a tape apart into the gates that noise of one's own comes after, where
            there is any; then shift rules are PennyLane's, of the tapes before the noise.

    Example:
        >>> import pennylane as qml
        >>> @qml.qnode(qml.device("qaimagic.qubit", wires=1))
        ... def circuit(angle):
        ...     qml.RX(angle, wires=0)
        ...     return qml.expval(qml.Z(0))
        >>> print(round(float(circuit(0.0)), 3))
        1.0
    """

    capabilities = DeviceCapabilities(
        dynamic_qubit_management=True,
        non_commuting_observables=True,
        initial_state_prep=True,
        supported_mcm_methods=["device", "one-shot", "tree-traversal"],
    )

    def __init__(
        self,
        wires: Any = None,
        shots: Any = None,
        seed: Any = "global",
        *,
        n_trajectories: int | None = None,
    ) -> None:
        super().__init__(wires=wires, shots=shots)
        self.in_steps: Callable[[QuantumScript], QuantumScript] | None = None
        if isinstance(seed, str) and seed != "global":
            rule = 'be a whole number, None, a generator of NumPy\'s, or "global"'
            raise TypeError(requirement("seed", rule, f"it is {seed!r}"))
        start = np.random.randint(10**7) if isinstance(seed, str) else seed
        self._rng = np.random.default_rng(start)
        self._fallback = Fallback(wires, self._rng)
        self._noise = NoiseRuns(self._rng, n_trajectories)
        self._debugger: Any = None

    @property
    def name(self) -> str:
        """The name that ``qml.device`` takes."""
        return NAME

    @property
    def standard_errors(self) -> tuple[Any, ...] | None:
        """Those of the last circuits' sampled answers, in their nesting; None if all is exact."""
        return self._noise.standard_errors

    def samples_noise(self, circuit: QuantumScript) -> bool:
        """Return whether the noise of ``circuit`` is sampled by trajectories."""
        return has_noise(circuit) and self._noise.is_sampled(circuit)

    def supports_derivatives(
        self, execution_config: ExecutionConfig | None = None, circuit: QuantumScript | None = None
    ) -> bool:
        """Return whether the device differentiates ``circuit`` itself, by that method."""
        if self.in_steps is None and owns_shifts(execution_config, circuit):
            return True
        return bool(self._fallback.supports_derivatives(execution_config, circuit))

    supports_vjp = supports_derivatives

    def setup_execution_config(
        self, config: ExecutionConfig | None = None, circuit: QuantumScript | None = None
    ) -> ExecutionConfig:
        """Return ``config`` with every open choice settled."""
        if config is not None and self.in_steps is None and owns_shifts(config, circuit):
            config = shifting(config)
        if circuit is not None and has_noise(circuit):
            config = _deferring(config or ExecutionConfig())
        return self._fallback.setup_execution_config(config, circuit)

    def preprocess_transforms(
        self, execution_config: ExecutionConfig | None = None
    ) -> CompilePipeline:
        """Return the transforms that bring circuits into the form that runs."""
        config = execution_config or ExecutionConfig()
        pipeline = CompilePipeline()
        step = config.gradient_keyword_arguments.get("h", 0.0)
        pipeline.add_transform(
            check_gradients, config.gradient_method, self._noise.is_sampled, step
        )
        return pipeline + self._fallback.preprocess_transforms(execution_config)

    def execute(
        self, circuits: Sequence[QuantumScript], execution_config: ExecutionConfig | None = None
    ) -> tuple[Any, ...]:
        """Return the answers of each circuit, in PennyLane's nesting."""
        config = execution_config or ExecutionConfig()
        if self._debugger is not None and any(map(_takes_snapshots, circuits)):
            return self._slowly(config, circuits, "snapshots are taken within it")
        return run(circuits, config, self._rng, self._slowly)

    def compute_derivatives(
        self, circuits: Sequence[QuantumScript], execution_config: ExecutionConfig | None = None
    ) -> tuple[Any, ...]:
        """Return the Jacobian of each circuit."""
        _, derivatives = self.execute_and_compute_derivatives(circuits, execution_config)
        return tuple(derivatives)

    def execute_and_compute_derivatives(
        self, circuits: Sequence[QuantumScript], execution_config: ExecutionConfig | None = None
    ) -> tuple[Any, ...]:
        """Return the answers and the Jacobian of each circuit."""
        config = execution_config or ExecutionConfig()
        if any(isinstance(m, StateMP) for tape in circuits for m in tape.measurements):
            say_handed_over(_STATES)
            return tuple(self._fallback.execute_and_compute_derivatives(circuits, config))
        answers, derivatives = jacobians(circuits, by_torch(config, self._slowly))
        return tuple(answers), tuple(derivatives)

    def compute_vjp(
        self,
        circuits: Sequence[QuantumScript],
        cotangents: Sequence[Any],
        execution_config: ExecutionConfig | None = None,
    ) -> tuple[Any, ...]:
        """Return the cotangents of each circuit's trainable parameters."""
        config = execution_config or ExecutionConfig()
        if config.gradient_method == SHIFT:
            pairs = zip(circuits, cotangents, strict=True)
            return tuple(self._shifted(tape, given, config) for tape, given in pairs)
        if any(isinstance(m, StateMP) for tape in circuits for m in tape.measurements):
            say_handed_over(_STATES)
            return tuple(self._fallback.compute_vjp(circuits, cotangents, config))
        return tuple(pullbacks(circuits, cotangents, by_torch(config, self._slowly)))

    def _shifted(self, tape: QuantumScript, cotangents: Any, config: ExecutionConfig) -> Any:
        if not can_shift(tape):
            tapes, combine = vjp(tape, cotangents, param_shift)
            return combine(self.execute(tuple(tapes), config))
        shots = tape.shots.total_shots
        run_words = exact_words
        if shots is not None:
            run_words = partial(sampled_words, shots=shots, rng=self._rng)
        gradients, n_shifts = shift_pullback(tape, cotangents, run_words)
        if self.tracker.active:
            executions, shots_taken = get_num_shots_and_executions(tape)
            counts = {"shots": n_shifts * shots_taken} if tape.shots else {}
            self.tracker.update(executions=n_shifts * executions, **counts)
            self.tracker.record()
        return gradients

    def _slowly(
        self, config: ExecutionConfig, circuits: Sequence[QuantumScript], reason: str
    ) -> tuple[Any, ...]:
        if reason == NOISE:
            run_noise = self._noise.with_shots if circuits[0].shots else self._noise.exactly
            try:
                return tuple(run_noise([tape.map_to_standard_wires() for tape in circuits]))
            except NotNativeError as error:
                reason = str(error)
        return run_slowly(self._fallback, config, self._debugger, circuits, reason)


def _deferring(config: ExecutionConfig) -> ExecutionConfig:
    """Return ``config`` with mid-circuit measurements deferred, unless it says otherwise."""
    if config.mcm_config.mcm_method is not None:
        return config
    return replace(config, mcm_config=replace(config.mcm_config, mcm_method="deferred"))


def _takes_snapshots(tape: QuantumScript) -> bool:
    return any(isinstance(operation, Snapshot) for operation in tape.operations)
