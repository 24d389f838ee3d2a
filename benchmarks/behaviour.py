"""How well behaviour is found on made video: trained on some seeds, tested on others with other floors and light.

    python benchmarks/behaviour.py [--folder DIR] [--seed N] [--write]

Everything runs as a person would run it: recordings in a workspace, training files, the script `train`. Test videos
have floors that no training video has. Chance and a logistic regression on the same features stand beside the model.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from ethonight.arena.recordings import write_recording
from ethonight.arena.scenario import Arena
from ethonight.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parents[1]
RESULT = REPOSITORY / "benchmarks" / "results" / "behaviour.md"
SEEN = ("smooth", "grid", "brushed", "gradient")
UNSEEN = ("speckled", "bedding")
AIMS = {"frame macro F1": 0.90, "bout F1@50": 0.85, "twitch recall@50": 0.80, "chasing frame F1": 0.90}

_COLUMNS = (
    *("frame F1", "95 %", "F1@50", "recall@50", "precision@50", "strict F1@50", "strict recall@50"),
    *("bouts", "chance", "logistic"),
)


@dataclass(frozen=True)
class Plan:
    """How many recordings teach, choose and test one model, and what they show."""

    model: str
    teaching: int
    validation: int
    test: int
    animals: int
    seconds: float
    document: dict[str, Any]


ALONE = Plan("alone", 10, 3, 6, 1, 90.0, {"subjects": {"kind": "blobs"}, "features": "motion"})
SOCIAL = Plan("social", 6, 2, 4, 2, 90.0, {"subjects": {"kind": "tracks"}, "features": "kinematics"})


def main() -> None:
    arguments = _parse()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        workspace = Workspace.open(folder)
        lines = [f"Seed {arguments.seed}.", ""]
        for plan in (ALONE, SOCIAL):
            began = time.monotonic()
            metrics = _run(plan, workspace, arguments.seed)
            lines += _table(plan, metrics, time.monotonic() - began)
    text = "\n".join(lines)
    print(text)
    if arguments.write:
        RESULT.write_text(f"# Behaviour on made video\n\n{text}\n", "utf-8")


def _parse() -> argparse.Namespace:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--folder", type=Path, help="keep the workspace here (default: a temporary folder)")
    made.add_argument("--seed", type=int, default=1000, help="the first seed of all recordings")
    made.add_argument("--write", action="store_true", help=f"write the table to {RESULT.relative_to(REPOSITORY)}")
    return made.parse_args()


def _run(plan: Plan, workspace: Workspace, seed: int) -> dict[str, Any]:
    """Make the recordings, train, and return the metrics of the test videos."""
    count = plan.teaching + plan.validation + plan.test
    names = [f"{plan.model}{place:02d}" for place in range(count)]
    for place, name in enumerate(names):
        floors = UNSEEN if place >= plan.teaching + plan.validation else SEEN
        arena = Arena(
            seed=seed + 100 * plan.animals + place,
            seconds=plan.seconds,
            animals=plan.animals,
            texture=floors[place % len(floors)],
        )
        if not (workspace.annotations / name).is_dir():
            write_recording(arena, workspace, name, tracked=plan.animals > 1)
    sides = {"validation": names[plan.teaching : plan.teaching + plan.validation], "test": names[-plan.test :]}
    pairs = [{"video": name, "annotations": "truth"} for name in names]
    document = {"task": "train", "model": plan.model, "split": {"mode": "videos", **sides}, **plan.document}
    folder = workspace.settings / plan.model
    folder.mkdir(exist_ok=True)
    (folder / "train.toml").write_text(tomli_w.dumps({**document, "pairs": pairs}), "utf-8")
    command = [sys.executable, str(REPOSITORY / "scripts" / "train.py"), "--workspace", str(workspace.root)]
    subprocess.run([*command, "--model", plan.model], check=True)
    newest = sorted(workspace.models.glob(f"{plan.model}_*"))[-1]
    metrics: dict[str, Any] = json.loads((newest / "metrics.json").read_text("utf-8"))
    return metrics


def _table(plan: Plan, metrics: dict[str, Any], seconds: float) -> list[str]:
    """Return the lines of one model's table."""
    chance, linear = (metrics["baselines"][name] for name in ("chance", "logistic"))
    lines = [
        f"## {plan.model}: {plan.document['features']} of {plan.document['subjects']['kind']}",
        "",
        f"{plan.teaching} videos of {plan.seconds:.0f} s teach, {plan.validation} choose, {plan.test} test; "
        f"{seconds / 60:.1f} min on this computer, video and features included where they were not there.",
        "",
        _row("label", _COLUMNS),
        _row("---", ["---"] * len(_COLUMNS)),
    ]
    for label in metrics["labels"]:
        frames, bouts = metrics["frames"]["classes"][label], metrics["bouts"]["classes"][label]
        interval = metrics["uncertainty"]["frames"]["classes"][label]["f1"]
        others = [one["frames"]["classes"][label] for one in (chance, linear)]
        strictly = _at_half(metrics["bouts"]["strict"]["classes"][label])[:2]
        cells = [frames["f1"], interval, *_at_half(bouts), *strictly]
        lines.append(_row(label, [*cells, bouts["truth"], *others]))
    macro = [metrics["frames"]["macro"]["f1"], metrics["uncertainty"]["frames"]["macro"]["f1"]]
    whole = metrics["bouts"]["macro"]
    others = [one["frames"]["macro_f1"] for one in (chance, linear)]
    strictly = _at_half(metrics["bouts"]["strict"]["macro"])[:2]
    lines.append(_row("mean", [*macro, *_at_half(whole), *strictly, "", *others]))
    note = (
        f"Bouts shorter than {metrics['bouts']['least_seconds']:g} s are compared as if they lasted so long; strict: "
        "every bout as long as it is."
    )
    return [*lines, "", note, "", *_aims(plan, metrics), ""]


def _at_half(bouts: dict[str, Any]) -> list[float | None]:
    """Return F1, recall and precision at an overlap of one half."""
    return [bouts[name]["50"] for name in ("f1", "recall", "precision")]


def _aims(plan: Plan, metrics: dict[str, Any]) -> list[str]:
    """Return what was aimed at and what was reached."""
    classes = metrics["bouts"]["classes"]
    if plan is ALONE:
        reached = {
            "frame macro F1": metrics["frames"]["macro"]["f1"],
            "bout F1@50": metrics["bouts"]["macro"]["f1"]["50"],
            "twitch recall@50": classes["twitch"]["recall"]["50"],
        }
    else:
        reached = {"chasing frame F1": metrics["frames"]["classes"]["chasing"]["f1"]}
    return [
        f"- {name}: {value:.3f}, aim {AIMS[name]:.2f}: {'reached' if value >= AIMS[name] else 'not reached'}"
        for name, value in reached.items()
    ]


def _row(label: str, cells: Sequence[object]) -> str:
    return f"| {label} | " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " to ".join(f"{float(end):.2f}" for end in value)
    return f"{value:.3f}" if isinstance(value, float) else "-" if value is None else str(value)


if __name__ == "__main__":
    main()
