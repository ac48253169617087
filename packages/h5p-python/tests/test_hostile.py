from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import h5p
from h5p.command import main
from hostile import BOMBS, KINDS
from packing import Packer

CPU_SECONDS, MEMORY_BYTES = 1, 100 * 1024 * 1024
# Measures itself: what a parent sees of a child includes what the child was forked with.
MEASURED = """
import json, resource, sys
from h5p.command import main
code = main(["check", "--json", sys.argv[1]])
used = resource.getrusage(resource.RUSAGE_SELF)
peak = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(json.dumps([code, used.ru_utime + used.ru_stime, int(peak[0]) * 1024]), file=sys.stderr)
"""


def test_there_are_many_kinds() -> None:
    assert len(KINDS) >= 80


@pytest.mark.parametrize("kind", KINDS)
def test_it_refuses(packer: Packer, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = KINDS[kind](packer)
    before = sorted(packer.folder.rglob("*"))
    assert main(["check", "--json", str(path)]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert problems
    assert all(problem["code"] and problem["message"] for problem in problems)
    assert sorted(packer.folder.rglob("*")) == before


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_it_comes_into_a_store(packer: Packer, kind: str) -> None:
    path = KINDS[kind](packer)
    store = h5p.Store(packer.folder / "store")
    with pytest.raises(h5p.InvalidPackage):
        package = h5p.read_package(path)
        store.install(package, store.propose(package))
        store.add_content(package)
        package.refuse_gaps()
    assert not list((store.folder / "quarantine").iterdir())
    assert not store.libraries


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("kind", BOMBS)
def test_it_takes_little_time_and_memory(packer: Packer, kind: str) -> None:
    path = KINDS[kind](packer)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", MEASURED, str(path)]
    ended = subprocess.run(command, capture_output=True, check=True, env=environment)
    code, seconds, peak = json.loads(ended.stderr)
    assert code == 1
    assert seconds < CPU_SECONDS
    assert peak < MEMORY_BYTES
