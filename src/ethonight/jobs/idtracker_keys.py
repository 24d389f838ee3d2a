"""The settings of idtracker.ai 6.0.14: which keys there are, and what each of them takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ethonight.suggest import closest

PAIR = 2


@dataclass(frozen=True)
class Rule:
    """What a key takes. ``expected`` completes the sentence "it must be ..."."""

    expected: str
    fits: Callable[[object], bool]


def is_integer(value: object) -> bool:
    """Whether ``value`` is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> bool:
    """Whether ``value`` is a number, infinity included; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value


def _at_least(least: int) -> Rule:
    return Rule(
        f"a whole number, {least} or more",
        lambda value: isinstance(value, int) and is_integer(value) and value >= least,
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) and item for item in value)


def _is_ascending_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == PAIR and all(map(is_number, value)) and value[0] < value[1]


def _is_fraction(value: object) -> bool:
    return isinstance(value, (int, float)) and is_number(value) and 0 < value <= 1


def _is_image_size(value: object) -> bool:
    numbers = value if isinstance(value, list) else [value]
    return all(isinstance(number, int) and is_integer(number) and number > 0 for number in numbers)


def _one_of(*words: str) -> Rule:
    return Rule("one of " + ", ".join(words), lambda value: isinstance(value, str) and value.lower() in words)


def _some_of(*words: str) -> Rule:
    def fits(value: object) -> bool:
        return isinstance(value, list) and all(isinstance(item, str) and item.lower() in words for item in value)

    return Rule("a list with some of " + ", ".join(words), fits)


_SWITCH = Rule("true or false, without quotes", lambda value: isinstance(value, bool))
_INTEGER = Rule("a whole number", is_integer)
_NUMBER = Rule("a number", is_number)
_TEXT = Rule("a text in quotes", lambda value: isinstance(value, str))
_TEXTS = Rule("a list of texts", lambda value: isinstance(value, str) or _is_texts(value))
_COUNT = _at_least(1)
_PAIR = Rule("two numbers, the smaller first, like [0, 130]", _is_ascending_pair)
_ANY_PAIR = Rule(
    "two numbers, like [0, 130]",
    lambda value: isinstance(value, list) and len(value) == PAIR and all(map(is_number, value)),
)

SESSION_KEYS: Mapping[str, Rule] = {
    "area_ths": _PAIR,
    "background_from_segmentation_gui": _TEXT,
    "background_subtraction_stat": _TEXT,
    "bounding_box_images_in_ram": _SWITCH,
    "check_segmentation": _SWITCH,
    "data_policy": _one_of("trajectories", "validation", "knowledge_transfer", "idmatcher.ai", "all"),
    "exclusive_rois": _SWITCH,
    "frames_per_episode": _COUNT,
    "id_image_size": Rule("a whole number of pixels, or a list of them", _is_image_size),
    "identities_colors": _TEXTS,
    "identities_labels": _TEXTS,
    "intensity_ths": _ANY_PAIR,
    "knowledge_transfer_folder": _TEXT,
    "name": _TEXT,
    "number_of_animals": _at_least(0),
    "number_of_frames_for_background": _COUNT,
    "number_of_parallel_workers": _INTEGER,
    "output_dir": _TEXT,
    "resolution_reduction": Rule("a number above 0, at most 1", _is_fraction),
    "roi_list": _TEXTS,
    "track_wo_identities": _SWITCH,
    "tracking_intervals": Rule("a list of [start, end] frames, like [[0, 1000], [2000, 3000]]", lambda _: True),
    "trajectories_formats": _some_of("h5", "hdf5", "npy", "numpy", "csv", "json", "csv_tidy", "pickle", "parquet"),
    "use_bkg": _SWITCH,
    "video_paths": Rule('a list of paths in quotes, like ["D:/videos/fish.avi"]', _TEXTS.fits),
}
"""Session settings. ``tracking_intervals`` has checks of its own."""

NETWORK_KEYS: Mapping[str, Rule] = {
    "batch_size_dcd": _COUNT,
    "batch_size_idcnn": _COUNT,
    "batch_size_predictions": _COUNT,
    "certainty_threshold": _NUMBER,
    "contrastive_batchsize": _COUNT,
    "contrastive_max_mbytes": _NUMBER,
    "contrastive_min_accumulation": _NUMBER,
    "contrastive_patience": _INTEGER,
    "contrastive_silhouette_target": _NUMBER,
    "device": _TEXT,
    "disable_contrastive": _SWITCH,
    "fixed_identity_threshold": _NUMBER,
    "learning_rate_dcd": _NUMBER,
    "learning_ratio_difference_dcd": _NUMBER,
    "learning_ratio_difference_idcnn": _NUMBER,
    "max_images_per_class_crossing_detector": _COUNT,
    "maximal_images_per_animal": _COUNT,
    "maximum_number_of_epochs_dcd": _COUNT,
    "maximum_number_of_epochs_idcnn": _COUNT,
    "min_n_frames_to_be_a_candidate_for_accumulation": _INTEGER,
    "min_ratio_of_imgs_accumulated_globally_to_start_partial_accumulation": _NUMBER,
    "minimum_number_of_crossings_to_train_crossing_detector": _INTEGER,
    "model_area_sd_tolerance": _NUMBER,
    "overfitting_counter_threshold_dcd": _INTEGER,
    "overfitting_counter_threshold_idcnn": _INTEGER,
    "overfitting_counter_threshold_idcnn_first_accum": _INTEGER,
    "ratio_new": _NUMBER,
    "threshold_early_stop_accumulation": _NUMBER,
    "torch_compile": _SWITCH,
    "validation_proportion": _NUMBER,
    "vel_percentile": _NUMBER,
}
"""Hyperparameters of the networks and of the accumulation."""

KEYS: Mapping[str, Rule] = {**SESSION_KEYS, **NETWORK_KEYS}

RESULTS = frozenset(
    {
        "accumulation_statistics_data",
        "episodes",
        "erosion_kernel_size",
        "estimated_accuracy",
        "first_frame_first_global_fragment",
        "fragment_connectivity",
        "frames_per_second",
        "height",
        "identities_groups",
        "identity_transfer_succeeded",
        "individual_fragments_stats",
        "last_validated",
        "length_calibrations",
        "median_body_length",
        "number_of_error_frames",
        "ratio_accumulated_images",
        "session_folder",
        "setup_points",
        "silhouette_score",
        "velocity_threshold",
        "version",
        "width",
    }
)
"""Names that idtracker.ai accepts in a settings file but overwrites: they belong to ``session.json``."""

REMOVED: Mapping[str, str] = {
    "add_time_column_to_csv": "CSV files always have a time column now",
    "convert_trajectories_to_csv_and_json": 'write trajectories_formats = ["h5", "npy", "csv"] instead',
    "identity_transfer": "a knowledge_transfer_folder is enough now",
    "max_ratio_of_pretrained_images": "the contrastive step replaced it",
    "maximum_number_of_parachute_accumulations": "the contrastive step replaced it",
    "protocol3_action": "the contrastive step replaced it",
    "threshold_acceptable_accumulation": "the contrastive step replaced it",
}
"""Keys of earlier versions of idtracker.ai, and what to know about each."""


def unknown_key(key: str) -> str | None:
    """Return what is wrong with a settings key, or None for one that idtracker.ai knows. Case does not matter."""
    plain = key.lower()
    if plain in KEYS:
        return None
    if plain == "task":
        return f"'{key}' must be written in small letters: task."
    if plain in REMOVED:
        return f"'{key}' was removed from idtracker.ai: {REMOVED[plain]}. Delete this line."
    if plain in RESULTS:
        return f"'{key}' is a result of idtracker.ai, not a setting. Delete this line."
    close = closest(plain, KEYS)
    hint = f"Did you mean '{close}'?" if close else "Check the spelling, or delete this line."
    return f"idtracker.ai does not know the key '{key}'. {hint}"


def wrong_value(key: str, value: object) -> str | None:
    """Return what is wrong with the value of a known key, or None."""
    rule = KEYS[key.lower()]
    return None if rule.fits(value) else f"'{key}' must be {rule.expected}; found {shown(value)}."


def shown(value: object) -> str:
    """Return a value as it stands in a settings file, shortened."""
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
