from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication, QImage, QPixmap

from app.views import icons
from app.views.icons import SIZES, icon, pixmap

pytestmark = pytest.mark.usefixtures("qapp")


def alpha(picture: QPixmap) -> np.ndarray:
    image = picture.toImage().convertToFormat(QImage.Format.Format_Alpha8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].astype(int)


class Screen:
    def __init__(self, ratio: float) -> None:
        self.ratio = ratio

    def devicePixelRatio(self) -> float:
        return self.ratio


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("size", SIZES)
def test_an_icon_is_drawn_for_the_pixels_of_the_screen(
    ratio: float, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QGuiApplication, "screens", lambda: [Screen(ratio)])
    icon.cache_clear()
    shown = icon("open", "#ffffff").pixmap(QSize(size, size), ratio)
    icon.cache_clear()
    assert shown.devicePixelRatio() == ratio
    assert shown.width() == round(size * ratio)
    drawn = alpha(pixmap("open", "#ffffff", QSize(size, size), ratio))
    np.testing.assert_array_equal(alpha(shown), drawn, "scaled from another size, so blurred")


def test_a_drawing_is_as_fine_as_the_finest_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QGuiApplication, "screens", lambda: [Screen(1.0), Screen(3.0)])
    icons.pixmap.cache_clear()
    picture = pixmap("photo", "#ffffff", QSize(22, 22))
    icons.pixmap.cache_clear()
    assert picture.width() == 66
    assert picture.deviceIndependentSize().toSize() == QSize(22, 22)
