"""Is there a GPU, and can a job use it? Asked of the driver and of a child process; torch is not imported here."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DRIVER_SECONDS = 30
"""How long the driver may take to answer; a sleeping GPU needs a few seconds."""
TORCH_SECONDS = 300
"""How long importing torch may take; a first time from a slow disk takes minutes."""
REINSTALL = "Delete the folder .venv and use the same command again (with Pixi: pixi clean, then pixi install)."
_REPORT_MARK = "ethonight-torch-report:"


@dataclass(frozen=True)
class Gpu:
    """One GPU as the driver sees it. Memory is in MiB, None where the driver does not say."""

    index: int
    name: str
    uuid: str
    driver: str
    total_mib: int | None
    free_mib: int | None


@dataclass(frozen=True)
class GpuProcess:
    """A program that uses a GPU now. ``used_mib`` is None where the driver does not say (Windows)."""

    gpu_uuid: str
    pid: int
    name: str
    used_mib: int | None


@dataclass(frozen=True)
class Driver:
    """What the NVIDIA driver answers. ``problem`` is empty when it answers, or says why it does not."""

    gpus: tuple[Gpu, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class TorchReport:
    """What torch says of itself in a child process. An empty version means that it cannot be imported."""

    version: str = ""
    cuda_build: str = ""
    """The CUDA version this torch was built with, such as ``13.0``; empty for a build without CUDA."""
    cuda_available: bool = False
    devices: tuple[str, ...] = ()
    mps: bool = False
    """Whether an Apple GPU can be used."""
    problem: str = ""
    """Why torch cannot be imported, or why CUDA cannot be used, in torch's words."""
    torchvision: str = ""
    torchvision_problem: str = ""


def read_driver() -> Driver:
    """Ask the NVIDIA driver for its GPUs."""
    fields = "index,name,uuid,driver_version,memory.total,memory.free"
    rows, problem = _ask_driver(f"--query-gpu={fields}", columns=6)
    return Driver(tuple(_gpu(row) for row in rows), problem)


def gpu_processes() -> list[GpuProcess]:
    """Return the programs that use a GPU now, as far as the driver tells."""
    rows, _ = _ask_driver("--query-compute-apps=gpu_uuid,pid,process_name,used_gpu_memory", columns=4)
    return [GpuProcess(uuid, int(pid), name, _mib(used)) for uuid, pid, name, used in rows if pid.isdigit()]


def torch_report(python: str = sys.executable) -> TorchReport:
    """Import torch and torchvision in a child process of ``python`` and return what it found."""
    try:
        done = subprocess.run(
            [python, "-c", _TORCH_PROBE],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TORCH_SECONDS,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
    except subprocess.TimeoutExpired:
        return TorchReport(problem=f"importing torch took longer than {TORCH_SECONDS} s")
    except OSError as error:
        return TorchReport(problem=f"{python} cannot be started: {error.strerror}")
    lines = [line for line in done.stdout.splitlines() if line.startswith(_REPORT_MARK)]
    if not lines:
        return TorchReport(problem=_last_line(done.stderr) or f"the test program ended with status {done.returncode}")
    found = json.loads(lines[-1].removeprefix(_REPORT_MARK))
    return TorchReport(**{**found, "devices": tuple(found["devices"])})


def cuda_problem(python: str = sys.executable) -> str | None:
    """Return why a job that asks for CUDA cannot run here and what to do, or None when it can."""
    return diagnose(read_driver(), torch_report(python))


def diagnose(driver: Driver, torch: TorchReport) -> str | None:
    """Return why CUDA cannot be used and what to do, or None when it can."""
    if not torch.version:
        return f"PyTorch cannot be loaded: {torch.problem}. {REINSTALL}"
    if not torch.torchvision:
        return f"torchvision cannot be loaded, and idtracker.ai needs it: {torch.torchvision_problem}. {REINSTALL}"
    if torch.cuda_available:
        return None
    if driver.problem:
        return (
            f"No NVIDIA GPU can be used: {driver.problem}. If this computer has one, install its newest driver and "
            "start the computer again. Without a GPU, jobs run on the processor, many times slower."
        )
    if not torch.cuda_build:
        return f"There is a GPU, but this PyTorch ({torch.version}) was built without CUDA. {REINSTALL}"
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return "The GPUs are hidden: the environment variable CUDA_VISIBLE_DEVICES is empty. Remove it and try again."
    version = driver.gpus[0].driver if driver.gpus else "unknown"
    reason = f" PyTorch says: {torch.problem}." if torch.problem else ""
    return (
        f"The GPU cannot be used: the NVIDIA driver is {version}, PyTorch needs one made for CUDA {torch.cuda_build}."
        f"{reason} Install the newest NVIDIA driver and start the computer again."
    )


def _ask_driver(query: str, columns: int) -> tuple[list[list[str]], str]:
    """Return the rows that ``nvidia-smi`` prints, and why there are none (empty when there may be some)."""
    program = _nvidia_smi()
    if program is None:
        return [], "no NVIDIA driver is installed (there is no nvidia-smi)"
    try:
        done = subprocess.run(
            [program, query, "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=DRIVER_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return [], f"the NVIDIA driver did not answer within {DRIVER_SECONDS} s; start the computer again"
    except OSError as error:
        return [], f"nvidia-smi cannot be started: {error.strerror}"
    if done.returncode != 0:
        return [], f"the NVIDIA driver answers: {_last_line(done.stdout + done.stderr).rstrip('.')}"
    rows = [row for row in csv.reader(done.stdout.splitlines(), skipinitialspace=True) if len(row) == columns]
    return rows, "" if rows else "the NVIDIA driver sees no GPU"


def _nvidia_smi() -> str | None:
    usual = [shutil.which("nvidia-smi")]
    if sys.platform == "win32":  # older drivers do not put it on the path
        usual.append(str(Path(os.environ.get("PROGRAMFILES", "C:/"), "NVIDIA Corporation/NVSMI/nvidia-smi.exe")))
    return next((path for path in usual if path and Path(path).exists()), None)


def _gpu(row: Sequence[str]) -> Gpu:
    index, name, uuid, driver, total, free = row
    return Gpu(int(index), name, uuid, driver, _mib(total), _mib(free))


def _mib(cell: str) -> int | None:
    """Return the number of a memory cell; the driver writes ``[N/A]`` where it does not know."""
    return int(cell) if cell.strip().isdigit() else None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


_TORCH_PROBE = f"""
import json, warnings
found = dict(version="", cuda_build="", cuda_available=False, devices=[], mps=False, problem="",
             torchvision="", torchvision_problem="")
failures = (ImportError, OSError, RuntimeError, AttributeError)
def first_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
try:
    import torch
    found.update(version=torch.__version__, cuda_build=torch.version.cuda or torch.version.hip or "")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        found["cuda_available"] = torch.cuda.is_available()
    found["problem"] = "; ".join(first_line(warning.message) for warning in heard)
    found["devices"] = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
    found["mps"] = torch.backends.mps.is_available()
except failures as error:
    found["problem"] = first_line(error)
try:
    import torchvision
    found["torchvision"] = torchvision.__version__
except failures as error:
    found["torchvision_problem"] = first_line(error)
print({_REPORT_MARK!r} + json.dumps(found))
"""
