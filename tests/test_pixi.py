"""pixi.toml: valid for Pixi, and every task in it starts."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SCHEMA = REPOSITORY.parent / "shared" / "data" / "pixi" / "schema.json"
MANIFEST: dict[str, Any] = tomllib.loads((REPOSITORY / "pixi.toml").read_text("utf-8"))
PROJECT: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
TASKS: dict[str, dict[str, str]] = MANIFEST["tasks"]
NIGHT = ["demo", "gui", "label", "add", "track", "track-dryrun", "status"]
BEHAVIOUR = ["train", "predict", "evaluate", "embed", "overnight", "clean"]
WANTED = [*NIGHT, *BEHAVIOUR, "copy", "convert", "fix-paths", "check-gpu", "docs"]


def words(task: str) -> list[str]:
    return shlex.split(TASKS[task]["cmd"])


def test_the_manifest_fits_pixis_schema() -> None:
    if not SCHEMA.exists():
        pytest.skip("the schema of pixi.toml is not here")
    jsonschema.validate(MANIFEST, json.loads(SCHEMA.read_text("utf-8")))


def test_all_tasks_are_there_in_the_order_of_a_night() -> None:
    assert list(TASKS) == [*WANTED, "test", "check"]


def test_the_environment_is_python_from_conda_forge_and_the_package() -> None:
    assert MANIFEST["workspace"]["channels"] == ["conda-forge"]
    assert MANIFEST["workspace"]["platforms"] == ["linux-64", "win-64", "osx-arm64"]
    assert list(MANIFEST["dependencies"]) == ["python"]
    assert MANIFEST["pypi-dependencies"] == {"ethonight": {"path": ".", "editable": True, "extras": ["dev"]}}


def test_torch_on_windows_comes_with_cuda() -> None:
    packages = MANIFEST["target"]["win-64"]["pypi-dependencies"]
    assert list(packages) == ["torch", "torchvision"]
    assert packages["torch"] == packages["torchvision"]
    assert "/whl/cu" in packages["torch"]["index"]


def test_everything_that_is_needed_is_pinned() -> None:
    lines = (REPOSITORY / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {line.partition("==")[0] for line in lines if not line.startswith("#")}
    project = PROJECT["project"]
    needed = {name(entry) for entry in [*project["dependencies"], *project["optional-dependencies"]["dev"]]}
    assert needed <= pinned


def name(requirement: str) -> str:
    """Return the package's name of ``name>=1.0``."""
    return requirement.partition(">=")[0].partition("==")[0]


@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_one_python_command_that_both_doors_understand(task: str) -> None:
    assert set(TASKS[task]) == {"cmd", "description"}
    assert words(task)[0] == "python"
    assert not set(TASKS[task]["cmd"]) & set("&|;$<>\\{}'\"*")


@pytest.mark.parametrize("task", [task for task in TASKS if task != "test"])
def test_a_tasks_script_is_named_after_it_and_hides_no_module_of_python(task: str) -> None:
    script = Path(words(task)[1])
    assert (REPOSITORY / script).is_file()
    assert script.stem.startswith(task.removesuffix("-dryrun").replace("-", "_"))
    # scripts/ is the first place in which a script's imports are looked for
    assert script.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("task", [task for task in TASKS if task != "test"])
def test_help_of_a_task_has_examples(task: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, *words(task)[1:], "--help"],
        capture_output=True,
        encoding="utf-8",
        cwd=REPOSITORY,
        env={**os.environ, "INIT_CWD": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    examples = [line.split() for line in done.stdout.partition("\nexamples")[2].splitlines()[1:]]
    assert task.removesuffix("-dryrun") in [example[0] for example in examples if example]
    assert task == "check" or "--workspace DIR" in done.stdout


def test_the_test_task_starts() -> None:
    done = subprocess.run([sys.executable, *words("test")[1:], "--version"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "pytest" in done.stdout
