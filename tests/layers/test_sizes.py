"""What a layer says of its wires and outputs is what its answers have."""

import pennylane as qml
import pytest
import torch

from qaimagic import quantum
from qaimagic.devices import override
from qaimagic.errors import CircuitError, MemoryNeedError, QaimagicNote


def turned(inputs):
    qml.RX(inputs[0], wires=0)


def test_outputs_are_counted_on_the_wires_of_a_device_that_has_its_own():
    device = qml.device("default.qubit", wires=2)

    @quantum(device=device)
    def layer(inputs):
        turned(inputs)
        return qml.probs()

    assert layer.n_outputs == 4
    assert layer(torch.rand(5, 1)).shape == (5, 4)
    with override("qaimagic.qubit"):
        assert layer.n_outputs == 2
        assert layer(torch.rand(5, 1)).shape == (5, 2)


def test_wires_that_follow_the_data_are_not_numbered():
    def body(inputs):
        for wire, value in enumerate(inputs):
            qml.RX(value, wires=wire)
        return qml.probs()

    assert quantum(body).summary().startswith("body: wires as the data need · 0 weights · on")
    assert quantum(wires=2)(body).summary().startswith("body: 2 wires · 0 weights · 4 outputs")


@pytest.mark.parametrize(
    ("device", "n_wires"), [("default.mixed", 30), ("default.qubit", 45), ("lightning.qubit", 45)]
)
def test_more_wires_than_memory_holds_are_refused_before_a_simulator_tries(device, n_wires):
    def body(inputs):
        for wire in range(n_wires):
            qml.RX(inputs[0], wires=wire)
        return qml.expval(qml.Z(0))

    layer = quantum(device=device)(body)
    with pytest.raises(MemoryNeedError, match=f"A circuit of {n_wires} wires needs .* are free"):
        layer(torch.rand(2, 1))


def test_samples_without_shots_are_told_of_before_the_first_call():
    @quantum
    def layer(inputs):
        turned(inputs)
        return qml.sample()

    assert "need shots: `--shots 1000`" in layer.summary()
    with override(shots=10):
        assert "need shots" not in layer.summary()


@pytest.mark.parametrize("device", ["default.qubit", "qaimagic.qubit"])
def test_states_have_the_precision_of_the_data(device):
    @quantum(device=device)
    def layer(inputs):
        turned(inputs)
        return qml.state()

    inputs = torch.rand(2, 1)
    assert layer(inputs).dtype == torch.complex64
    assert layer(inputs.double()).dtype == torch.complex128


def test_a_state_among_other_measurements_is_refused_not_dropped():
    @quantum
    def layer(inputs):
        turned(inputs)
        return qml.density_matrix(0), qml.density_matrix(1)

    with pytest.raises(CircuitError, match="must be returned alone"):
        layer(torch.rand(2, 1))


def test_a_weight_that_is_never_read_is_noted():
    @quantum
    def layer(inputs, theta: 2, phi: 2, psi: 2):
        turned(inputs)
        [qml.RX(psi[i], wires=0) for i in range(2)]
        qml.RX(theta[0], wires=0)
        return qml.expval(qml.Z(0))

    with pytest.warns(QaimagicNote, match="never reads the weight `phi`:") as told:
        _ = layer.n_outputs
    assert told[0].filename == __file__
