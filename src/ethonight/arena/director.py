"""What the animals do, frame by frame: bouts of varied length in random order, with pauses that have no label."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ethonight.arena.acts import Act, Grooming, Rearing, Still
from ethonight.arena.animal import Animal, Pose, Tail
from ethonight.arena.ground import Ground
from ethonight.arena.pottering import Lookalike, Pottering
from ethonight.arena.runs import Chasing, Fleeing, Running, wall_goal
from ethonight.arena.scenario import CHASING, GROOMING, LOCOMOTION, REARING, STILL, TWITCH, Arena
from ethonight.arena.style import draw_style

_SECONDS = {
    LOCOMOTION: (0.7, 2.0, 5.0),
    GROOMING: (1.0, 3.4, 9.0),
    REARING: (1.0, 1.9, 4.0),
    STILL: (1.6, 4.2, 10.0),
    CHASING: (1.2, 2.4, 4.5),
}
"""Least, mean and most seconds of a bout."""
_NEAR = 2.6
"""Body lengths from which one animal may begin to chase the other."""
_PLACES = 6
"""Of so many random places, an animal begins at the one that is the furthest from the other animal."""
_PATIENCE = 12
"""How often an animal looks for an opportunity to chase before it gives up."""
_PAUSES = 0.75
"""Share of the bouts that are followed by a time without a label, and not at once by another bout."""
_REST = 0.4
"""Least seconds without a label before the last bout."""


@dataclass(frozen=True)
class Filmed:
    """What one animal did. ``labels``, ``poses`` and ``tails`` have one item for each frame."""

    animal: Animal
    labels: list[str] = field(default_factory=list)
    poses: list[Pose] = field(default_factory=list)
    tails: list[Tail] = field(default_factory=list)


@dataclass
class _Role:
    """An animal and what it is doing. ``last`` is the frame with which the recording's last bout begins."""

    animal: Animal
    film: Filmed
    last: int
    act: Act
    since: int = 0
    first_round: list[str] = field(default_factory=list)
    wish: int = 0
    """How much longer it waits for an opportunity to chase."""
    settled: int = 0
    """How many bouts it has had on the spot; the more, the sooner it runs somewhere else."""

    @property
    def rng(self) -> np.random.Generator:
        return self.animal.rng


def film(arena: Arena, ground: Ground) -> tuple[Filmed, ...]:
    """Return what each animal of the arena does in each frame."""
    return _Director(arena, ground).run()


class _Director:
    def __init__(self, arena: Arena, ground: Ground) -> None:
        self._arena, self._dt = arena, 1 / arena.fps
        wanted = {label: getattr(arena.behaviours, label) for label in _SECONDS}
        if arena.animals == 1:
            wanted[CHASING] = 0.0
        self._wanted = {label: weight for label, weight in wanted.items() if weight > 0}
        self._roles: list[_Role] = []
        for number in range(arena.animals):
            self._roles.append(self._cast(number, ground))

    def run(self) -> tuple[Filmed, ...]:
        for now in range(self._arena.frames):
            for role in self._roles:
                if now - role.since >= role.act.frames:
                    self._choose(role, now)
            for role in self._roles:
                self._shoot(role, now)
        return tuple(role.film for role in self._roles)

    def _cast(self, number: int, ground: Ground) -> _Role:
        arena = self._arena
        rng = np.random.default_rng([arena.seed, 10 + number])
        style = draw_style(rng, arena.size, arena.animals)
        places = [ground.somewhere(rng, 0.7 * style.length) for _ in range(_PLACES)]
        place = max(places, key=lambda place: min((role.animal.distance_to(place) for role in self._roles), default=0))
        animal = Animal(style, ground, place, rng)
        first_round = [str(label) for label in rng.permutation(list(self._wanted))]
        last = arena.frames - max(3, round(rng.uniform(0.45, 0.95) * arena.fps))
        start = Pottering(animal, round(rng.uniform(0.2, 1.0) * arena.fps), self._dt)
        return _Role(animal, Filmed(animal), last, start, first_round=first_round)

    def _shoot(self, role: _Role, now: int) -> None:
        at = now - role.since
        others = [other.animal for other in self._roles if other is not role]
        pose = role.act.pose(role.animal, at, others)
        role.film.labels.append(role.act.label(at))
        role.film.poses.append(role.animal.breathed(pose, self._dt))
        role.film.tails.append(role.animal.tail)

    def _choose(self, role: _Role, now: int) -> None:
        """Give an animal something new to do."""
        before = role.film.labels[-1]
        limit = role.last - now - round(_REST * self._arena.fps)
        pausing = before and (role.rng.random() < _PAUSES or self._is_wished_for(role) or len(self._wanted) == 1)
        if now >= role.last:
            self._begin(role, self._last_act(role, now), now)
        elif limit < _SECONDS[STILL][0] * self._arena.fps:
            self._begin(role, Pottering(role.animal, role.last - now, self._dt), now)
        elif pausing and not role.wish:
            self._pause(role, now, limit)
        else:
            label = CHASING if role.wish else self._next_label(role, before)
            self._perform(role, label, now, limit)

    def _begin(self, role: _Role, act: Act, now: int) -> None:
        role.act, role.since = act, now
        role.settled = 0 if isinstance(act, Running) else role.settled + (not isinstance(act, Pottering))

    def _pause(self, role: _Role, now: int, limit: int) -> None:
        seconds = role.animal.style.pause * float(role.rng.gamma(3, 1 / 3))
        seconds = max(seconds, 1.0) if self._is_wished_for(role) else max(seconds, 0.25)
        kind = Lookalike if role.rng.random() < self._arena.behaviours.lookalikes else Pottering
        self._begin(role, kind(role.animal, min(limit, round(seconds / self._dt)), self._dt), now)

    def _perform(self, role: _Role, label: str, now: int, limit: int) -> None:
        if label == CHASING:
            self._chase(role, now, limit)
        else:
            self._begin(role, self._act(role, label, self._frames(role, label, limit)), now)

    def _next_label(self, role: _Role, before: str) -> str:
        """Each once in random order, then by their frequencies; never twice in a row without a pause."""
        wanted = {label: self._wanted[label] * (1 + role.settled * (label == LOCOMOTION)) for label in self._wanted}
        fitting = [label for label in role.first_round if label != before]
        if fitting:
            role.first_round.remove(fitting[0])
            return fitting[0]
        labels = [label for label in wanted if label != before] or list(wanted)
        weights = np.array([wanted[label] for label in labels])
        return str(role.rng.choice(labels, p=weights / weights.sum()))

    def _frames(self, role: _Role, label: str, limit: int) -> int:
        least, mean, most = _SECONDS[label]
        seconds = mean * role.animal.style.tempo * float(role.rng.gamma(4, 1 / 4))
        return min(limit, round(min(most, max(least, seconds)) / self._dt))

    def _act(self, role: _Role, label: str, frames: int) -> Act:
        animal, behaviours = role.animal, self._arena.behaviours
        if label == GROOMING:
            return Grooming(animal, frames, self._dt)
        if label == REARING:
            return Rearing(animal, frames, self._dt)
        if label == STILL:
            least = 1 if behaviours.twitches and TWITCH not in role.film.labels else 0
            return Still(animal, frames, self._dt, least, behaviours.twitches)
        to_wall = role.rng.random() < 0.4 or LOCOMOTION not in role.film.labels
        return Running(animal, frames, self._dt, wall_goal(animal) if to_wall else None)

    def _last_act(self, role: _Role, now: int) -> Act:
        """Return a bout that goes on until the recording ends."""
        labels = [label for label in (LOCOMOTION, GROOMING, STILL, REARING) if label in self._wanted] or [LOCOMOTION]
        label = str(role.rng.choice(labels))
        frames = self._arena.frames - now
        return Still(role.animal, frames, self._dt, 0, 0.0) if label == STILL else self._act(role, label, frames)

    def _is_wished_for(self, role: _Role) -> bool:
        return any(other.wish for other in self._roles if other is not role)

    def _chase(self, role: _Role, now: int, limit: int) -> None:
        """Chase the other animal if it is near and free, else go nearer or wait."""
        other = next(other for other in self._roles if other is not role)
        frames = self._frames(role, CHASING, min(limit, other.last - now - round(_REST * self._arena.fps)))
        apart = role.animal.distance_to(other.animal.place)
        free = isinstance(other.act, Pottering) and frames >= _SECONDS[CHASING][0] * self._arena.fps
        if free and apart < _NEAR:
            self._begin(role, Chasing(role.animal, other.animal, frames, self._dt), now)
            self._begin(other, Fleeing(other.animal, role.animal, frames, self._dt), now)
            role.wish = other.wish = 0
            return
        role.wish = role.wish - 1 if role.wish else _PATIENCE
        if apart > _NEAR + 0.7 and role.film.labels[-1] != LOCOMOTION:
            self._begin(role, self._approach(role, other, apart, limit), now)
        else:
            wait = round(role.rng.uniform(0.25, 0.6) * self._arena.fps)
            self._begin(role, Pottering(role.animal, min(limit, wait), self._dt), now)

    def _approach(self, role: _Role, other: _Role, apart: float, limit: int) -> Act:
        share = 1 - 1.6 / apart
        (x, y), (to_x, to_y) = role.animal.place, other.animal.place
        goal = (x + share * (to_x - x), y + share * (to_y - y))
        speed = role.animal.style.speed
        frames = round(max(0.6, (apart - 1.6) / speed + 0.15) * self._arena.fps)
        return Running(role.animal, min(limit, frames), self._dt, goal, speed)
