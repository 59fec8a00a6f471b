"""The compiled engine: against a dense reference and plain torch, gradients and transforms too."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from qaimagic.engine import eager, jit, run
from qaimagic.engine.circuit import Angle, Circuit, Flip, Rotation
from tests.engine.random_circuits import cases, parameters, starts
from tests.oracles import circuits as oracle

pytestmark = pytest.mark.skipif(not jit.available(), reason="kernels cannot be compiled here")

TOLERANCES = {torch.float32: 2e-5, torch.float64: 1e-11}
DTYPES = st.sampled_from([torch.float32, torch.float64])


def close(one, other, dtype=torch.float64):
    torch.testing.assert_close(
        one, other, atol=TOLERANCES[dtype], rtol=TOLERANCES[dtype], check_dtype=False
    )


def without_words(circuit):
    return Circuit(circuit.n_wires, circuit.n_shared, circuit.n_varied, circuit.operations)


def gradients(function, circuit, tensors, seed=0):
    inputs = [None if tensor is None else tensor.clone().requires_grad_() for tensor in tensors]
    answer = function(circuit, *inputs)
    direction = torch.randn(
        answer.shape, generator=torch.Generator().manual_seed(seed), dtype=answer.dtype
    ).to(answer.device)
    given = [tensor for tensor in inputs if tensor is not None]
    if not answer.requires_grad:
        return [torch.zeros_like(tensor) for tensor in given]
    return torch.autograd.grad(answer, given, direction, materialize_grads=True)


@settings(max_examples=150, deadline=None)
@given(cases(max_samples=9, max_wires=6, max_operations=16), DTYPES)
def test_words_are_those_of_dense_matrices(case, dtype):
    answer = run.expvals(case.circuit, case.shared.to(dtype), case.varied.to(dtype))
    wanted = torch.as_tensor(oracle.expvals(case.circuit, case.shared, case.varied))
    close(answer, wanted, dtype)
    assert answer.dtype == dtype


@settings(max_examples=100, deadline=None)
@given(cases(max_samples=9, max_wires=6), DTYPES)
def test_states_are_those_of_dense_matrices_phase_included(case, dtype):
    circuit = without_words(case.circuit)
    answer = run.state(circuit, case.shared.to(dtype), case.varied.to(dtype))
    close(answer, torch.as_tensor(oracle.states(circuit, case.shared, case.varied)), dtype)


@settings(max_examples=150, deadline=None)
@given(cases(max_samples=9, max_wires=6, max_operations=16))
def test_gradients_are_those_of_plain_torch(case):
    tensors = (case.shared, case.varied)
    found = gradients(run.expvals, case.circuit, tensors)
    for one, other in zip(found, gradients(eager.expvals, case.circuit, tensors), strict=True):
        close(one, other)


@settings(max_examples=60, deadline=None)
@given(cases(max_samples=5), st.booleans(), st.booleans())
def test_start_states_and_their_gradients(case, one_for_each, asks_for_words):
    circuit = case.circuit if asks_for_words else without_words(case.circuit)
    start = starts(circuit, len(case.varied) if one_for_each else None)
    tensors = (case.shared, case.varied, start)
    ours, plain = (run.expvals, eager.expvals) if asks_for_words else (run.state, eager.state)
    close(ours(circuit, *tensors), plain(circuit, *tensors))
    pairs = zip(gradients(ours, circuit, tensors), gradients(plain, circuit, tensors), strict=True)
    for one, other in pairs:
        close(one, other)


@pytest.mark.parametrize("n_wires", [9, 11, 13])
@pytest.mark.parametrize("batch", [1, 8])
def test_blocks_of_rows_change_nothing(n_wires, batch):
    circuit = entangled(n_wires, 2)
    shared, varied = parameters(circuit, batch)
    close(run.expvals(circuit, shared, varied), eager.expvals(circuit, shared, varied))
    pairs = zip(
        gradients(run.expvals, circuit, (shared, varied)),
        gradients(eager.expvals, circuit, (shared, varied)),
        strict=True,
    )
    for one, other in pairs:
        close(one, other)


def entangled(n_wires, depth, letters="ZYX"):
    """Embedding, then layers of rotations on each wire and a ring of CNOTs."""
    n_weights = len(letters) * n_wires * depth
    operations = [Rotation(((w, "Y"),), Angle(((n_weights + w, 1.0),))) for w in range(n_wires)]
    slot = 0
    for _ in range(depth):
        for wire in range(n_wires):
            for letter in letters:
                operations.append(Rotation(((wire, letter),), Angle(((slot, 1.0),))))
                slot += 1
        operations += [Flip((wire + 1) % n_wires, wire) for wire in range(n_wires)]
    words = tuple(((wire, "Z"),) for wire in range(n_wires))
    words += (((0, "X"), (1, "Y")), ((0, "Y"), (n_wires - 1, "Y")))
    return Circuit(n_wires, slot, n_wires, tuple(operations), words)


@settings(max_examples=25, deadline=None)
@given(cases(max_wires=4, max_samples=3))
def test_second_derivatives(case):
    def found(function):
        shared = case.shared.clone().requires_grad_()
        varied = case.varied.clone().requires_grad_()
        values = function(case.circuit, shared, varied)
        total = (values**2).sum()
        if not total.requires_grad:
            return [torch.zeros_like(shared), torch.zeros_like(varied)]
        first = torch.autograd.grad(
            total, [shared, varied], create_graph=True, materialize_grads=True
        )
        size = sum((gradient**2).sum() for gradient in first)
        if not size.requires_grad:
            return [torch.zeros_like(shared), torch.zeros_like(varied)]
        return torch.autograd.grad(size, [shared, varied], materialize_grads=True)

    for one, other in zip(found(run.expvals), found(eager.expvals), strict=True):
        close(one, other)


def test_gradcheck():
    circuit = entangled(3, 1)
    tensors = [tensor.requires_grad_() for tensor in parameters(circuit, 2)]
    assert torch.autograd.gradcheck(lambda *given: run.expvals(circuit, *given), tensors)
    assert torch.autograd.gradgradcheck(lambda *given: run.expvals(circuit, *given), tensors)


def test_vmap_over_weights_and_functional_gradients():
    circuit = entangled(3, 1)
    shared, varied = parameters(circuit, 4)
    several = torch.stack([shared, shared + 0.3, shared - 1])

    def mean(weights):
        return run.expvals(circuit, weights, varied).mean()

    mapped = torch.func.vmap(torch.func.grad(mean))(several)
    one_by_one = torch.stack([torch.func.grad(mean)(weights) for weights in several])
    close(mapped, one_by_one)
    close(torch.func.vmap(mean)(several), torch.stack([mean(weights) for weights in several]))

    def of_sample(sample):
        return run.expvals(circuit, shared, sample[None])[0]

    jacobian = torch.func.vmap(torch.func.jacrev(of_sample))(varied)
    close(jacobian, torch.stack([torch.func.jacfwd(of_sample)(row) for row in varied]))
    close(torch.func.hessian(mean)(shared), torch.autograd.functional.hessian(mean, shared))


def test_a_second_walk_back_over_one_graph():
    circuit = entangled(3, 1)
    shared, varied = parameters(circuit, 4)
    shared.requires_grad_()
    total = run.expvals(circuit, shared, varied).sum()
    [once] = torch.autograd.grad(total, shared, retain_graph=True)
    [twice] = torch.autograd.grad(total, shared)
    close(once, twice)


def test_chunks_of_a_batch_change_nothing(monkeypatch):
    from qaimagic.engine import batch

    circuit = entangled(4, 1)
    shared, varied = parameters(circuit, 21)
    whole = run.expvals(circuit, shared, varied)
    found = gradients(run.expvals, circuit, (shared, varied))
    monkeypatch.setattr(batch, "rows_at_once", lambda *_, **__: 8)
    close(run.expvals(circuit, shared, varied), whole)
    for one, other in zip(gradients(run.expvals, circuit, (shared, varied)), found, strict=True):
        close(one, other)


def test_answers_are_the_same_bits_from_run_to_run():
    circuit = entangled(11, 2)
    tensors = [tensor.float() for tensor in parameters(circuit, 16)]
    first = [run.expvals(circuit, *tensors), *gradients(run.expvals, circuit, tensors)]
    for _ in range(5):
        again = [run.expvals(circuit, *tensors), *gradients(run.expvals, circuit, tensors)]
        assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))


@pytest.mark.parametrize("letters", ["ZYX", "Y"])
def test_shares_of_a_large_state_change_nothing(monkeypatch, letters):
    from qaimagic.engine import division, sweeps

    circuit = entangled(12, 2, letters)
    shared, varied = parameters(circuit, 1)
    whole = [
        run.expvals(circuit, shared, varied),
        *gradients(run.expvals, circuit, (shared, varied)),
    ]
    monkeypatch.setattr(division, "_SHARED_OUT_ROWS", 1)
    monkeypatch.setattr(sweeps, "n_threads", lambda: 3)
    shared_out = [
        run.expvals(circuit, shared, varied),
        *gradients(run.expvals, circuit, (shared, varied)),
    ]
    for one, other in zip(shared_out, whole, strict=True):
        close(one, other)


def test_tables_worked_out_on_the_way_change_nothing(monkeypatch):
    from qaimagic.engine import program, setting

    circuit = entangled(7, 2)
    shared, varied = parameters(circuit, 1)
    whole = gradients(run.expvals, circuit, (shared, varied))
    program.plan.cache_clear()
    setting.setting_of.cache_clear()
    monkeypatch.setattr(program, "KEPT_TABLE_BITS", 3)
    monkeypatch.setattr(setting, "KEPT_TABLE_BITS", 3)
    try:
        for one, other in zip(
            gradients(run.expvals, circuit, (shared, varied)), whole, strict=True
        ):
            close(one, other)
    finally:
        program.plan.cache_clear()
        setting.setting_of.cache_clear()


def test_numbers_far_from_zero_keep_their_phase():
    circuit = Circuit(1, 1, 0, (Rotation(((0, "X"),), Angle(((0, 1.0),))),), (((0, "Z"),),))
    angles = np.array([1e3, -12345.678, 1e6])
    for angle in angles:
        answer = run.expvals(circuit, torch.tensor([angle]), torch.zeros(1, 0, dtype=torch.float64))
        assert answer.item() == pytest.approx(np.cos(angle), abs=1e-9)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU here")
def test_a_gpu_gives_the_same_answers_and_gradients():
    circuit = entangled(5, 2)
    tensors = parameters(circuit, 6)
    on_gpu = [tensor.cuda() for tensor in tensors]
    close(run.expvals(circuit, *on_gpu).cpu(), run.expvals(circuit, *tensors))
    pairs = zip(
        gradients(run.expvals, circuit, on_gpu),
        gradients(run.expvals, circuit, tensors),
        strict=True,
    )
    for one, other in pairs:
        close(one.cpu(), other)


def test_an_interrupt_on_the_way_back_leaves_the_graph_good(monkeypatch):
    from qaimagic.engine import sweeps

    circuit = entangled(4, 1)
    shared, varied = parameters(circuit, 4)
    shared.requires_grad_()
    total = run.expvals(circuit, shared, varied).sum()
    real = sweeps.back.changes

    def interrupted(*given):
        real(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(sweeps.back, "changes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        torch.autograd.grad(total, shared, retain_graph=True)
    monkeypatch.undo()
    [found] = torch.autograd.grad(total, shared)
    [wanted] = torch.autograd.grad(eager.expvals(circuit, shared, varied).sum(), shared)
    close(found, wanted)
