"""Imports point down only: every module has its place in the table below, and imports what its place allows."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCE = REPOSITORY / "src"
SCRIPTS = REPOSITORY / "scripts"

FOUNDATION = {
    "ethonight",
    "delimited",
    "errors",
    "files",
    "workspace",
    "config",
    "suggest",
    "process",
    "words",
    "claims",
    "frame_times",
    "disk",
    "exchange",
    "checked_log",
    "json_text",
}
LAYERS: dict[str, set[str]] = {
    "foundation": FOUNDATION,
    "settings": {"settings"},
    "gpu": {"gpu"},
    "video": {"video"},
    "annotations": {"annotations"},
    "recipe": {"recipe"},
    "arena": {"arena"},
    "interchange": {"interchange"},
    "coding": {"coding"},
    "subjects": {"subjects"},
    "store": {"features.store"},
    "predictions": {"predictions"},
    "threads": {"one_thread"},
    "features": {"features"},
    "decoding": {"temporal.decoding", "temporal.decoding_table", "temporal.model_description"},
    "temporal": {"temporal"},
    "metrics": {"metrics"},
    "reports": {"reports"},
    "learning": {"learning"},
    "protocol": {"jobs.protocol", "jobs.own"},
    "ledger": {"ledger"},
    "preflight": {"preflight"},
    "runner": {"runner"},
    "jobs": {"jobs"},
    "answers": {
        "behaviour",
        "clean",
        "clean_references",
        "collect",
        "collect_behaviour",
        "collect_files",
        "collect_tables",
        "collect_trajectories",
        "docs_page",
        "estimate",
        "plan",
        "status",
    },
    "review": {"review"},
    "viewing": {"viewing"},
    "views": {"clean_view", "collect_view", "convert_view", "gpu_view", "night_view", "plan_view", "status_view"},
    "tasks": {"demo", "overnight"},
    "gui": {"gui"},
    "labeler": {"labeler"},
}
"""Which modules make up a layer; a package stands for all that is in it, unless a longer name says otherwise."""

LEAVES = {"gui", "labeler"}
"""The window and the page: nobody imports them."""

IN_CHILD_PROCESSES = {"threads", "features", "temporal", "learning"}
"""Layers that load torch: only the child processes of jobs import them."""

BELOW: dict[str, set[str]] = {
    "foundation": set(),
    "settings": {"foundation"},
    "gpu": {"foundation"},
    "video": {"foundation", "settings"},
    "annotations": {"foundation", "settings", "recipe"},
    "recipe": {"foundation"},
    "interchange": {"foundation", "settings", "video", "annotations"},
    "coding": {"foundation", "annotations"},
    "viewing": {"foundation", "settings", "video", "subjects", "recipe", "store"},
    "review": {"foundation", "annotations", "recipe", "predictions", "decoding"},
    "arena": {"foundation", "settings", "video", "annotations"},
    "subjects": {"foundation", "video", "recipe"},
    "store": {"foundation", "recipe", "subjects"},
    "predictions": {"foundation"},
    "threads": set(),
    "features": {"foundation", "threads", "video", "recipe", "subjects", "store"},
    "decoding": {"foundation", "annotations", "recipe"},
    "metrics": {"foundation", "annotations"},
    "temporal": {"foundation", "threads", "annotations", "recipe", "decoding", "metrics"},
    "reports": {"foundation", "video", "annotations", "subjects", "metrics"},
    "protocol": {"foundation", "settings"},
    "learning": {
        "foundation",
        "video",
        "annotations",
        "recipe",
        "subjects",
        "store",
        "predictions",
        "features",
        "decoding",
        "temporal",
        "metrics",
        "reports",
        "protocol",
    },
    "ledger": {"foundation"},
    "preflight": {"foundation", "settings", "gpu", "video", "protocol"},
    "runner": {"foundation", "settings", "gpu", "video", "protocol", "ledger", "preflight"},
    "jobs": {
        "foundation",
        "settings",
        "gpu",
        "video",
        "annotations",
        "recipe",
        "subjects",
        "store",
        "decoding",
        "protocol",
    },
    "answers": set(LAYERS) - LEAVES - {"tasks", "views", "answers"} - IN_CHILD_PROCESSES,
    "views": set(LAYERS) - LEAVES - {"tasks", "views"} - IN_CHILD_PROCESSES,
    "tasks": set(LAYERS) - LEAVES - {"tasks"} - IN_CHILD_PROCESSES,
    "gui": set(LAYERS) - LEAVES - IN_CHILD_PROCESSES,
    "labeler": set(LAYERS) - LEAVES - IN_CHILD_PROCESSES,
}
"""Which layers a layer may import, besides itself."""

ONLY_IN_CHILD_PROCESSES = {"torch", "torchvision", "idtrackerai", "transformers"}
SCRIPTS_MAY_IMPORT = {"ethonight", "rich", "_arguments"} | sys.stdlib_module_names


def module_name(path: Path) -> str:
    """Return the dotted name below ``ethonight``; the package itself is ``ethonight``."""
    parts = path.relative_to(SOURCE / "ethonight").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "ethonight"


MODULES = {module_name(path): path for path in sorted((SOURCE / "ethonight").rglob("*.py"))}


def layer_of(module: str) -> str | None:
    """Return the layer whose longest entry is ``module`` or a package around it."""
    entries = {entry: layer for layer, members in LAYERS.items() for entry in members}
    while module:
        if module in entries:
            return entries[module]
        module = module.rpartition(".")[0]
    return None


def imported(path: Path) -> Iterator[str]:
    """Yield the full dotted name of everything that a file imports, wherever in it, for types or for real."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_modules(path: Path) -> set[str]:
    """Return the modules of the package that a file imports, as names below ``ethonight``."""
    found = set()
    for name in imported(path):
        if name == "ethonight" or name.startswith("ethonight."):
            inner = name.removeprefix("ethonight").removeprefix(".")
            while inner and inner not in MODULES:
                inner = inner.rpartition(".")[0]  # the last part is a name inside the module
            found.add(inner or "ethonight")
    return found


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_place(module: str) -> None:
    assert layer_of(module), f"{module} has no layer yet: add it to LAYERS, as low as what it imports allows"


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    own = layer_of(module)
    assert own is not None
    seen = {target: layer_of(target) for target in imported_modules(MODULES[module])}
    wrong = {target: layer for target, layer in seen.items() if layer not in BELOW[own] | {own}}
    assert not wrong, f"{module} is in layer '{own}' and must not import {wrong}"


def test_the_layers_have_an_order() -> None:
    done: set[str] = set()
    while len(done) < len(LAYERS):
        ready = {layer for layer in LAYERS if layer not in done and BELOW[layer] <= done}
        assert ready, f"these layers import each other in a circle: {set(LAYERS) - done}"
        done |= ready


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module: imported_modules(path) - {module} for module, path in MODULES.items()}
    while True:  # whatever imports nothing that is left, or is imported by nothing that is left, is in no circle
        targets = set().union(*graph.values())
        inner = {module for module in graph if graph[module] and module in targets}
        if inner == graph.keys():
            break
        graph = {module: graph[module] & inner for module in inner}
    assert not graph, f"circle of imports: {graph}"


LIGHT = {module: path for module, path in MODULES.items() if layer_of(module) not in IN_CHILD_PROCESSES}


@pytest.mark.parametrize("path", [*LIGHT.values(), *sorted(SCRIPTS.glob("*.py"))], ids=lambda path: path.stem)
def test_heavy_packages_are_imported_by_child_processes_only(path: Path) -> None:
    assert not {name.partition(".")[0] for name in imported(path)} & ONLY_IN_CHILD_PROCESSES


@pytest.mark.parametrize("module", [name for name in MODULES if layer_of(name) not in ("views", "tasks")])
def test_only_views_and_tasks_know_how_things_look_in_a_terminal(module: str) -> None:
    assert "rich" not in {name.partition(".")[0] for name in imported(MODULES[module])}


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.stem)
def test_scripts_import_the_package_and_nothing_else(path: Path) -> None:
    assert {name.partition(".")[0] for name in imported(path)} <= SCRIPTS_MAY_IMPORT


def test_importing_every_light_module_loads_neither_torch_nor_idtracker() -> None:
    names = [f"ethonight.{module}" if module != "ethonight" else module for module in LIGHT]
    code = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        f"print(sorted(set(sys.modules) & set({sorted(ONLY_IN_CHILD_PROCESSES)!r})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


def test_status_starts_without_torch_and_idtracker(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", str(SCRIPTS / "status.py"), "--workspace", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert done.returncode == 0, done.stderr
    assert "ethonight" in loaded
    assert not loaded & ONLY_IN_CHILD_PROCESSES
