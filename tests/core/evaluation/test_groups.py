from __future__ import annotations

import cv2
import numpy as np
import pytest

from vrn_core.evaluation.groups import format_groups, group_rows, skin_group, typology_angle_deg
from vrn_core.evaluation.portraits import PortraitScore


def score(name: str, nme: float, landmarks: str = "detected") -> PortraitScore:
    return PortraitScore(name, 0.0, landmarks, True, 1 - nme, nme, nme)


def portrait_of(lab: tuple[float, float, float]):
    plain = np.full((200, 200, 3), lab, np.float32)
    photo = np.rint(cv2.cvtColor(plain, cv2.COLOR_LAB2RGB) * 255).astype(np.uint8)
    landmarks = np.full((68, 2), 100, np.float32)
    landmarks[36], landmarks[45] = [60, 80], [140, 80]
    landmarks[31], landmarks[2] = [90, 120], [40, 120]
    landmarks[35], landmarks[14] = [110, 120], [160, 120]
    return photo, landmarks


@pytest.mark.parametrize(
    ("lab", "group"), [((75, 12, 18), "light"), ((57, 14, 20), "tan"), ((35, 15, 20), "dark")]
)
def test_tone_is_measured_on_the_cheeks(lab, group):
    photo, landmarks = portrait_of(lab)
    angle = typology_angle_deg(photo, landmarks)
    assert angle == pytest.approx(np.degrees(np.arctan2(lab[0] - 50, lab[2])), abs=1.5)
    assert skin_group(angle) == group


def test_the_lit_cheek_counts():
    photo, landmarks = portrait_of((75, 12, 18))
    lit = typology_angle_deg(photo, landmarks)
    photo[:, :100] //= 4
    assert typology_angle_deg(photo, landmarks) == pytest.approx(lit, abs=0.1)


def test_rows_compare_a_group_with_the_others_of_its_kind():
    groups = {f"a{i}": {"gender": "female", "skin": "light"} for i in range(3)}
    groups |= {f"b{i}": {"gender": "male", "skin": "light"} for i in range(4)}
    groups["c"] = {"skin": "dark"}
    scores = [score(f"a{i}", 0.03) for i in range(3)] + [score(f"b{i}", 0.02) for i in range(4)]
    scores += [score("c", 0.5)] + [score(name, 0.9, "true") for name in groups]
    rows = {(r.kind, r.group): r for r in group_rows(scores, groups)}
    assert set(rows) == {("gender", "female"), ("gender", "male"), ("skin", "light")}
    female = rows["gender", "female"]
    assert female.people == 3
    assert female.nme_interocular == pytest.approx(0.03)
    assert female.nme_difference == pytest.approx(0.5)
    assert rows["gender", "male"].nme_difference == pytest.approx(-1 / 3)
    assert "+50.0%" in format_groups(list(rows.values()))
