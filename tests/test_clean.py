"""``clean``: cached features go when nothing refers to them, and nothing else ever does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import tomli_w

from ethonight.clean import NO_JOB, NO_REFERENCE, NO_VIDEO, Cleaning, clean
from ethonight.clean_view import cleaned_lines
from ethonight.config import Config
from ethonight.errors import SettingsError, WorkspaceError
from ethonight.jobs.embed import EmbedKind, embed_need
from ethonight.jobs.pairs import read_pairs
from ethonight.jobs.protocol import Inputs, Need, Site
from ethonight.jobs.registry import kind_of
from ethonight.jobs.train import TrainKind, partial_key
from ethonight.ledger.lease import Lease
from ethonight.ledger.ledger import Ledger
from ethonight.ledger.row import Row, State
from ethonight.recipe.stream import Features, Recipe
from ethonight.recipe.training import TrainingRecipe
from ethonight.runner.dependencies import Dependencies
from ethonight.runner.register import register
from ethonight.settings.job_file import load_job
from ethonight.workspace import Workspace

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "clean.py"
SMALL, LARGE, OTHER = (Recipe(features=Features(pixels=pixels)) for pixels in (32, 64, 128))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one recording, ``v``."""
    made = Workspace.open(tmp_path)
    recording(made, "v")
    return made


def recording(workspace: Workspace, name: str) -> None:
    video = workspace.root / "videos" / f"{name}.avi"
    video.parent.mkdir(parents=True, exist_ok=True)
    video.write_bytes(name.encode())
    write(workspace.settings / name / "video.toml", {"video_paths": [video.as_posix()]})


def write(path: Path, document: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(tomli_w.dumps(document), "utf-8")
    return path


def features(workspace: Workspace, recipe: Recipe = LARGE, video: str = "v", size: int = 1000) -> Path:
    path = workspace.features / video / f"{recipe.name}.h5"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    return path


def settings(workspace: Workspace, need: Need) -> Path:
    return write(workspace.settings_file(need.key), dict(need.document))


def training(workspace: Workspace, recipe: Recipe, name: str = "grooming") -> TrainingRecipe:
    """Write a training file and the bouts it names."""
    bouts = workspace.annotations / "v" / "mara.csv"
    bouts.parent.mkdir(parents=True, exist_ok=True)
    bouts.write_text("labelId,timestamp,endTimestamp\ngrooming,1,2\n", "utf-8")
    pairs = [{"video": "v", "annotations": "mara"}]
    document = {"task": "train", "model": name, **recipe.table(), "pairs": pairs}
    write(workspace.settings / name / "train.toml", document)
    return TrainingRecipe.read(document)


def model(workspace: Workspace, recipe: Recipe, folder: str = "m_20260101_000000") -> Path:
    return write(workspace.models / folder / "model.toml", {"streams": [{"digest": recipe.digest, **recipe.table()}]})


def removed(workspace: Workspace, cleaning: Cleaning) -> list[str]:
    return [workspace.shown(removal.path) for removal in cleaning.removals if not removal.problem]


def tree(workspace: Workspace) -> dict[str, bytes]:
    return {
        workspace.shown(path): path.read_bytes()
        for path in workspace.root.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def job(workspace: Workspace, key: str, task: str, *states: State) -> None:
    """Bring a row into its state, by way of others."""
    with Ledger(workspace, "test") as ledger:
        row = Row(key, task=task)
        ledger.record(row)
        for state in states:
            ledger.record(replace(ledger.rows[key], state=state))


def by_model(workspace: Workspace) -> None:
    model(workspace, LARGE)


def by_older_model(workspace: Workspace) -> None:
    model(workspace, LARGE, "m_20250101_000000")
    model(workspace, SMALL, "m_20260101_000000")


def by_renamed_model(workspace: Workspace) -> None:
    model(workspace, LARGE, "the good one")


def by_training(workspace: Workspace) -> None:
    training(workspace, LARGE)


def by_a_person(workspace: Workspace) -> None:
    settings(workspace, embed_need("v", LARGE))


@pytest.mark.parametrize("refer", [by_model, by_older_model, by_renamed_model, by_training, by_a_person])
def test_features_that_something_refers_to_are_kept(workspace: Workspace, refer: Callable[[Workspace], None]) -> None:
    kept, gone = features(workspace), features(workspace, OTHER)
    refer(workspace)
    cleaning = clean(workspace)
    assert removed(workspace, cleaning) == [workspace.shown(gone)]
    assert kept.exists()
    assert not gone.exists()
    assert cleaning.freed == 1000


def test_settings_that_were_written_for_another_job_go_with_their_features(workspace: Workspace) -> None:
    need = embed_need("v", LARGE, "settings/grooming/train.toml")
    automatic, gone = settings(workspace, need), features(workspace)
    cleaning = clean(workspace)
    assert [removal.path for removal in cleaning.removals] == [gone, automatic]
    assert cleaning.removals[0].why == NO_REFERENCE
    assert not automatic.exists()
    assert not gone.parent.exists()
    assert workspace.features.is_dir()


def test_settings_for_another_job_stay_where_the_features_are_needed_or_not_made_yet(workspace: Workspace) -> None:
    model(workspace, LARGE)
    features(workspace)
    for recipe in (LARGE, SMALL):
        settings(workspace, embed_need("v", recipe, "settings/grooming/train.toml"))
    before = tree(workspace)
    assert clean(workspace).removals == ()
    assert tree(workspace) == before


def test_what_a_person_asked_for_one_video_is_not_kept_for_another(workspace: Workspace) -> None:
    recording(workspace, "w")
    kept, gone = features(workspace), features(workspace, video="w")
    settings(workspace, embed_need("v", LARGE))
    clean(workspace)
    assert (kept.exists(), gone.exists()) == (True, False)


def test_features_of_a_video_that_is_gone_go_whatever_refers_to_them(workspace: Workspace) -> None:
    model(workspace, LARGE)
    features(workspace, video="old")
    (removal,) = clean(workspace).removals
    assert removal.why == NO_VIDEO


def test_a_recording_in_a_folder_of_folders_keeps_its_features(workspace: Workspace) -> None:
    recording(workspace, "monday/cage 1")
    kept = features(workspace, video="monday/cage 1")
    settings(workspace, embed_need("monday/cage 1", LARGE))
    assert clean(workspace).removals == ()
    assert kept.exists()


@pytest.mark.parametrize("name", ["v/mine.h5", "v/motion-frame-1a2b3c4d copy.h5", f"{LARGE.name}.h5", "v/notes.txt"])
def test_what_no_job_has_made_is_told_and_left_alone(workspace: Workspace, name: str) -> None:
    path = workspace.features / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"mine")
    cleaning = clean(workspace)
    assert cleaning.removals == ()
    assert cleaning.foreign == ((path,) if name.endswith(".h5") else ())
    assert path.read_bytes() == b"mine"


def test_a_dry_run_tells_the_same_and_removes_nothing(workspace: Workspace) -> None:
    settings(workspace, embed_need("v", LARGE, "settings/grooming/train.toml"))
    features(workspace)
    write(workspace.partial / "models" / "old" / "fold0.toml", {})
    before = tree(workspace)
    planned = clean(workspace, dryrun=True)
    assert len(planned.removals) == 3
    assert tree(workspace) == before
    assert clean(workspace) == planned


@pytest.mark.parametrize("dryrun", [True, False])
def test_nothing_is_removed_while_a_run_is_at_work(workspace: Workspace, dryrun: bool) -> None:
    gone = features(workspace)
    lease = Lease(workspace.lease, "track")
    lease.acquire()
    try:
        with pytest.raises(WorkspaceError, match=r"'track' on .* is at work"):
            clean(workspace, dryrun)
    finally:
        lease.release()
    assert gone.exists()
    clean(workspace)
    assert not gone.exists()
    assert not workspace.lease.exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("models/m_20260101_000000/model.toml", "streams = ["),
        ("models/m_20260101_000000/model.toml", "name = 'm'"),
        ("settings/g/train.toml", "task = 'train'\nmodel ="),
        ("settings/g/train.toml", "task = 'train'\nmodel = 'g'"),
        ("settings/v/embed_x.toml", "task = 'embed'\nfeatures = 'nonsense'"),
    ],
)
def test_what_cannot_be_read_may_refer_to_anything(workspace: Workspace, name: str, text: str) -> None:
    gone, path = features(workspace), workspace.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    with pytest.raises(WorkspaceError) as caught:
        clean(workspace)
    assert str(caught.value).startswith(f"{name} cannot be read")
    assert "Nothing was removed" in str(caught.value)
    assert gone.exists()


def test_a_video_file_that_cannot_be_read_does_not_make_its_features_unwanted(workspace: Workspace) -> None:
    kept = features(workspace)
    settings(workspace, embed_need("v", LARGE))
    (workspace.settings / "v" / "video.toml").write_text("video_paths = [", "utf-8")
    assert clean(workspace).removals == ()
    assert kept.exists()


def test_links_out_of_the_workspace_are_not_followed(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    target = outside / f"{LARGE.name}.h5"
    target.write_bytes(b"far away")
    try:
        (workspace.features / "linked").symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("links are not allowed here")
    (workspace.features / "v").mkdir()
    (workspace.features / "v" / f"{LARGE.name}.h5").symlink_to(target)
    assert clean(workspace).removals == ()
    assert target.exists()


@pytest.mark.parametrize("folder", ["features", ".ethonight/partial"])
def test_a_folder_that_is_itself_a_link_is_left_alone(
    workspace: Workspace, tmp_path_factory: pytest.TempPathFactory, folder: str
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    target = outside / "v" / f"{LARGE.name}.h5"
    target.parent.mkdir()
    target.write_bytes(b"far away")
    place = workspace.root / folder
    if place.exists():
        place.rmdir()
    try:
        place.symlink_to(outside, target_is_directory=True)
    except OSError:
        pytest.skip("links are not allowed here")
    cleaning = clean(workspace)
    assert cleaning.removals == ()
    assert cleaning.elsewhere == (folder == "features")
    assert target.exists()


def test_a_file_that_cannot_be_removed_is_told_and_keeps_its_settings(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, free = features(workspace, LARGE), features(workspace, SMALL)
    kept = settings(workspace, embed_need("v", LARGE, "settings/grooming/train.toml"))
    real = Path.unlink

    def refuse_one(path: Path, missing_ok: bool = False) -> None:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        real(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse_one)
    cleaning = clean(workspace)
    assert removed(workspace, cleaning) == [workspace.shown(free)]
    assert cleaning.freed == 1000
    assert "open in another program" in cleaning.refused[0].problem
    assert kept.exists()
    assert "2 files could not be removed." in cleaned_lines(cleaning, workspace)[-1]


def unfinished(workspace: Workspace, name: str) -> Path:
    path = workspace.partial / name / "part.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(500))
    return path


@pytest.mark.parametrize("states", [(), (State.RUNNING,), (State.RUNNING, State.FAILED), (State.RUNNING, State.DONE)])
def test_unfinished_work_goes_when_no_job_goes_on_with_it(workspace: Workspace, states: tuple[State, ...]) -> None:
    need = embed_need("v", LARGE)
    settings(workspace, need)
    recipe = training(workspace, LARGE)
    key = partial_key(recipe, read_pairs(workspace, recipe.pairs))
    job(workspace, need.key, "embed", *states)
    job(workspace, "settings/grooming/train.toml", "train", *states)
    own = [unfinished(workspace, f"features/v-{LARGE.digest}-00112233"), unfinished(workspace, f"models/{key}")]
    other = [unfinished(workspace, f"features/v-{SMALL.digest}-00112233"), unfinished(workspace, "models/0123456789ab")]
    cleaning = clean(workspace)
    wanted = State.DONE not in states
    assert [path.exists() for path in own] == [wanted, wanted]
    assert [path.exists() for path in other] == [False, False]
    assert {removal.why for removal in cleaning.removals} == {NO_JOB}
    assert not other[0].parent.exists()
    assert workspace.partial.is_dir()


def test_unfinished_work_of_a_job_whose_settings_are_gone_goes(workspace: Workspace) -> None:
    need = embed_need("v", LARGE)
    job(workspace, need.key, "embed")
    stray = unfinished(workspace, f"features/v-{LARGE.digest}-00112233")
    clean(workspace)
    assert not stray.exists()


def test_unfinished_work_stays_while_it_is_not_clear_whose_it_is(workspace: Workspace) -> None:
    training(workspace, LARGE)
    (workspace.annotations / "v" / "mara.csv").write_text("nonsense", "utf-8")
    job(workspace, "settings/grooming/train.toml", "train")
    kept = unfinished(workspace, "models/0123456789ab")
    assert clean(workspace).removals == ()
    assert kept.exists()


def test_the_row_says_that_the_settings_are_gone_and_they_come_back_when_they_are_needed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TrainKind, "inputs", lambda *_: Inputs())  # The video of this test has no frames.
    training(workspace, LARGE)
    site, need = Site(workspace, Config()), embed_need("v", LARGE, "settings/grooming/train.toml")
    settings(workspace, need)
    features(workspace)
    train = workspace.settings / "grooming" / "train.toml"
    kept = train.read_bytes()
    train.unlink()
    with Ledger(workspace, "test") as ledger:
        register(ledger, workspace, kind_of)
        for state in (State.RUNNING, State.DONE):
            row = replace(ledger.rows[need.key], state=state, output=f"features/v/{LARGE.name}.h5")
            ledger.record(row)
    clean(workspace)
    with Ledger(workspace, "test") as ledger:
        register(ledger, workspace, kind_of)
        assert "settings file is gone" in ledger.rows[need.key].message
        train.write_bytes(kept)
        register(ledger, workspace, kind_of)
        Dependencies(site, kind_of).provide(ledger, ["settings/grooming/train.toml"], refresh=False)
        again = ledger.rows[need.key]
    assert (again.gone, again.state, again.message) == (False, State.PENDING, "Its features were removed.")
    assert load_job(workspace, need.key).document["needed_by"] == "settings/grooming/train.toml"


def test_who_needs_features_changes_neither_them_nor_their_settings_name() -> None:
    own, needed = embed_need("v", LARGE), embed_need("v", LARGE, "settings/g/train.toml")
    assert own.key == needed.key
    assert "needed_by" not in own.document
    assert Recipe.read(own.document) == Recipe.read(needed.document) == LARGE


def test_needed_by_must_be_a_text(workspace: Workspace) -> None:
    need = embed_need("v", LARGE, "settings/g/train.toml")
    site, path = Site(workspace, Config()), settings(workspace, need)
    assert EmbedKind().needs(load_job(workspace, need.key), site) == ()
    write(path, {**need.document, "needed_by": 3})
    with pytest.raises(SettingsError, match="'needed_by' must be a text"):
        EmbedKind().inputs(load_job(workspace, need.key), site)


def call(workspace: Workspace, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--workspace", str(workspace.root), *options]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def test_the_script_says_what_it_removes_and_what_that_frees(workspace: Workspace) -> None:
    features(workspace, size=2_400_000)
    unfinished(workspace, "models/0123456789ab")
    (workspace.features / "v" / "mine.h5").touch()
    would = call(workspace, "--dryrun")
    assert would.returncode == 0, would.stderr
    assert would.stdout.splitlines()[-1] == "Would remove 2 files and free 2 MB."
    done = call(workspace)
    assert (done.returncode, done.stderr) == (0, "")
    first, second, foreign, last = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert first == f"features/v/{LARGE.name}.h5 2 MB {NO_REFERENCE}"
    assert second == f".ethonight/partial/models/0123456789ab 0 KB {NO_JOB}"
    assert foreign == "features/v/mine.h5 left alone: no job has made it"
    assert last == "Removed 2 files: 2 MB are free now."
    assert call(workspace).stdout.splitlines()[-1] == "Nothing to remove."
    assert os.listdir(workspace.features / "v") == ["mine.h5"]


def test_the_script_shows_examples() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "clean --dryrun" in done.stdout
