"""``reinforce``: let a policy learn from the rewards of its own actions.

It imports without torch, PennyLane and gymnasium.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from qaimagic._checks import check_int, check_number, requirement
from qaimagic.devices.spending import spending

if TYPE_CHECKING:
    from qaimagic.subroutines.policies.result import PolicyResult
    from qaimagic.training.events import Listener


def reinforce(
    policy: Any,
    env: Any,
    *,
    episodes: int = 1000,
    batch: int = 16,
    lr: float = 0.05,
    gamma: float = 0.99,
    baseline: Any = "auto",
    seeds: int = 3,
    seed: int = 0,
    evaluation: int = 100,
    device: Any = None,
    shots: int | None = None,
    budget: float | None = None,
    live: bool | Listener | None = None,
) -> PolicyResult:
    r"""Train a policy by REINFORCE, several times from fresh weights, beside a classical one.

    .. math:: \nabla J(\theta) = \mathbb{E} \Big[ \sum_t \nabla_\theta \log \pi_\theta(a_t | s_t)
        \, (G_t - b_t) \Big], \qquad G_t = \sum_{k \ge t} \gamma^{k-t} r_k

    with :math:`b_t` what the other episodes of a batch got from that time on. The policy and the
    classical one learn from as many episodes, with the same seeds and the same learning rate, which
    is tuned for neither. What was given stays as it is: copies are trained. No evidence is known
    that circuits learn such games better than classical policies of the same size.

    Args:
        policy: A `CircuitPolicy`, or any module from observations (m, width) to probabilities or
            logits (m, n_actions), a numbered state one-hot; or a function that builds one.
        env: An id that gymnasium knows, ``"CartPole-v1"``, or an environment with discrete actions
            that observes numbers or a numbered state. Copies of it run side by side.
        episodes: How many episodes each training has, rounded up to whole batches.
        batch: How many episodes there are for each update.
        lr: Adam's learning rate.
        gamma: What a reward one step later is worth, from 0 to 1. Returns are shown undiscounted.
        baseline: The classical policy beside it: ``"auto"`` for ``policy.twin()`` where there is
            one, a module or a function that builds one, or None.
        seeds: How often training starts anew.
        seed: The first of the seeds, which decide everything random.
        evaluation: How many fresh episodes score what each training gave, once with actions drawn
            and once with the most probable ones.
        device: Where the circuits run; by default where other layers do.
        shots: The number of shots of each circuit; by default exact probabilities, from which
            actions are drawn: one shot of a circuit that is read by ``"born"``. With shots,
            slopes of log-probabilities are biased, the less the more there are.
        budget: What devices that are paid for may cost, in US dollars. Without it nothing is
            submitted to them.
        live: How to show the first training, as in `minimize`; what is shown is the mean return.
            The others are told in a line each. A function is called with the events of all.

    Returns:
        Learning curves and scores of policy and twin, beside random actions and, where it is known,
        the exact optimum. An interrupt ends training early, and what was learnt is scored.

    Raises:
        MissingExtraError: If gymnasium is not installed.
        TypeError: If an argument is of the wrong type.
        ValueError: If there is no such environment, its actions are not discrete, the policy does
            not fit it, or a number is out of bounds.
        DeviceError: If there is no such device, or it cannot do what was asked.
        BudgetError: If the device is paid for, and the budget does not allow it.

    Example:
        >>> import qaimagic
        >>> policy = qaimagic.CircuitPolicy("FrozenLake-v1", layers=2)
        >>> result = qaimagic.reinforce(
        ...     policy, "FrozenLake-v1", episodes=32, seeds=1, live=False
        ... )
        policy, seed 0 with 49 parameters; loss return; device qaimagic.qubit
        ...
        >>> round(result.optimum, 3), round(result.random.exact_mean, 3)
        (0.744, 0.014)

    References:
        Williams, Machine Learning 8 (1992) 229, doi:10.1007/BF00992696 (REINFORCE);
        Sutton, Barto, Reinforcement Learning, 2nd ed. (2018), chapter 13;
        Jerbi et al., NeurIPS 34 (2021), arXiv:2103.05577 (policies that are circuits; where they
        are proven better, the environments are made for it);
        Towers et al., arXiv:2407.17032 (gymnasium).
    """
    from qaimagic.subroutines.policies.chances import chances_of
    from qaimagic.subroutines.policies.contest import Contest
    from qaimagic.subroutines.policies.learning import Setting
    from qaimagic.subroutines.policies.world import world_of
    from qaimagic.training.comparison.fresh import maker_of
    from qaimagic.training.loop.streams import Stream, derive

    counts = {"episodes": episodes, "batch": batch, "seeds": seeds, "evaluation": evaluation}
    for name, count in counts.items():
        check_int(name, count, minimum=1)
    check_int("seed", seed, minimum=0)
    if shots is not None:
        check_int("shots", shots, minimum=1)
    check_number("lr", lr, above=0)
    if check_number("gamma", gamma, minimum=0) > 1:
        raise ValueError(requirement("gamma", "be at most 1", f"it is {gamma:g}"))
    world = world_of(env)
    make = maker_of("policy", policy, "policy")
    made = make(seed)
    chances_of(made, world)
    if isinstance(baseline, str) and baseline == "auto":
        twin = getattr(made, "twin", None)
        with Stream(derive(seed, "twin")):
            baseline = twin() if callable(twin) else None
    make_twin = None if baseline is None else maker_of("baseline", baseline, "baseline")
    if make_twin is not None:
        chances_of(make_twin(seed), world, "baseline")
    setting = Setting(-(-episodes // batch), batch, lr, gamma, device, shots, live)
    contest = Contest(world, setting, range(seed, seed + seeds), evaluation)
    with nullcontext() if budget is None else spending(budget):
        return contest.hold(make, make_twin)
