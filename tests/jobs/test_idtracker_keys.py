"""The table of idtracker.ai's settings."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from ethonight.jobs.idtracker_keys import NETWORK_KEYS, REMOVED, RESULTS, SESSION_KEYS, unknown_key, wrong_value

_ASK = """
import json
from idtrackerai import Session, conf
print(json.dumps([sorted(Session.__annotations__), sorted(name.lower() for name in type(conf).__annotations__)]))
"""


def test_the_table_is_that_of_the_installed_program() -> None:
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=True)
    session, network = json.loads(done.stdout.splitlines()[-1])
    assert set(session) == set(SESSION_KEYS) | RESULTS
    assert set(network) == set(NETWORK_KEYS)
    assert not set(SESSION_KEYS) & RESULTS
    assert not REMOVED.keys() & {*session, *network}


@pytest.mark.parametrize("key", ["video_paths", "VIDEO_PATHS", "Contrastive_BatchSize", "ROI_list", "DEVICE"])
def test_case_does_not_matter(key: str) -> None:
    assert unknown_key(key) is None


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("number_of_animal", "number_of_animals"),
        ("intensity_thresholds", "intensity_ths"),
        ("Track_Without_Identities", "track_wo_identities"),
        ("protocol3_action", "removed"),
        ("estimated_accuracy", "result"),
        ("Task", "small letters: task"),
        ("qqqqq", "spelling"),
    ],
)
def test_an_unknown_key_gets_a_hint(key: str, hint: str) -> None:
    problem = unknown_key(key)
    assert problem is not None
    assert key in problem
    assert hint in problem


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("number_of_animals", 8),
        ("number_of_animals", 0),
        ("area_ths", [150.0, float("inf")]),
        ("intensity_ths", [40, 20]),  # with a background the second one is a difference
        ("video_paths", "a.avi"),
        ("video_paths", ["a.avi", "b.avi"]),
        ("roi_list", "+ Polygon [[0, 0], [1, 1], [2, 0]]"),
        ("id_image_size", 40),
        ("id_image_size", [40, 40, 1]),
        ("number_of_parallel_workers", -1),
        ("resolution_reduction", 1),
        ("trajectories_formats", ["H5", "csv"]),
        ("data_policy", "idmatcher.ai"),
        ("contrastive_max_mbytes", 1500),
    ],
)
def test_what_idtracker_takes_is_taken(key: str, value: object) -> None:
    assert wrong_value(key, value) is None


@pytest.mark.parametrize(
    ("key", "value", "found"),
    [
        ("number_of_animals", "8", "'8'"),
        ("number_of_animals", 8.0, "8.0"),
        ("number_of_animals", True, "true"),
        ("number_of_animals", -3, "-3"),
        ("area_ths", [1000, 150], "[1000, 150]"),
        ("area_ths", [150, float("nan")], "nan"),
        ("area_ths", [150], "[150]"),
        ("intensity_ths", "0, 130", "'0, 130'"),
        ("track_wo_identities", "false", "'false'"),
        ("use_bkg", 1, "1"),
        ("video_paths", [], "[]"),
        ("video_paths", ["a.avi", ""], ""),
        ("roi_list", [], "[]"),
        ("resolution_reduction", 0, "0"),
        ("resolution_reduction", 1.5, "1.5"),
        ("trajectories_formats", "h5", "'h5'"),
        ("trajectories_formats", ["xls"], "xls"),
        ("data_policy", "everything", "everything"),
        ("frames_per_episode", 0, "0"),
        ("id_image_size", [40, 0], "0"),
    ],
)
def test_a_wrong_value_is_shown_with_what_it_must_be(key: str, value: object, found: str) -> None:
    problem = wrong_value(key.upper(), value)
    assert problem is not None
    assert problem.startswith(f"'{key.upper()}' must be ")
    assert found in problem.partition("; found ")[2]
