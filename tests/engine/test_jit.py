from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

KERNELS = """
import os, sys, threading
from qaimagic.engine import jit
jit._PATIENCE = float(sys.argv[1])
assert jit.available()

@jit.compiled
def first(n):
    total = 0.0
    for i in range(n):
        total += i / 2
    return total

@jit.part
def ratio(a, b):
    return a / b

@jit.compiled
def second(n):
    return ratio(first(n), n - 4) + ratio(0.0, 1)
"""
LINE = "qaimagic: compiling the engine's kernels, once for this machine ..."


def run(code, *arguments, **variables):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("code", "variables", "reason"),
    [
        ("import sys; sys.modules['numba'] = None", {}, "numba cannot be used: "),
        (
            "import sys, types; sys.modules['numba.core'] = types.ModuleType('numba.core')",
            {},
            "numba cannot be used: ",
        ),
        (
            "import numba.core.datamodel; del numba.core.datamodel.PrimitiveModel",
            {},
            "numba cannot be used: cannot import name 'PrimitiveModel'",
        ),
        ("", {"NUMBA_DISABLE_JIT": "1"}, "The environment variable NUMBA_DISABLE_JIT is set."),
    ],
    ids=["missing", "broken", "another one", "switched off"],
)
def test_without_a_compiler_one_line_says_so(code, variables, reason):
    ask = "\nfrom qaimagic.engine import jit\nprint(jit.available(), jit.available())"
    done = run(code + ask, **variables)
    assert done.stdout.split() == ["False", "False"], done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("qaimagic: the engine runs without compiled kernels, and slower. ")
    assert reason in line


@pytest.mark.parametrize(("patience", "lines"), [("0.001", [LINE]), ("1000", [])])
def test_a_wait_is_explained_once_and_only_where_it_is_one(patience, lines):
    done = run(KERNELS + "print(second(8), first(3.0 > 2))", patience)
    assert done.stdout.split() == ["3.5", "0.0"]
    assert done.stderr.splitlines() == lines


def test_a_part_has_one_variant_for_numbers_and_literals_and_no_entry():
    code = """
second(8)
print(len(ratio.signatures))
try:
    ratio(1.0, 2)
except Exception as error:
    print(type(error).__name__)
"""
    done = run(KERNELS + code, "1000")
    assert done.stdout.split() == ["1", "TypeError"], done.stderr


def test_a_failed_compilation_is_over():
    code = """
@jit.compiled
def wrong(n):
    return n.nothing_of_the_kind

try:
    wrong(1.0)
except Exception as error:
    print(type(error).__name__)
print(jit._watch.depth, jit._watch._timer)
"""
    done = run(KERNELS + code, "1000")
    assert done.stdout.split() == ["TypingError", "0", "None"]


def test_nobody_to_read_the_line_is_no_error():
    ask = "import sys; sys.stderr.close()\nfrom qaimagic.engine import jit\nprint(jit.available())"
    assert run(ask, NUMBA_DISABLE_JIT="1").stdout.strip() == "False"


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="Ctrl-C is another thing there")
def test_an_interrupt_while_compiling_is_over_too():
    code = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background
ctrl_c = (threading.main_thread().ident, signal.SIGINT)
for wait in (0.01, 0.03, 0.1, 0.3):
    try:
        threading.Timer(wait, signal.pthread_kill, ctrl_c).start()
        second(8)
        threading.Event().wait(3)
    except KeyboardInterrupt:
        print("interrupted")
print(second(8), jit._watch.depth)
"""
    done = run(KERNELS + code, "1000")
    *interrupted, value, depth = done.stdout.split()
    # Where it comes in a callback of LLVM's, Python can only report it, and goes on.
    n_reported = done.stderr.count("\nKeyboardInterrupt:")
    assert len(interrupted) + n_reported == 4, done.stderr
    assert (value, depth) == ("3.5", "0")


def test_divisions_are_numpys_and_never_raise():
    done = run(KERNELS + "print(second(4))", "1000")
    assert done.stdout.strip() == "inf", done.stderr


def test_kernels_release_the_interpreters_lock():
    code = """
first(10)
ticks, over = [], threading.Event()
def tick():
    while not over.wait(1e-3):
        ticks.append(0)
ticker = threading.Thread(target=tick)
ticker.start()
before = len(ticks)
first(200_000_000)
print(len(ticks) - before > 20)
over.set()
"""
    done = run(KERNELS + code, "1000")
    assert done.stdout.strip() == "True", done.stderr


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_child_forked_while_another_thread_compiles_can_compile_too():
    code = """
import time, warnings
warnings.simplefilter("ignore")
compiling = threading.Thread(target=second, args=(8,))
compiling.start()
while not jit._watch.depth and compiling.is_alive():
    time.sleep(1e-4)
child = os.fork()
if child == 0:
    import signal
    signal.alarm(60)
    assert second(8) == 3.5 and first(True) == 0
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
compiling.join()
"""
    done = run(KERNELS + code, "1000")
    assert done.stdout.strip() == "0", done.stderr
