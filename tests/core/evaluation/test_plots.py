from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np

from vrn_core.evaluation.plots import PANEL, error_image, write_cumulative_plot


def test_plot_is_a_picture_with_a_curve_a_method(tmp_path):
    one, two = tmp_path / "one.png", tmp_path / "a" / "two.png"
    write_cumulative_plot(one, {"vrn": [0.02, 0.05, 1.0]})
    write_cumulative_plot(two, {"vrn": [0.02, 0.05, 1.0], "eos": [0.08, 0.1, 0.12]})
    first, second = (cv2.imread(str(p)) for p in (one, two))
    assert first.shape == second.shape
    assert (first != second).any()


def test_errors_are_coloured_by_their_size_and_a_missing_face_is_said(face):
    near = SimpleNamespace(mesh=face.mesh)
    photo = np.full((100, 120, 3), 200, np.uint8)
    far = face.landmarks + np.float32([0, 0, -30])
    picture = error_image(photo, face.landmarks, face.landmarks, {"a": near, "b": None})
    assert picture.shape == (PANEL, 3 * PANEL + 64, 3)
    worse = error_image(photo, far, face.landmarks, {"a": near})
    good = picture[30:, PANEL : 2 * PANEL].reshape(-1, 3).astype(int)
    bad = worse[30:, PANEL : 2 * PANEL].reshape(-1, 3).astype(int)
    # Viridis runs from violet to yellow.
    violet = lambda p: ((p[:, 2] > p[:, 1] + 25) & (p[:, 0] > p[:, 1])).sum()  # noqa: E731
    yellow = lambda p: ((p[:, 0] > 200) & (p[:, 1] > 200) & (p[:, 2] < 90)).sum()  # noqa: E731
    assert violet(good) > 500
    assert yellow(good) == 0
    assert yellow(bad) > 500
