"""What is known of a video beside a coder's own work: predictions, scores, agreement, boxes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import h5py
import numpy as np
import pytest

from ethonight.workspace import Workspace

Served = Any


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, make_workspace: Any, served: Any) -> Iterator[Served]:
    """A server whose video two coders and a model have marked."""
    workspace: Workspace = make_workspace(tmp_path_factory.mktemp("marked"))
    predictions, coders = workspace.predictions / "numbered", workspace.annotations / "numbered"
    for folder in (predictions, coders):
        folder.mkdir()
    (coders / "anna.csv").write_text("labelId,timestamp,endTimestamp\ngrooming,1,2\n_scored,0,4\n", "utf-8")
    (coders / "ben.csv").write_text("labelId,timestamp,endTimestamp\ngrooming,1,3\n_scored,0,8\n", "utf-8")
    (coders / "carl.csv").write_text("labelId,timestamp\nthis is no bout\n", "utf-8")
    (predictions / "mice.csv").write_text("labelId,timestamp,endTimestamp,score\ngrooming,0.4,1.2,0.875\n", "utf-8")
    with h5py.File(predictions / "mice.h5", "w") as file:
        file.create_dataset("scores", data=np.linspace(0, 1, 100, dtype=np.float16)[:, None])
        file.create_dataset("times", data=np.arange(100) / 10)
        file.create_dataset("labels", data=["grooming"], dtype=h5py.string_dtype())
        file.create_dataset("subjects", data=[""], dtype=h5py.string_dtype())
        file.attrs["end"] = 10.0
    with served(workspace, "--port", "0") as found:
        found.ready()
        yield found


def test_what_is_known_of_a_video_is_listed(server: Served) -> None:
    (video,) = server.get("/api/workspace").json["videos"]
    assert (video["coders"], video["predictions"], video["missing"]) == (["anna", "ben", "carl"], ["mice"], False)
    assert video["bouts"] == {"anna": 1, "ben": 1, "carl": None}
    about = server.get("/api/videos/numbered").json
    assert about["predictions"] == [{"model": "mice", "scores": True}]


def test_a_models_bouts_come_in_frames(server: Served) -> None:
    answer = server.get("/api/videos/numbered/predictions/mice")
    assert answer.json == {"model": "mice", "bouts": [["grooming", 10, 30, "", 0.875]]}


def test_a_models_scores_come_in_pieces(server: Served) -> None:
    path = "/api/videos/numbered/scores/mice"
    scores = server.get(f"{path}?label=grooming&first=0&stop=250&bins=2").json
    assert scores["max"] == pytest.approx([0.495, 1.0], abs=1e-3)
    assert scores["mean"] == pytest.approx([0.247, 0.752], abs=1e-3)
    assert server.get(f"{path}?label=other&first=0&stop=250&bins=2").status == 404
    for query in ("first=0&stop=250&bins=0", "first=9&stop=3&bins=1", "first=0&stop=250&bins=100000000", "stop=1"):
        assert server.get(f"{path}?label=grooming&{query}").status == 400


def test_two_coders_are_compared_where_both_have_watched(server: Served) -> None:
    found = server.get("/api/agreement/numbered?coders=anna,ben").json
    assert found["seconds"] == pytest.approx(4.0)
    assert found["kappa"] == pytest.approx(0.5)  # 75 of 100 frames alike, where chance gives 50
    assert found["labels"] == [{"label": "grooming", "kappa": pytest.approx(0.5), "f1": pytest.approx(2 / 3)}]
    assert server.get("/api/agreement/numbered?coders=anna").status == 400
    assert server.get("/api/agreement/numbered?coders=anna,../ben").status == 400
    wrong = server.get("/api/agreement/numbered?coders=anna,carl")
    assert (wrong.status, "carl.csv" in wrong.error) == (400, True)


def test_a_file_that_cannot_be_read_is_shown_and_never_changed(server: Served) -> None:
    path = server.workspace.annotations / "numbered" / "carl.csv"
    before = path.read_bytes()
    assert "carl.csv" in server.get("/api/coding/numbered/carl").json["problem"]
    refused = server.post("/api/coding/numbered/carl", {"do": "add", "label": "grooming", "first": 0, "stop": 5})
    assert refused.status == 409
    assert path.read_bytes() == before


def test_a_page_that_is_out_of_date_is_told_so(server: Served) -> None:
    coding = "/api/coding/numbered/dora"
    added = server.post(coding, {"do": "add", "label": "grooming", "first": 0, "stop": 5}).json["added"]
    assert server.post(coding, {"do": "delete", "ids": [added[0]["id"]]}).status == 200
    assert server.post(coding, {"do": "delete", "ids": [added[0]["id"]]}).status == 409
    assert server.post(f"{coding}/undo", {}).json["undo"] != ""
    assert len(server.get(coding).json["marks"]) == 1


def test_boxes_of_an_unknown_source_are_refused(server: Served) -> None:
    assert server.get("/api/videos/numbered/boxes?source=../x&first=0&stop=5").status == 404
    assert server.get("/api/videos/numbered/boxes?source=x&first=0&stop=500000").status == 400
