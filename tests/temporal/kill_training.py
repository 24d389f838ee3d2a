"""A training in a process of its own: ``kill_training.py CHECKPOINT RESULT KILL_AFTER`` (epochs; 0: not at all).

Ends itself with the strongest signal there is right behind the checkpoint of that epoch, or writes weights and log.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))

from made_sequences import LABELS, made_sequence

from ethonight.recipe.training import Training
from ethonight.temporal.lesson import Lesson
from ethonight.temporal.progress import Progress
from ethonight.temporal.training import train

SMALL = Training(width=8, layers=3, epochs=3, batch=2, window=4.0, seeds=2)


def main(checkpoint: Path, result: Path, kill_after: int) -> None:
    torch.set_num_threads(1)
    seen = []

    def watch(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == kill_after:
            os.kill(os.getpid(), signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    lesson = Lesson((made_sequence(1, 600),), (made_sequence(2, 600),), LABELS)
    trained = train(lesson, SMALL, checkpoint, watch)
    weights = [
        {name: value.flatten().tolist() for name, value in network.state_dict().items()}
        for network in trained.ensemble.networks
    ]
    figures = [(entry.seed, entry.epoch, entry.loss, entry.f1, entry.precision) for entry in trained.log]
    result.write_text(json.dumps({"weights": weights, "figures": figures, "seen": len(seen)}), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
