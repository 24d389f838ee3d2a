"""A model's folder is all that is needed, and what is not whole is refused in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tomli_w
import torch
from made_sequences import LABELS, made_sequence
from safetensors.torch import load_file, save_file

from ethonight.files import content_hash
from ethonight.recipe.stream import Features, Recipe, Subjects
from ethonight.recipe.training import Training
from ethonight.temporal.ensemble import Ensemble
from ethonight.temporal.model_description import DESCRIPTION, WEIGHTS, Description, ModelError, check_folder
from ethonight.temporal.model_folder import Model, load_model, save_model
from ethonight.temporal.networks import build
from ethonight.temporal.normalise import fit

TRAINING = Training(width=8, layers=3, seeds=2)
SCORE = """
import sys
import numpy as np
from pathlib import Path
from ethonight.temporal.model_folder import load_model
given = np.load(sys.argv[2])
scores = load_model(Path(sys.argv[1])).ensemble.answer(given["features"], given["found"]).scores
np.save(sys.argv[3], scores)
"""


def made_model(exclusive: bool = False) -> Model:
    normaliser = fit([made_sequence(1, 500)])
    torch.manual_seed(4)
    networks = tuple(build(TRAINING, normaliser.width, 3, exclusive) for _ in range(2))
    blobs = Subjects(kind="blobs", count=2)
    description = Description(
        name="café",
        labels=LABELS,
        exclusive=exclusive,
        streams=(Recipe(blobs), Recipe(blobs, Features(name="kinematics"))),
        dimensions=(10, 6),
        training=TRAINING,
        created="2026-03-01 22:04:05",
        decoding={"groom": {"threshold": 0.1, "steps": [1, 2]}, "method": "hysteresis"},
        pairs=({"video": "video01", "annotations": "anna", "sha256": "ab"},),
    )
    return Model(description, Ensemble(normaliser, networks, LABELS, exclusive))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a model with a file beside it that it vouches for."""
    made = tmp_path / "model one"
    made.mkdir()
    (made / "metrics.json").write_text("{}", "utf-8")
    (made / "report.html").write_text("not vouched for", "utf-8")
    save_model(made, made_model(), ["metrics.json"])
    return made


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_new_process_gives_the_same_scores_to_the_bit(tmp_path: Path, exclusive: bool) -> None:
    model, sequence = made_model(exclusive), made_sequence(3, 700)
    save_model(tmp_path / "model", model)
    np.savez(tmp_path / "given.npz", features=sequence.features, found=sequence.found)
    source = str(Path(__file__).resolve().parents[2] / "src")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-c", SCORE, *(str(tmp_path / name) for name in ("model", "given.npz", "scores.npy"))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert np.array_equal(np.load(tmp_path / "scores.npy"), model.ensemble.of(sequence).scores)


def test_everything_that_is_known_comes_back(folder: Path) -> None:
    loaded, saved = load_model(folder), made_model()
    assert replace(loaded.description, versions={}) == saved.description
    assert {"ethonight", "python", "torch", "numpy"} <= loaded.description.versions.keys()
    assert loaded.ensemble.labels == LABELS
    assert check_folder(folder) == loaded.description


def test_the_description_is_read_without_torch(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ethonight.temporal.model_description import check_folder; "
        f"check_folder(Path({str(folder)!r})); print('torch' in sys.modules)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


def test_files_that_it_does_not_vouch_for_may_change(folder: Path) -> None:
    (folder / "report.html").write_text("another one", "utf-8")
    load_model(folder)


@pytest.mark.parametrize("name", [DESCRIPTION, WEIGHTS, "metrics.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name} is missing"):
        load_model(folder)


@pytest.mark.parametrize("name", [WEIGHTS, "metrics.json"])
def test_an_altered_file_is_named(folder: Path, name: str) -> None:
    data = bytearray((folder / name).read_bytes())
    data[-1] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=rf"{name} was altered or is damaged.*train the model again"):
        load_model(folder)


def rewrite(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    """Change the description."""
    document = tomllib.loads((folder / DESCRIPTION).read_text("utf-8"))
    change(document)
    (folder / DESCRIPTION).write_text(tomli_w.dumps(document), "utf-8")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda d: d.update(format=2), "format 2; this version of Ethonight knows format 1"),
        (lambda d: d.pop("format"), "format None"),
        (lambda d: d.pop("labels"), "'labels' is missing"),
        (lambda d: d.update(labels=[]), "labels are not texts"),
        (lambda d: d.update(labels=["only one"]), "does not hold the network"),
        (lambda d: d.update(exclusive="yes"), "neither true nor false"),
        (lambda d: d.update(exclusive=True), "does not hold the network"),
        (lambda d: d["training"].update(width=9), "does not hold the network"),
        (lambda d: d["training"].update(seeds=3), "2 networks instead of 3"),
        (lambda d: d["training"].update(network="rnn"), "does not describe a model"),
        (lambda d: d["training"].update(colour=1), "does not describe a model"),
        (lambda d: d["streams"][0].update(dimensions=11), r"shape \(16,\) instead of \(17,\)"),
        (lambda d: d["streams"][0].update(dimensions=0), "how many dimensions"),
        (lambda d: d["streams"][0].update(digest="00000000"), "computes 'motion' features in another way"),
        (lambda d: d["files"].pop(WEIGHTS), "does not vouch for weights"),
        (lambda d: d["files"].update({"../video.mp4": "00"}), "outside of its folder"),
    ],
)
def test_a_description_that_does_not_fit_is_refused(
    folder: Path, change: Callable[[dict[str, object]], object], sentence: str
) -> None:
    rewrite(folder, change)
    with pytest.raises(ModelError, match=sentence):
        load_model(folder)


@pytest.mark.parametrize("text", [b"", b"= =", b"\xff\xfe", b"format = 1\n"])
def test_a_description_that_is_none_is_refused(folder: Path, text: bytes) -> None:
    (folder / DESCRIPTION).write_bytes(text)
    with pytest.raises(ModelError, match=DESCRIPTION):
        load_model(folder)


def test_weights_that_are_none_are_refused_even_with_the_right_hash(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"no weights")
    rewrite(folder, lambda d: d.update(files={WEIGHTS: content_hash(folder / WEIGHTS)}))
    with pytest.raises(ModelError, match="does not hold the network"):
        load_model(folder)


def test_a_weight_too_many_is_refused(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    save_file(tensors | {"networks.0.extra": torch.zeros(2)}, folder / WEIGHTS)
    rewrite(folder, lambda d: d.update(files={WEIGHTS: content_hash(folder / WEIGHTS)}))
    with pytest.raises(ModelError, match="does not hold the network"):
        load_model(folder)
