"""Names of weights are read and looked up."""

import pytest
import torch

from qaimagic.explore.landscape.names import find_weight

WEIGHTS = {
    "0.theta": torch.zeros(2, 3),
    "2.bias": torch.zeros(4),
    "head.bias": torch.zeros(1),
    "phi": torch.zeros(()),
}


@pytest.mark.parametrize(
    ("text", "name", "index"),
    [
        ("theta[0,2]", "0.theta", (0, 2)),
        ("theta[-1, -3]", "0.theta", (1, 0)),
        ("0.theta[1,1]", "0.theta", (1, 1)),
        ("2.bias[3]", "2.bias", (3,)),
        ("phi", "phi", ()),
    ],
)
def test_found(text, name, index):
    weight = find_weight(text, WEIGHTS)
    assert (weight.name, weight.index) == (name, index)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("thet[0,0]", "there is no `thet`. Did you mean `theta`?"),
        ("omega[0]", "There are `0.theta`, `2.bias`, `head.bias`, `phi`."),
        ("bias[0]", "`bias` may be `2.bias` or `head.bias`. Write the whole name."),
        ("theta[0]", "give `0.theta`, of shape (2, 3), 2 indices, but there are 1."),
        ("theta[2,0]", "index 2 is not among 0 to 1"),
        ("theta[0,-4]", "index -4 is not among 0 to 2"),
        ("phi[0]", "no index"),
        ("theta[i,0]", "it holds `theta[i,0]`"),
        ("theta[__import__('os'),0]", "Write the tensor and its indices"),
        ("theta[0,0", "Write the tensor and its indices"),
        ("theta + 1", "Write the tensor and its indices"),
        ("", "Write the tensor and its indices"),
    ],
)
def test_refused(text, words):
    with pytest.raises(ValueError, match="over") as caught:
        find_weight(text, WEIGHTS)
    assert words in str(caught.value)


def test_a_name_is_text():
    with pytest.raises(TypeError, match="it holds 3"):
        find_weight(3, WEIGHTS)
