"""A coder's review of a model: its questions as the workspace gives them now, and what answers do to the work."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ethonight.annotations.bouts_csv import read_annotation
from ethonight.annotations.ethogram import read_ethogram
from ethonight.coding.coding import Coding
from ethonight.errors import EthonightError
from ethonight.jobs.model_choice import find_model, list_models
from ethonight.labeler.names import check_coder, inside
from ethonight.labeler.refusal import Conflict
from ethonight.labeler.services import Services
from ethonight.predictions.scores_file import ScoresFile
from ethonight.review.decisions import Decision, Decisions, skipped
from ethonight.review.item import Item, Key
from ethonight.review.order import in_turn
from ethonight.review.predicted import Coded, CodedBout, Predicted
from ethonight.review.questions import questions
from ethonight.review.verdict import SKIPPED, Labelled, judged
from ethonight.temporal.decoding import Decoding
from ethonight.temporal.decoding_table import read_decodings


@dataclass(frozen=True)
class Queue:
    """All questions in the order in which they are asked, and why there are none about some videos."""

    items: tuple[Item, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Reviewing:
    """One coder's review of one model."""

    services: Services
    coder: str
    model: str

    @property
    def decisions(self) -> Decisions:
        workspace = self.services.workspace
        return Decisions(inside(workspace, workspace.reviews / self.model / f"{self.coder}.jsonl"))

    def queue(self, videos: Sequence[str]) -> Queue:
        """Return the questions about these videos; one that cannot be asked about has a note instead."""
        both: list[tuple[Predicted, Coded]] = []
        notes = []
        for video in videos:
            try:
                both.append((self._predicted(video), self._coded(video)))
            except EthonightError as error:
                notes.append(f"{video}: {error}")
        counts = Counter(bout.label for predicted, _ in both for bout in predicted.bouts)
        counts.update(bout.label for _, coded in both for bout in coded.bouts)
        items = [item for predicted, coded in both for item in questions(predicted, coded, counts)]
        edges = {predicted.video: predicted.edges for predicted, _ in both}
        return Queue(tuple(in_turn(items, edges, skipped(self.decisions.read()))), tuple(notes))

    def answer(self, key: Key, here: Labelled | None, also: Sequence[Labelled]) -> Decision:
        """Do what an answer says, in the coder's work, and remember it. Raises Conflict, AnswerError, EditError."""
        item, coding, coded = self._item(key), self._coding(key[0]), self._coded(key[0])
        verdict = judged(item, here, also, coded, coding.edges)
        what = f"review: {verdict.outcome} {item.label}"
        coding.add(verdict.rows, what, ethogram=read_ethogram(self.services.workspace.ethogram))
        decision = Decision.on(item, verdict.outcome, time.time(), what)
        self.decisions.add(decision)
        return decision

    def skip(self, key: Key) -> Decision:
        """Remember that an item was not decided. Raises Conflict."""
        decision = Decision.on(self._item(key), SKIPPED, time.time())
        self.decisions.add(decision)
        return decision

    def undo(self) -> Decision:
        """Take the last answer back and return it. Raises Conflict where there is none, or more was changed since."""
        standing = self.decisions.read()
        if not standing:
            raise Conflict("There is no answer that could be taken back.")
        last = standing[-1]
        if not last.is_skip:
            coding = self._coding(last.video)
            if coding.state().undo != last.what:
                raise Conflict(
                    f"The bouts of {last.video} were changed after this answer. Undo that first, in the timeline."
                )
            coding.undo()
        self.decisions.undo()
        return last

    def _item(self, key: Key) -> Item:
        asked = questions(self._predicted(key[0]), self._coded(key[0]), Counter())
        found = next((item for item in asked if item.key == key), None)
        if found is None:
            raise Conflict("This is no longer asked: the prediction or the scored time has changed meanwhile.")
        return found

    def _predicted(self, video: str) -> Predicted:
        workspace = self.services.workspace
        path = inside(workspace, workspace.predictions / video / f"{self.model}.csv")
        bouts = read_annotation(path, workspace.shown(path)).bouts
        scores = ScoresFile.read(inside(workspace, path.with_suffix(".h5")))
        decodings, exclusive = self._decodings(scores)
        return Predicted(video, self.services.edges(video), bouts, scores, decodings, exclusive)

    def _decodings(self, scores: ScoresFile) -> tuple[dict[str, Decoding], bool]:
        """Return how the model that made these scores turned them into bouts; as usual where it is gone."""
        workspace = self.services.workspace
        there = {folder.name for folders in list_models(workspace).values() for folder in folders}
        model = find_model(workspace, scores.model) if scores.model in there else None
        if model is None:
            decodings, exclusive = {label: Decoding() for label in scores.labels}, False
        else:
            decodings, exclusive = read_decodings(model.document.get("decoding"), model.labels), model.exclusive
        if scores.threshold:
            decodings = {label: one.with_threshold(scores.threshold) for label, one in decodings.items()}
        return decodings, exclusive

    def _coded(self, video: str) -> Coded:
        coding = self._coding(video)
        state, frames = coding.state(), len(coding.edges) - 1
        if state.problem:
            raise Conflict(state.problem)
        bouts = tuple(
            CodedBout(mark.bout.label, mark.bout.subject, mark.first, mark.stop)
            for mark in state.marks
            if not mark.bout.is_point
        )
        if coding.all_watched:
            raise Conflict(
                f"{self.coder} counts as having watched all of it, because no scored time is marked. Mark what was "
                "watched, or review under another name."
            )
        return Coded(bouts, tuple((first, min(stop, frames), who) for first, stop, who in state.scored))

    def _coding(self, video: str) -> Coding:
        workspace = self.services.workspace
        check_coder(workspace, video, self.coder)
        return self.services.desk.open(video, self.coder, self.services.edges(video))


def reviewed_videos(decisions: Iterable[Decision]) -> list[str]:
    """Return the videos about which anything was decided, sorted."""
    return sorted({one.video for one in decisions if not one.is_skip})
