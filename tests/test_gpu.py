"""What check-gpu finds, with real child processes: a program that answers as nvidia-smi does, stand-ins for torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from ethonight.gpu import (
    Driver,
    Gpu,
    GpuProcess,
    TorchReport,
    cuda_problem,
    diagnose,
    gpu_processes,
    read_driver,
    torch_report,
)
from ethonight.gpu_view import GpuSurvey, rendered

REPOSITORY = Path(__file__).resolve().parents[1]
TWO_GPUS = """0, NVIDIA GeForce RTX 4090, GPU-aa, 580.65.06, 24564, 23012
1, NVIDIA GB10, GPU-bb, 580.65.06, [N/A], [N/A]
"""
PROCESSES = """GPU-aa, 4242, /usr/bin/python3, 1536
GPU-bb, 77, [Insufficient Permissions], [N/A]
"""
GPU = Gpu(0, "NVIDIA GeForce RTX 4090", "GPU-aa", "580.65.06", 24564, 23012)
WORKING = TorchReport("2.14.1", "13.0", True, ("NVIDIA GeForce RTX 4090",), torchvision="0.29.2")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for nvidia-smi is a shell script")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is alone on the path: a machine without an NVIDIA driver."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def install_driver(programs: Path, gpus: str = TWO_GPUS, processes: str = "", status: int = 0) -> None:
    (programs / "gpus").write_text(gpus, "utf-8")
    (programs / "processes").write_text(processes, "utf-8")
    program = programs / "nvidia-smi"
    lines = ["#!/bin/sh", f"cd '{programs}'", 'case "$1" in *compute-apps*) f=processes;; *) f=gpus;; esac']
    program.write_text("\n".join([*lines, 'while IFS= read -r line; do echo "$line"; done < $f', f"exit {status}\n"]))
    program.chmod(0o755)


def stand_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, torch: str, torchvision: str = "__version__ = '0.29'"
) -> None:
    """Make child processes import these texts as torch and torchvision."""
    for name, text in (("torch", torch), ("torchvision", torchvision)):
        (folder / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))


def fake_torch(cuda: str | None, available: bool) -> str:
    return f"""
import types
__version__ = "2.14.1"
version = types.SimpleNamespace(cuda={cuda!r}, hip=None)
class cuda:
    def is_available(): return {available}
    def device_count(): return int({available})
    def get_device_name(index): return "NVIDIA GeForce RTX 4090"
backends = types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: False))
print("torch says hello")
"""


def test_gpus_and_their_memory_are_read(programs: Path) -> None:
    install_driver(programs)
    assert read_driver() == Driver((GPU, Gpu(1, "NVIDIA GB10", "GPU-bb", "580.65.06", None, None)))


def test_programs_that_use_a_gpu_are_listed(programs: Path) -> None:
    install_driver(programs, processes=PROCESSES)
    assert gpu_processes() == [
        GpuProcess("GPU-aa", 4242, "/usr/bin/python3", 1536),
        GpuProcess("GPU-bb", 77, "[Insufficient Permissions]", None),
    ]


def test_without_a_driver_there_are_no_gpus(programs: Path) -> None:
    assert gpu_processes() == []
    assert read_driver().gpus == ()
    assert "no NVIDIA driver is installed" in read_driver().problem


def test_a_driver_that_refuses_is_quoted(programs: Path) -> None:
    install_driver(programs, "Failed to initialize NVML: Driver/library version mismatch\n", status=18)
    assert read_driver() == Driver(
        problem="the NVIDIA driver answers: Failed to initialize NVML: Driver/library version mismatch"
    )


def test_a_driver_without_gpus_says_so(programs: Path) -> None:
    install_driver(programs, "No devices were found\n")
    assert read_driver().problem == "the NVIDIA driver sees no GPU"


def test_the_installed_torch_is_reported() -> None:
    found = torch_report()
    assert found.version
    assert found.torchvision
    assert (found.cuda_available, bool(found.devices)) in ((True, True), (False, False))


def test_a_torch_that_talks_does_not_spoil_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, fake_torch("13.0", True))
    assert torch_report() == TorchReport("2.14.1", "13.0", True, ("NVIDIA GeForce RTX 4090",), torchvision="0.29")


@pytest.mark.parametrize(
    ("torch", "words"),
    [
        ("import nothing_of_this_name", "No module named 'nothing_of_this_name'"),
        ("raise OSError('[WinError 126] The specified module could not be found. Error loading c10.dll')", "c10.dll"),
        ("raise ValueError('something else')", "ValueError: something else"),
        ("import os; os._exit(3)", "the test program ended with status 3"),
    ],
)
def test_a_torch_that_cannot_be_loaded_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torch: str, words: str
) -> None:
    stand_in(tmp_path, monkeypatch, torch)
    found = torch_report()
    assert found.version == ""
    assert words in found.problem
    problem = cuda_problem()
    assert problem is not None
    assert problem.startswith("PyTorch cannot be loaded: ")


def test_a_missing_torchvision_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "raise RuntimeError('operator torchvision::nms does not exist')"
    stand_in(tmp_path, monkeypatch, fake_torch("13.0", True), broken)
    problem = cuda_problem()
    assert problem is not None
    assert "torchvision cannot be loaded, and idtracker.ai needs it: operator torchvision::nms" in problem


def test_a_python_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be started" in torch_report(str(tmp_path / "python")).problem


def test_nothing_is_wrong_when_torch_can_use_cuda(programs: Path) -> None:
    assert diagnose(Driver((GPU,)), WORKING) is None
    assert diagnose(Driver(problem="no NVIDIA driver is installed"), WORKING) is None


@pytest.mark.parametrize(
    ("driver", "torch", "words"),
    [
        (
            Driver(problem="no NVIDIA driver is installed"),
            TorchReport("2", "13.0", torchvision="0"),
            "run on the processor",
        ),
        (
            Driver((GPU,)),
            TorchReport("2.14.1+cpu", torchvision="0"),
            "this PyTorch (2.14.1+cpu) was built without CUDA",
        ),
        (
            Driver((GPU,)),
            TorchReport("2", "13.0", torchvision="0", problem="driver too old"),
            "Install the newest NVIDIA",
        ),
    ],
)
def test_a_problem_says_what_to_do(
    driver: Driver, torch: TorchReport, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    problem = diagnose(driver, torch)
    assert problem is not None
    assert words in problem


def test_hidden_gpus_are_not_blamed_on_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    problem = diagnose(Driver((GPU,)), TorchReport("2", "13.0", torchvision="0"))
    assert problem is not None
    assert "CUDA_VISIBLE_DEVICES is empty" in problem


def test_the_report_shows_gpu_memory_and_who_uses_it(capsys: pytest.CaptureFixture[str]) -> None:
    found = GpuSurvey(Driver((GPU,)), (GpuProcess("GPU-aa", 4242, "[odd] name", 1536),), WORKING)
    Console(width=120).print(rendered(found))
    text = capsys.readouterr().out
    for words in (
        "580.65.06",
        "RTX 4090",
        "24.0 GiB",
        "22.5 GiB",
        "4242",
        "[odd] name",
        "1.5 GiB",
        "CUDA 13.0",
        "Ready",
    ):
        assert words in text


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_the_task_ends_well_without_a_gpu(tmp_path: Path, words: list[str], programs: Path) -> None:
    (tmp_path / "torch.py").write_text(fake_torch("13.0", False), "utf-8")
    (tmp_path / "torchvision.py").write_text("__version__ = '0.29'", "utf-8")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        [sys.executable, str(REPOSITORY / "scripts" / "check_gpu.py"), *words],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stderr
    assert "No NVIDIA GPU can be used" in (json.loads(done.stdout)["problem"] if words else done.stdout)
