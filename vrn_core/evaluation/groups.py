"""Errors by group of people: women and men, light and dark skins.

Gender and ethnicity are what a portrait's source names, and missing where it names none. The
tone of the skin is measured in the photo, for all people: the individual typology angle [1]_
of the cheeks. It is that of the picture: a dark photo of a light skin counts as dark.

References
----------
.. [1] Chardon, Cretois, Hourseau, "Skin colour typology and suntanning pathways",
   International Journal of Cosmetic Science, 1991.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from vrn_core.data.portraits import Portrait, load_portraits
from vrn_core.evaluation.metrics import interocular_distance
from vrn_core.morphable.face_model import FaceModel, load_face_model
from vrn_core.pose import FLIP
from vrn_core.types import ByteArray, FloatArray

if TYPE_CHECKING:
    from vrn_core.evaluation.portraits import PortraitScore

KINDS = ("gender", "ethnicity", "skin")
MIN_PEOPLE = 3
"""A group of fewer has no row of its own, but is among the others of its kind."""
LIGHT_DEG = 28.0
"""Above it a skin is "intermediate", "light" or "very light" by [1]_: here, light."""
DARK_DEG = 10.0
"""Below it a skin is "brown" or "dark": here, dark. Between the two it is "tan"."""
CHEEKS = ((31, 2), (35, 14))
"""iBUG numbers of the nose's wing and of the jaw on either side; the cheek is between."""
PATCH_SHARE = 0.1
"""Half the side of the cheek's patch, as a share of the interocular distance."""


@dataclass(frozen=True)
class GroupRow:
    """The errors of one group of people."""

    kind: str
    """"gender", "ethnicity" or "skin"."""
    group: str
    people: int
    iou: float | None
    nme_interocular: float
    nme_spread: float
    """Standard error of the mean NME over the group's people."""
    nme_difference: float
    """How far the NME is above that of all others of the kind, as a share of theirs."""


def typology_angle_deg(photo: ByteArray, landmarks: FloatArray) -> float:
    """Return the individual typology angle of a face's cheeks, atan2(L* - 50, b*) in degrees.

    `photo` (H, W, 3) uint8 RGB; `landmarks` (68, 2 or 3) in its pixels. The cheek that faces
    the light counts, so that a shadow on one side does not make a skin dark.
    """
    reach = max(1, round(PATCH_SHARE * interocular_distance(landmarks)))
    height, width = photo.shape[:2]
    tones = []
    for wing, jaw in CHEEKS:
        middle = 0.5 * (landmarks[wing, :2] + landmarks[jaw, :2])
        x = int(np.clip(middle[0], reach, width - 1 - reach))
        y = int(np.clip(middle[1], reach, height - 1 - reach))
        patch = photo[y - reach : y + reach + 1, x - reach : x + reach + 1]
        lab = cv2.cvtColor(patch.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
        tones.append(np.median(lab.reshape(-1, 3), axis=0))
    lightness, _, yellow = max(tones, key=lambda tone: float(tone[0]))
    return float(np.degrees(np.arctan2(lightness - 50, yellow)))


def skin_group(angle_deg: float) -> str:
    """Return "light", "tan" or "dark" for a typology angle."""
    if angle_deg > LIGHT_DEG:
        return "light"
    return "tan" if angle_deg > DARK_DEG else "dark"


def groups_of(portrait: Portrait, model: FaceModel) -> dict[str, str]:
    """Return a person's "skin", and "gender" and "ethnicity" where the source names them."""
    fit = portrait.fit
    face = model.shape(fit.identity, fit.expression, model.parts.face_end)
    landmarks = (fit.camera.apply(face[model.landmark_vertices]) @ FLIP).astype(np.float32)
    named = {"gender": portrait.gender, "ethnicity": portrait.group}
    skin = skin_group(typology_angle_deg(portrait.load(), landmarks))
    return {**{kind: group for kind, group in named.items() if group}, "skin": skin}


def groups_by_name(split: str) -> dict[str, dict[str, str]]:
    """Return the groups of all people of a split."""
    model = load_face_model()
    return {p.name: groups_of(p, model) for p in load_portraits() if p.split == split}


def group_rows(
    scores: Iterable[PortraitScore], groups: Mapping[str, Mapping[str, str]]
) -> list[GroupRow]:
    """Return one row a group.

    Parameters
    ----------
    scores : iterable of PortraitScore
        Those from detected landmarks count, or all if there are no such ones.
    groups : mapping
        For each person's name, the group of each kind, see :func:`groups_of`.
    """
    scores = list(scores)
    chosen = [s for s in scores if s.landmarks == "detected"] or scores
    people: dict[str, list[PortraitScore]] = {}
    for score in chosen:
        people.setdefault(score.name, []).append(score)
    nme = {name: float(np.mean([s.nme_interocular for s in own])) for name, own in people.items()}
    iou = {name: _mean_iou(own) for name, own in people.items()}
    rows = []
    for kind in KINDS:
        of_kind = {n: groups[n][kind] for n in people if kind in groups[n]}
        counts = Counter(of_kind.values())
        for group, count in counts.most_common():
            inside = [nme[n] for n, own in of_kind.items() if own == group]
            others = [nme[n] for n, own in of_kind.items() if own != group]
            if count < MIN_PEOPLE or not others:
                continue
            rows.append(
                GroupRow(
                    kind=kind,
                    group=group,
                    people=count,
                    iou=_mean([iou[n] for n, own in of_kind.items() if own == group]),
                    nme_interocular=float(np.mean(inside)),
                    nme_spread=float(np.std(inside, ddof=1) / np.sqrt(count)),
                    nme_difference=float(np.mean(inside) / np.mean(others) - 1),
                )
            )
    return rows


def _mean_iou(scores: Sequence[PortraitScore]) -> float | None:
    return _mean([score.iou for score in scores])


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if len(known) == len(values) else None


def format_groups(rows: Sequence[GroupRow]) -> str:
    """Return the rows as a table of text."""
    lines = [f"{'kind':10} {'group':20}{'people':>7}{'IoU':>8}{'NME':>9}{'±':>8}{'to others':>11}"]
    lines += [
        f"{r.kind:10} {r.group:20}{r.people:>7}"
        f"{'-' if r.iou is None else format(r.iou, '.4f'):>8}{r.nme_interocular:>9.4f}"
        f"{r.nme_spread:>8.4f}{r.nme_difference:>+11.1%}"
        for r in rows
    ]
    return "\n".join(lines)
