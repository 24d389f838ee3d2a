"""The demonstration: two real videos through the whole night, then behaviour on made ones, in a folder of its own."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from ethonight.arena.recordings import write_recording
from ethonight.arena.scenario import Arena
from ethonight.behaviour import TrainingAsked, write_predictions, write_training
from ethonight.collect import collect
from ethonight.collect_view import collected_lines
from ethonight.jobs.demo_settings import write_demo
from ethonight.jobs.protocol import Site
from ethonight.ledger.view import read_rows
from ethonight.overnight import Asked, open_site, run_night
from ethonight.runner.options import Options
from ethonight.settings.recording import VIDEO_FILE
from ethonight.status import read_status
from ethonight.status_view import render_status
from ethonight.words import count
from ethonight.workspace import Workspace

_WIDE = 100
_MODEL = "arena"
_CODER = "truth"
_MARKED = tuple(f"arena_{number}" for number in range(1, 7))
_UNMARKED = "arena_7"
_SECONDS = 60.0


def run_demo(workspace: Workspace, console: Console) -> int:
    """Do what ``track``, ``train``, ``predict``, ``copy`` and ``status`` do. Returns the exit status.

    Running it again is harmless: what is done stays as it is.
    """
    write_demo(workspace)
    site = open_site(workspace)
    console.print(Text(f"The demonstration's workspace: {workspace.root}", style="bold"))
    console.rule("pixi run track", align="left")
    code = run_night(site, Asked("track"), Options(frozenset({"track", "command"})), console)
    code = max(code, _behaviour(site, console))
    console.rule("pixi run copy", align="left")
    collected = collect(read_rows(workspace), site, dryrun=False)
    console.print(Text("\n".join(collected_lines(collected))))
    console.rule("pixi run status", align="left")
    status = read_status(workspace)
    console.print(render_status(status, status.rows, None, console.width >= _WIDE))
    console.print(Text(_look(workspace)))
    return code


def _behaviour(site: Site, console: Console) -> int:
    """Make videos of an animal in an arena, train on those that are marked, and predict the one that is not."""
    console.rule("Making seven videos of an animal in an arena", align="left")
    for place, name in enumerate((*_MARKED, _UNMARKED)):
        _make(site.workspace, name, place, console)
    pairs = [f"{name}={_CODER}" for name in _MARKED]
    shown = f"pixi run train --model {_MODEL} --subjects blobs --pairs {pairs[0]} {pairs[1]} ..."
    console.rule(shown, align="left")
    training = write_training(site, TrainingAsked(_MODEL, pairs, subjects="blobs"))
    code = run_night(site, Asked("train", (training,), refresh=True), Options(frozenset({"train"})), console)
    console.rule(f"pixi run predict --model {_MODEL} {_UNMARKED} --overlay", align="left")
    keys = write_predictions(site, _MODEL, [_UNMARKED], None, True)
    predicted = run_night(site, Asked("predict", tuple(keys), refresh=True), Options(frozenset({"predict"})), console)
    return max(code, predicted)


def _make(workspace: Workspace, name: str, seed: int, console: Console) -> None:
    """Make one video, with what a coder would have marked in it, unless it is there."""
    if (workspace.settings / name / VIDEO_FILE).is_file():
        return
    with console.status(f"{name}.mp4 ..."):
        written = write_recording(Arena(seed=seed, seconds=_SECONDS), workspace, name, _CODER, tracked=False)
    if name == _UNMARKED:
        written.annotation.unlink()  # nobody has looked at this one
    console.print(Text(f"{name}.mp4, {_SECONDS:.0f} s, {count(len(written.made.bouts), 'bout')}"))


def _look(workspace: Workspace) -> str:
    """Return where to look at what was made."""
    reports = sorted(workspace.models.glob(f"{_MODEL}_*/report.html"))
    bouts = workspace.predictions / _UNMARKED / f"{_MODEL}.csv"
    lines = [f"How well it does on videos it has not seen: {report}" for report in reports[-1:]]
    if bouts.is_file():
        lines.append(f"Bouts, ethogram and annotated video of {_UNMARKED}: {bouts.parent}")
        lines.append(f"Review them in the browser: pixi run label {_UNMARKED} --workspace {workspace.root}")
    return "\n".join(lines)
