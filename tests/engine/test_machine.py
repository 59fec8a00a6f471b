from __future__ import annotations

import ctypes
import os
import subprocess
import sys

import pytest

from qaimagic.engine import machine

MEMINFO = "MemTotal: 8000000 kB\nMemFree: 1000000 kB\nMemAvailable: 4000000 kB\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")


@pytest.fixture
def computer(monkeypatch, tmp_path):
    """A machine of 16 cores and 64 GB as files: give it the content of some by path."""
    monkeypatch.setattr(machine, "_ROOT", tmp_path)
    monkeypatch.setattr(machine, "_physical", lambda: 64 * 10**9)
    monkeypatch.setattr(machine, "_address_space", lambda: sys.maxsize)
    if sys.platform == "linux":
        monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)))

    def of(**files):
        for path, text in {"proc/meminfo": MEMINFO, **files}.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        machine.cores.cache_clear()
        machine._groups.cache_clear()

    yield of
    machine.cores.cache_clear()
    machine._groups.cache_clear()


def test_without_limits_it_is_what_the_machine_has(computer):
    computer()
    assert machine.free_memory() == 4_000_000 * 1024
    assert machine.total_memory() == 64 * 10**9


@linux
def test_a_container_of_version_2_limits(computer):
    computer(
        **{
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/memory.max": "2000000000\n",
            "sys/fs/cgroup/memory.current": "1500000000\n",
            "sys/fs/cgroup/memory.stat": "anon 1\ninactive_file 300000000\n",
            "sys/fs/cgroup/cpu.max": "250000 100000\n",
        }
    )
    assert machine.free_memory() == 800_000_000
    assert machine.total_memory() == 2_000_000_000
    assert machine.cores() == 2


@linux
def test_the_tightest_group_above_counts_where_inner_ones_set_no_limit(computer):
    computer(
        **{
            "proc/self/cgroup": "0::/lab/ada/kernel\n",
            "sys/fs/cgroup/lab/ada/kernel/memory.max": "max\n",
            "sys/fs/cgroup/lab/ada/kernel/cpu.max": "max 100000\n",
            "sys/fs/cgroup/lab/ada/memory.max": "1000\n",
            "sys/fs/cgroup/lab/ada/memory.current": "400\n",
            "sys/fs/cgroup/lab/memory.max": "5000\n",
            "sys/fs/cgroup/lab/memory.current": "4900\n",
            "sys/fs/cgroup/lab/cpu.max": "50000 100000\n",
        }
    )
    assert machine.total_memory() == 1000
    assert machine.free_memory() == 100
    assert machine.cores() == 1


@linux
def test_a_container_of_version_1_limits_also_under_the_hosts_path(computer):
    computer(
        **{
            "proc/self/cgroup": "9:memory:/docker/1f\n4:cpu,cpuacct:/docker/1f\n1:name=x:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "1000\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "700\n",
            "sys/fs/cgroup/memory/memory.stat": "inactive_file 1\ntotal_inactive_file 200\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "400000\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        }
    )
    assert machine.free_memory() == 500
    assert machine.total_memory() == 1000
    assert machine.cores() == 4


@linux
def test_version_1_without_limits(computer):
    computer(
        **{
            "proc/self/cgroup": "9:memory:/\n4:cpu,cpuacct:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "700\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
            "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
        }
    )
    assert machine.free_memory() == 4_000_000 * 1024
    assert machine.cores() == 16


def test_where_nothing_says_what_is_free_half_of_all_counts(computer, tmp_path):
    computer()
    (tmp_path / "proc/meminfo").unlink()
    assert machine.free_memory() == 32 * 10**9


def test_a_group_that_is_full_leaves_nothing(computer):
    computer(
        **{
            "proc/self/cgroup": "0::/\n",
            "sys/fs/cgroup/memory.max": "1000\n",
            "sys/fs/cgroup/memory.current": "1200\n",
        }
    )
    assert machine.free_memory() == 0


@linux
def test_a_limit_on_the_address_space_counts():
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, -1)); "
        "from qaimagic.engine.machine import free_memory; print(free_memory())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert 0 < int(done.stdout) < 2 * 2**30


def test_this_machine_makes_sense():
    assert 1 <= machine.cores() <= (os.cpu_count() or 1)
    assert 0 < machine.free_memory() < machine.total_memory() + 1


def test_windows_structure_has_the_size_that_windows_asks_for():
    assert ctypes.sizeof(machine._MemoryStatus) == 64
