"""Gradients of networks agree with autograd as far as each method can, and train."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import qaimagic


def problem(seed: int = 0) -> tuple[nn.Module, Callable[[], Any]]:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(12, 2, generator=generator)
    y = (x[:, :1] > 0).float()
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1))
    return model, lambda: nn.functional.binary_cross_entropy_with_logits(model(x), y)


def autograd(model: nn.Module, loss: Callable[[], Any]) -> list[torch.Tensor]:
    return list(torch.autograd.grad(loss(), list(model.parameters())))


@pytest.mark.parametrize(
    ("method", "options", "error"),
    [
        ("backprop", {}, 1e-7),
        ("finite-diff", {}, 1e-3),
        ("quantum", {"n_wires": 8}, 0.05),
        ("quantum", {"n_wires": 5, "block": 3}, 0.3),
        ("spsa", {"directions": 3000}, 0.2),
    ],
)
def test_gradients_agree_with_autograd_and_stand_in_grad(method, options, error) -> None:
    model, loss = problem()
    before = [weight.detach().clone() for weight in model.parameters()]
    found = qaimagic.network_gradient(model, loss, method=method, **options)
    assert found.error < error
    for weight, old, exact in zip(model.parameters(), before, autograd(model, loss), strict=True):
        assert torch.equal(weight, old)
        assert weight.grad.dtype == weight.dtype
        assert torch.allclose(weight.grad, exact, atol=1.5 * error * float(found.exact.max()))
    assert found.parameters == 9
    np.testing.assert_allclose(
        found.exact, torch.cat([one.flatten() for one in autograd(model, loss)]), rtol=1e-5
    )


def test_a_slope_is_read_to_the_step_of_the_grid() -> None:
    model, loss = problem()
    for n_wires in (4, 6, 8):
        found = qaimagic.network_gradient(
            model, loss, method="quantum", block=1, n_wires=n_wires, step=0.001, max_slope=0.5
        )
        assert np.abs(found.value - found.exact).max() <= 0.51 / 2**n_wires * 2


def test_a_single_direction_is_right_in_the_mean() -> None:
    model, loss = problem()
    rows = np.array(
        [qaimagic.network_gradient(model, loss, seed=seed).value for seed in range(300)]
    )
    exact = qaimagic.network_gradient(model, loss, method="backprop").exact
    scatter = rows.std(axis=0, ddof=1) / np.sqrt(len(rows))
    assert (np.abs(rows.mean(axis=0) - exact) < 4.5 * scatter + 1e-4).all()


def test_evaluations_are_counted() -> None:
    model, loss = problem()
    counts = {
        method: qaimagic.network_gradient(model, loss, method=method, directions=5)
        for method in ("spsa", "finite-diff", "backprop", "quantum")
    }
    assert counts["spsa"].evaluations == 10
    assert counts["finite-diff"].evaluations == 18
    assert counts["backprop"].evaluations == 3
    assert counts["quantum"].circuits == 5
    assert counts["quantum"].evaluations == 4 * 2**10 + 2**5
    assert counts["quantum"].queries > 1000
    assert counts["spsa"].queries == 0


@pytest.mark.parametrize(
    ("method", "steps", "lr", "options"),
    [
        ("backprop", 30, 1.0, {}),
        ("spsa", 200, 0.3, {"directions": 2}),
        ("quantum", 30, 1.0, {"block": 1, "n_wires": 5}),
    ],
)
def test_an_optimizer_of_torch_goes_on_from_the_gradient(method, steps, lr, options) -> None:
    model, loss = problem(1)
    first = loss().item()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for step in range(steps):
        qaimagic.network_gradient(model, loss, method=method, seed=step, **options)
        optimizer.step()
    assert loss().item() < 0.6 * first


def test_slopes_beyond_the_largest_wrap_and_are_told() -> None:
    weight = nn.Linear(1, 1, bias=False)

    def loss() -> torch.Tensor:
        return 1.5 * weight(torch.ones(1, 1)).sum()

    found = qaimagic.network_gradient(weight, loss, method="quantum", block=1)
    assert found.wrapped == (0,)
    assert found.value[0] == pytest.approx(1.5 - 2.0)
    assert "1 slope is beyond `max_slope` and wrapped around: raise it." in repr(found)
    right = qaimagic.network_gradient(weight, loss, method="quantum", block=1, max_slope=2.0)
    assert right.value[0] == pytest.approx(1.5)


def test_a_result_is_told_drawn_and_tabled() -> None:
    model, loss = problem()
    found = qaimagic.network_gradient(model, loss, method="quantum", block=1)
    assert repr(found).startswith("Gradient of 9 weights by quantum: error ")
    assert "queries of a machine" in repr(found)
    assert "slope by backpropagation" in found.plot().svg
    assert list(found.to_frame().columns) == ["weight", "estimate", "exact"]


def test_frozen_weights_stay_out() -> None:
    model, loss = problem()
    model[0].requires_grad_(False)
    found = qaimagic.network_gradient(model, loss, method="finite-diff")
    assert found.parameters == 3
    assert model[0].weight.grad is None


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"method": "quantm"}, ValueError, "Did you mean `quantum`"),
        ({"model": torch.ones(2)}, TypeError, "Argument `model` must be an nn.Module"),
        ({"loss": 3.0}, TypeError, "Argument `loss` must be a function"),
        ({"loss": lambda: 3.0}, ValueError, "must return one number that depends"),
        ({"loss": lambda: torch.ones(2, requires_grad=True)}, ValueError, "must return one number"),
        ({"directions": 0}, ValueError, "Argument `directions` must be at least 1"),
        ({"block": 5}, ValueError, "must have 20 wires at most together with `n_wires`"),
        ({"step": 0.0}, ValueError, "Argument `step` must be above 0"),
        ({"shots": 0}, ValueError, "Argument `shots` must be at least 1"),
    ],
)
def test_bad_input_is_refused(change, error, message) -> None:
    model, loss = problem()
    arguments: dict[str, Any] = {"model": model, "loss": loss, **change}
    with pytest.raises(error, match=message):
        qaimagic.network_gradient(arguments.pop("model"), arguments.pop("loss"), **arguments)


def test_a_network_without_weights_to_train_is_refused() -> None:
    with pytest.raises(ValueError, match="Argument `model` must have weights to train"):
        qaimagic.network_gradient(nn.Tanh(), lambda: torch.tensor(1.0, requires_grad=True))


def small(*layers: nn.Module) -> tuple[nn.Module, Callable[[], Any]]:
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(2, 2), *layers), torch.randn(6, 2)
    return model, lambda: model(x).square().mean()


@pytest.mark.parametrize("method", ["spsa", "finite-diff", "quantum"])
@pytest.mark.parametrize("layer", [nn.Dropout, nn.BatchNorm1d])
def test_losses_that_change_by_themselves_are_told_of(method, layer) -> None:
    model, loss = small(layer(2) if layer is nn.BatchNorm1d else layer())
    with pytest.raises(ValueError, match=r"^Argument `loss` must .*`model.eval\(\)`"):
        qaimagic.network_gradient(model, loss, method=method)
    model.eval()
    assert qaimagic.network_gradient(model, loss, method="finite-diff").error < 1e-2


def test_losses_that_are_not_finite_or_of_another_model_are_told_of() -> None:
    model, loss = small()
    with pytest.raises(ValueError, match="Argument `loss` must depend on the weights of `model`"):
        qaimagic.network_gradient(nn.Linear(2, 1), loss)
    with pytest.raises(ValueError, match="Choose a smaller `step`"):
        qaimagic.network_gradient(model, loss, step=1e300)
    model[0].weight.data.fill_(float("nan"))
    with pytest.raises(ValueError, match="Argument `loss` must be finite, but it is nan"):
        qaimagic.network_gradient(model, loss)
    assert model[0].weight.grad is None


def test_weights_of_half_precision_get_gradients_of_their_own() -> None:
    model, _ = small()
    model.bfloat16()
    x = torch.ones(4, 2, dtype=torch.bfloat16)
    found = qaimagic.network_gradient(
        model, lambda: model(x).float().square().mean(), method="finite-diff"
    )
    assert found.error < 0.02
    assert model[0].weight.grad.dtype == torch.bfloat16
