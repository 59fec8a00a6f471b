"""Every notebook keeps to the form that learners rely on."""

import re

import nbformat
import pytest

from qaimagic.teaching.learner import read, source
from tests.notebooks.library import LEARNERS, MASTERS, answer_cells, code_cells, name_of

EVERY = [*MASTERS, *LEARNERS]
MOST_LINES = 15

every_notebook = pytest.mark.parametrize("path", EVERY, ids=name_of)


def test_there_are_notebooks():
    assert [path.name for path in MASTERS] == [
        "01_quickstart.ipynb",
        "02_hybrid_layers.ipynb",
        "03_devices.ipynb",
        "04_gradients.ipynb",
        "05_scaling_out.ipynb",
        "06_seeing.ipynb",
        "10_optimization_qaoa.ipynb",
        "11_optimization_vqe.ipynb",
        "12_training_weights_by_optimization.ipynb",
        "13_sampling_boltzmann.ipynb",
        "14_sampling_generative.ipynb",
        "15_sampling_policies.ipynb",
        "16_amplitude_estimation.ipynb",
        "17_linear_systems_and_qsvt.ipynb",
        "18_matrix_products_and_attention.ipynb",
        "19_gradient_estimation.ipynb",
    ]
    assert LEARNERS


@every_notebook
def test_valid_without_outputs_for_any_kernel_named_python3(path):
    notebook = read(path)
    nbformat.validate(nbformat.from_dict(notebook))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    for cell in code_cells(notebook):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@every_notebook
def test_first_cell_tells_outcome_minutes_and_prerequisites(path):
    first = source(read(path)["cells"][0])
    assert re.match(r"# \S", first)
    for part in ["**What you will", "**Minutes:** ", "**Before you start:** ", "**Memory:** "]:
        assert part in first.replace("start:**\n", "start:** "), part
    assert "simulated" in first


@every_notebook
def test_code_cells_are_short_and_say_why(path):
    for cell in code_cells(read(path)):
        lines = source(cell).splitlines()
        assert len(lines) <= MOST_LINES, cell["id"]
        assert max(map(len, lines)) <= 100, cell["id"]


@every_notebook
def test_ids_are_names_that_last(path):
    ids = [cell["id"] for cell in read(path)["cells"]]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", ident) for ident in ids)


@every_notebook
def test_chance_is_seeded(path):
    code = "\n".join(source(cell) for cell in code_cells(read(path)))
    assert "torch.manual_seed(" in code
    for chooser in re.findall(r"(?:train_test_split|PCA)\([^)]*\)", code):
        assert "random_state=" in chooser, chooser
    assert "np.random" not in code


@every_notebook
def test_ends_with_summary_and_references(path):
    last = source(read(path)["cells"][-1])
    assert "## Summary" in last
    assert "## Further reading" in last
    assert re.search(r"https://(arxiv\.org|doi\.org)/", last)


@pytest.mark.parametrize("path", MASTERS, ids=name_of)
def test_each_exercise_has_its_check_below(path):
    ids = [cell["id"] for cell in read(path)["cells"]]
    for cell in answer_cells(read(path)):
        check = ids.index(f"check-{cell['id']}")
        assert check == ids.index(cell["id"]) + 1
        assert source(read(path)["cells"][check]).count("with exercise(") == 1
