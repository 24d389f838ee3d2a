"""Every mistake in bouts, pairs and splits is a sentence in the evening, with its file, line and cell."""

from __future__ import annotations

import shutil

import pytest
from study import HEADER, Study, write_video

from ethonight.errors import SettingsError

WITH_SUBJECT = f"{HEADER},subject"


def refusal(study: Study, **keys: object) -> str:
    """Return the sentence with which the training is refused."""
    with pytest.raises(SettingsError) as caught:
        study.warnings(study.train(**keys))  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["grooming,one,2"], "annotations/v0/anna.csv, line 2, timestamp: expected seconds, found 'one'."),
        (["grooming,1,2", "grooming,3,2.5"], "annotations/v0/anna.csv, line 3, endTimestamp: the bout ends at 2.5"),
        (["grooming,1,12"], "annotations/v0/anna.csv, line 2, endTimestamp: 'grooming' is at 12 s, but the video ends"),
        (["grooming,20,22"], "annotations/v0/anna.csv, line 2, timestamp: 'grooming' is at 20 s, but the video ends"),
        (["_scored,0,0", "grooming,1,2"], "annotations/v0/anna.csv, line 2, endTimestamp: a stretch that was watched"),
        (["_scored,10.2,10.9", "grooming,1,2"], "line 2, labelId: no time of the video (0 to 10 s) was watched."),
    ],
)
def test_a_wrong_cell_is_named(study: Study, rows: list[str], sentence: str) -> None:
    study.mark("v0", *rows)
    assert sentence in refusal(study)


def test_a_missing_column_is_named(study: Study) -> None:
    study.mark("v0", "grooming,1,2", header="labelId,start,endTimestamp")
    assert "annotations/v0/anna.csv, line 1: no column is named 'timestamp'" in refusal(study)


def test_overlapping_bouts_are_refused_only_where_they_exclude_each_other(study: Study) -> None:
    study.mark("v0", "grooming,1,3", "rearing,2,4")
    assert study.warnings(study.train()) == ""
    assert "annotations/v0/anna.csv, line 3, timestamp: 'rearing' begins at 2 s" in refusal(study, exclusive=True)


def test_a_bout_of_every_animal_overlaps_the_bouts_of_each(study: Study) -> None:
    subjects = {"kind": "blobs", "count": 2}
    study.mark("v0", "grooming,1,3,", "rearing,2,4,2", header=WITH_SUBJECT)
    assert "line 3, timestamp" in refusal(study, exclusive=True, subjects=subjects)
    study.mark("v0", "grooming,1,3,1", "rearing,2,4,2", header=WITH_SUBJECT)
    assert study.warnings(study.train(exclusive=True, subjects=subjects)) == ""
    assert "line 3, timestamp" in refusal(study, exclusive=True, subjects={"kind": "blobs"})


def test_a_subject_that_there_will_not_be_is_named_before_anything_is_computed(study: Study) -> None:
    study.mark("v0", "grooming,1,2,1", "rearing,2,3,bob", "rearing,4,5,bob", header=WITH_SUBJECT)
    said = refusal(study, subjects={"kind": "blobs", "count": 2})
    assert (
        said.count("\n") == 0 and "line 3, subject: 'bob' is no subject of this video, whose subjects are 1, 2" in said
    )
    assert study.warnings(study.train()) == ""


def test_a_mistyped_label_is_refused_and_another_one_is_left_out_with_a_warning(study: Study) -> None:
    study.mark("v0", "groming,1,2", "rearing,4,5")
    said = refusal(study, labels=["grooming"])
    assert "annotations/v0/anna.csv, line 2, labelId: 'groming' is not in the list of labels; did you mean" in said
    study.mark("v0", "grooming,1,2", "rearing,4,5")
    assert "'rearing' is not in the list of labels: its bouts in 4 files are left out." in study.warnings(
        study.train(labels=["grooming"])
    )


def test_a_label_without_a_bout_in_watched_time_cannot_be_learned(study: Study) -> None:
    assert "'sniffing' has no bout in the watched time" in refusal(study, labels=["grooming", "rearing", "sniffing"])
    for video in ("v0", "v1", "v2", "v3"):
        study.mark(video, "_scored,0,3", "grooming,1,2", "rearing,4,5")
    assert "'rearing' has no bout in the watched time of any of the pairs" in refusal(study)


def test_a_label_that_one_side_lacks_is_refused_or_warned_of(study: Study) -> None:
    study.mark("v2", "grooming,1,2")
    assert study.warnings(study.train()) == (
        "'rearing' has no bout in the validation (v2): its thresholds are the usual ones."
    )
    study.mark("v3", "grooming,1,2")
    assert "'rearing' has no bout in the test (v3): it is not measured there." in study.warnings(study.train())
    study.mark("v2", "rearing,1,2", "grooming,4,5")
    study.mark("v0", "grooming,1,2")
    study.mark("v1", "grooming,1,2")
    assert "'rearing' has no bout in the videos that teach (v0, v1)" in refusal(study)


def test_a_file_without_bouts_is_a_warning_and_no_bouts_at_all_are_an_error(study: Study) -> None:
    study.mark("v0")
    assert "annotations/v0/anna.csv marks no bout" in study.warnings(study.train())
    for video in ("v1", "v2", "v3"):
        study.mark(video)
    assert "there is nothing to learn" in refusal(study)


def test_one_video_cannot_be_measured_and_the_evening_says_so(study: Study) -> None:
    assert "No video is held out: nothing is measured" in study.warnings(study.train(["v0"]))


def test_names_that_are_not_there_are_refused_with_what_was_probably_meant(study: Study) -> None:
    assert "There is no video 'v00' in the workspace; did you mean 'v0'?" in refusal(study, videos=["v00", "v1"])
    pairs = [{"video": "v0", "annotations": "ana"}]
    assert "There is no annotations/v0/ana.csv and no file ana; did you mean 'anna'?" in refusal(
        study, pairs=pairs, split={}
    )
    assert "[split] names the video 'v9'" in refusal(study, split={"mode": "videos", "test": ["v9"]})


def test_no_video_is_on_two_sides_neither_by_name_nor_by_content(study: Study) -> None:
    assert "in two pairs" in refusal(study, videos=["v0", "v0"])
    assert "both in 'test' and in 'validation'" in refusal(study, split={"test": ["v3"], "validation": ["v3"]})
    shutil.copy(study.video("v0"), study.video("v3"))
    assert "The videos v0 and v3 have the same content." in refusal(study)


def test_a_file_that_is_no_video_and_a_missing_one_are_refused(study: Study) -> None:
    study.video("v0").write_bytes(b"nothing of a video" * 100)
    assert "v0.avi is not a video" in refusal(study)
    study.video("v0").unlink()
    assert "There is no video at" in refusal(study)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_files_of_excel_are_read_as_they_are(study: Study, encoding: str) -> None:
    path = study.mark("v0")
    text = "labelId;timestamp;endTimestamp\r\ngrooming;1,5;2,25\r\nrearing;3;4\r\n"
    path.write_bytes(text.encode(encoding))
    assert study.warnings(study.train()) == ""


def test_bouts_may_lie_outside_of_the_workspace(study: Study) -> None:
    elsewhere = study.workspace.root.parent / "Käfig 1; 'x' = y.csv"
    elsewhere.write_text(f"{HEADER}\ngrooming,1,2\nrearing,3,4\n", "utf-8")
    pairs = [{"video": "v0", "annotations": str(elsewhere)}, {"video": "v1", "annotations": "anna"}]
    assert study.warnings(study.train(pairs=pairs, split={})) == ""


def test_a_recording_in_two_files_is_as_long_as_both(study: Study) -> None:
    second = write_video(study.workspace.root / "videos" / "second.avi", 9)
    file = study.workspace.settings / "v0" / "video.toml"
    file.write_text(f'video_paths = ["{study.video("v0").as_posix()}", "{second.as_posix()}"]\n', "utf-8")
    study.mark("v0", "grooming,9,12", "rearing,18,19.9")
    assert study.warnings(study.train()) == ""
    study.mark("v0", "grooming,9,12", "rearing,18,22")
    assert "line 3, endTimestamp: 'rearing' is at 22 s, but the video ends at 20 s" in refusal(study)
