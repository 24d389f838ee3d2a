"""The report of ``check-gpu``: everything that decides whether a GPU can be used, for a person and for a program."""

from __future__ import annotations

import dataclasses
import sys
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ethonight.gpu import Driver, Gpu, GpuProcess, TorchReport, diagnose, gpu_processes, read_driver, torch_report


@dataclass(frozen=True)
class GpuSurvey:
    """All that was found at one moment."""

    driver: Driver
    processes: tuple[GpuProcess, ...]
    torch: TorchReport

    @property
    def problem(self) -> str | None:
        """Why CUDA cannot be used and what to do, or None when it can."""
        return diagnose(self.driver, self.torch)


def survey(python: str = sys.executable) -> GpuSurvey:
    """Ask the driver and, in a child process of ``python``, torch. Takes seconds."""
    return GpuSurvey(read_driver(), tuple(gpu_processes()), torch_report(python))


def as_document(found: GpuSurvey) -> dict[str, object]:
    """Return the survey as plain values for JSON; ``problem`` is null when CUDA can be used."""
    return {**dataclasses.asdict(found), "problem": found.problem}


def rendered(found: GpuSurvey) -> RenderableType:
    """Return the survey as rich shows it in a terminal."""
    parts: list[RenderableType] = [_facts(found)]
    if found.driver.gpus:
        parts += ["", _gpu_table(found.driver.gpus)]
    if found.processes:
        parts += ["", _process_table(found)]
    return Group(*parts, "", _verdict(found))


def _facts(found: GpuSurvey) -> Table:
    torch = found.torch
    build = f"CUDA {torch.cuda_build}" if torch.cuda_build else "without CUDA"
    table = Table.grid(padding=(0, 2))
    table.add_row("Driver", Text(_driver_words(found.driver)))
    table.add_row(
        "PyTorch",
        Text(f"{torch.version}, built {'for ' * bool(torch.cuda_build)}{build}" if torch.version else torch.problem),
    )
    table.add_row("torchvision", Text(torch.torchvision or torch.torchvision_problem))
    if torch.mps:
        table.add_row("Apple GPU", "can be used")
    return table


def _driver_words(driver: Driver) -> str:
    return f"NVIDIA {driver.gpus[0].driver}" if driver.gpus else driver.problem


def _gpu_table(gpus: tuple[Gpu, ...]) -> Table:
    table = Table("GPU", "name", "memory", "free")
    for gpu in gpus:
        table.add_row(str(gpu.index), Text(gpu.name), _gib(gpu.total_mib), _gib(gpu.free_mib))
    return table


def _process_table(found: GpuSurvey) -> Table:
    indices = {gpu.uuid: str(gpu.index) for gpu in found.driver.gpus}
    table = Table("GPU", "process", "program", "memory", title="What else uses the GPU now", title_justify="left")
    for process in found.processes:
        where = indices.get(process.gpu_uuid, "?")
        table.add_row(where, str(process.pid), Text(process.name), _gib(process.used_mib))
    return table


def _verdict(found: GpuSurvey) -> Text:
    if found.problem is None:
        return Text(f"Ready: jobs can use {', '.join(found.torch.devices)}.", style="green")
    return Text(found.problem, style="yellow")


def _gib(mib: int | None) -> str:
    return "?" if mib is None else f"{mib / 1024:.1f} GiB"
