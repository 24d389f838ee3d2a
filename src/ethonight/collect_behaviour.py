"""Collecting predictions: the bouts and ethograms of every model, in ``tracking/behaviour/<model>/``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.problems import AnnotationError
from ethonight.collect_files import (
    CollectResult,
    Content,
    CopyState,
    NotCollected,
    Unsound,
    copy_if_changed,
    write_if_changed,
)
from ethonight.collect_tables import Found, bouts_table, read_scored, summary_table
from ethonight.jobs.protocol import Site
from ethonight.ledger.row import Row

FOLDER = "behaviour"
ALL_BOUTS = "all_bouts.csv"
SUMMARY = "summary.csv"
ABANDONED = f"{FOLDER}/*/.*.tmp"
"""What unfinished copies below ``tracking/`` are called."""

_AGAIN = "Set the row to pending to predict it again."
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"


@dataclass(frozen=True)
class _Prediction:
    """A done row, and where its bouts lie and will lie."""

    row: Row
    source: Path
    target: Path

    @property
    def model(self) -> str:
        return self.source.stem

    @property
    def video(self) -> str:
        return self.source.parent.name

    def result(self, ending: str, state: CopyState, message: str = "") -> CollectResult:
        """Return what became of the copy with this ending."""
        target = self.target.with_name(f"{self.video}{ending}")
        return CollectResult(self.row.settings, target, state, message, f"{FOLDER}/{self.model}/")


def collect_behaviour(rows: Iterable[Row], site: Site, dryrun: bool) -> list[CollectResult]:
    """Copy bouts and ethogram of each of these done predictions, then write each model's two tables."""
    results: list[CollectResult] = []
    owners: dict[str, str] = {}
    models: dict[str, list[_Prediction]] = {}
    for row in rows:
        if not row.output:
            message = f"The table does not say where its bouts lie. {_AGAIN}"
            results.append(CollectResult(row.settings, site.workspace.root / row.settings, CopyState.BROKEN, message))
            continue
        prediction = _prediction(row, site)
        if problem := _name_taken(prediction, owners):
            results.append(prediction.result(".csv", CopyState.BROKEN, problem))
            continue
        results += _copied(prediction, site, dryrun)
        models.setdefault(prediction.model, []).append(prediction)
    for model in sorted(models):
        results += _tables(model, models[model], site, dryrun)
    return results


def _prediction(row: Row, site: Site) -> _Prediction:
    source = site.workspace.root / row.output
    return _Prediction(row, source, site.workspace.tracking / FOLDER / source.stem / f"{source.parent.name}.csv")


def _name_taken(prediction: _Prediction, owners: dict[str, str]) -> str:
    """Return why the copy cannot have its name, or "" when it has it now."""
    if prediction.target.name.casefold() in (ALL_BOUTS, SUMMARY):
        return f"{prediction.target.name} is the table of all videos. Give the video another name and predict it again."
    other = owners.setdefault(f"{prediction.model}/{prediction.video}".casefold(), prediction.row.settings)
    same = "has the same video name and model. Give one of the videos another name and predict it again."
    return f"{other} {same}" if other != prediction.row.settings else ""


def _copied(prediction: _Prediction, site: Site, dryrun: bool) -> Iterator[CollectResult]:
    for ending, check in ((".csv", _check_bouts), (".png", _check_picture)):
        source = prediction.source.with_name(f"{prediction.model}{ending}")
        target = prediction.target.with_name(f"{prediction.video}{ending}")
        try:
            state = copy_if_changed(source, target, _content(check, site.workspace.shown(source)), dryrun)
            yield prediction.result(ending, state)
        except NotCollected as error:
            yield prediction.result(ending, CopyState.BROKEN, str(error))


def _content(check: Callable[[Path, bool], None], shown: str) -> Content:
    return Content(
        check=check,
        same=lambda one, other: False,
        missing=lambda error: f"There is no {shown} any more. {_AGAIN}",
        saving=f"{shown} is being saved right now. Run copy again when that is over.",
    )


def _check_bouts(path: Path, every_value: bool) -> None:
    try:
        read_annotation(path, "its bouts")
    except AnnotationError as error:
        raise Unsound(f"They cannot be used: {error} {_AGAIN}") from error


def _check_picture(path: Path, every_value: bool) -> None:
    data = path.read_bytes()
    if not data.startswith(_PNG_START) or not data.endswith(_PNG_END):
        raise Unsound(f"Its ethogram is no whole picture. {_AGAIN}")


def _tables(model: str, predictions: Iterable[_Prediction], site: Site, dryrun: bool) -> Iterator[CollectResult]:
    """Write the tables of all videos that can be read; without any, they stay as they were."""
    videos = [found for one in predictions if (found := _found(one))]
    videos.sort(key=lambda found: found.video)
    folder = site.workspace.tracking / FOLDER / model
    for name, make in ((ALL_BOUTS, bouts_table), (SUMMARY, summary_table)) if videos else ():
        state, message = CopyState.BROKEN, ""
        try:
            state = write_if_changed(folder / name, make(videos), dryrun)
        except NotCollected as error:
            message = str(error)
        yield CollectResult("", folder / name, state, message, f"{FOLDER}/{model}/")


def _found(prediction: _Prediction) -> Found | None:
    """Return the bouts of a prediction; where it is broken, those of the copy that was kept."""
    for path in (prediction.source, prediction.target):
        try:
            bouts = read_annotation(path).bouts
        except AnnotationError:
            continue
        scores = prediction.source.with_name(f"{prediction.model}.h5")
        return Found(prediction.video, bouts, read_scored(scores))
    return None
