"""The curves of a training: zoomed, moved, read off by a cross, saved."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QCheckBox, QFrame, QPushButton, QVBoxLayout

from app.state.trainings import Curves
from app.translation import number, translate
from app.views.parts import ElidedLabel, strip
from app.views.theme import Colors
from app.views.training.words import CURVES, PHASES
from vrn_core.training.history import Phase, nearest

PICTURE_SCALE = 2
"""Pixels of a saved picture for each of the screen's."""


class _Plots(pg.GraphicsLayoutWidget):
    """The drawing; a double click fits it."""

    fit_requested = Signal()
    left = Signal()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show all of it."""
        self.fit_requested.emit()
        event.accept()

    def leaveEvent(self, event: Any) -> None:
        """Take the cross away."""
        self.left.emit()
        super().leaveEvent(event)


class _Axis(pg.AxisItem):
    """An axis whose numbers do not lie over each other where it is logarithmic."""

    def logTickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:
        """Return the numbers that begin with 1, 2 or 5."""
        texts = super().logTickStrings(values, scale, spacing)
        return [text if text.strip("0.")[:1] in ("1", "2", "5") else "" for text in texts]


class CurvesView(QFrame):
    """Loss, IoU and NME over the steps, of training and validation."""

    picture_wanted = Signal()
    table_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._curves: Curves = {}
        self._colors: Colors | None = None
        self.plots = _Plots()
        self.plots.setMinimumHeight(220)
        self.plots.setToolTip(
            translate("Training", "Scroll to zoom, drag to move, double-click to fit")
        )
        self.plots.ci.setContentsMargins(6, 8, 12, 2)
        self.plots.ci.setSpacing(2)
        self._plots: dict[str, Any] = {}
        self._lines: dict[tuple[str, Phase], Any] = {}
        self._crosses: dict[str, Any] = {}
        self._placed: tuple[str, ...] = ()
        self.readout = ElidedLabel("muted")
        self.logarithmic = QCheckBox(translate("Training", "Logarithmic loss"))
        self.logarithmic.setToolTip(
            translate("Training", "Draw the loss so that small changes late are seen as well")
        )
        self.logarithmic.toggled.connect(self._on_logarithmic)
        self.fit = QPushButton(translate("Training", "Fit"))
        self.fit.setToolTip(translate("Training", "Show the whole curves"))
        self.picture = QPushButton(translate("Training", "Save Picture…"))
        self.picture.setToolTip(translate("Training", "Save the curves as PNG"))
        self.table = QPushButton(translate("Training", "Save Table…"))
        self.table.setToolTip(translate("Training", "Save the figures as CSV, for spreadsheets"))
        self.fit.clicked.connect(self.show_all)
        self.plots.fit_requested.connect(self.show_all)
        self.plots.left.connect(lambda: self._show_cross(None))
        self.picture.clicked.connect(self.picture_wanted)
        self.table.clicked.connect(self.table_wanted)
        header, above = strip("panelHeader", 40)
        above.setContentsMargins(14, 0, 14, 0)
        above.addWidget(self.readout, 1)
        footer, row = strip("panelFooter", 46)
        row.setSpacing(8)
        row.addWidget(self.logarithmic)
        row.addStretch()
        for part in (self.fit, self.picture, self.table):
            row.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.plots, 1)
        column.addWidget(footer)
        # Sixty times a second is as often as it can be seen.
        self._moves = pg.SignalProxy(
            self.plots.scene().sigMouseMoved, rateLimit=60, slot=self._on_mouse
        )
        self._arrange(("loss",))
        self._show_cross(None)

    def show_curves(self, curves: Curves) -> None:
        """Draw curves; where the view was moved to, it stays."""
        self._curves = curves
        self._arrange(
            tuple(
                name
                for name in CURVES
                if name == "loss" or any((name, phase) in curves for phase in PHASES)
            )
        )
        for (name, phase), line in self._lines.items():
            curve = curves.get((name, phase))
            if curve is None:
                line.setData([], [])
            else:
                line.setData(curve.steps, curve.values)
        for button in (self.picture, self.table):
            button.setEnabled(bool(curves))

    def plot(self, name: str) -> Any:
        """Return the plot of a figure."""
        return self._plots[name]

    def begin_anew(self) -> None:
        """Show the whole curves of another training, none of them read off yet."""
        self._show_cross(None)
        self.show_all()

    def show_all(self) -> None:
        """Show the whole curves, and follow them as they grow."""
        for plot in self._plots.values():
            plot.enableAutoRange()

    def to_image(self) -> QImage:
        """Return the curves as a picture."""
        room = QRectF(self.plots.viewport().rect())
        size = QSize(round(room.width()), round(room.height())) * PICTURE_SCALE
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(QColor(self._colors.panel if self._colors else "#ffffff"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.plots.render(painter, QRectF(image.rect()), room.toRect())
        painter.end()
        return image

    def tint(self, colors: Colors) -> None:
        """Draw in the colors of the theme."""
        self._colors = colors
        self.plots.setBackground(colors.panel)
        for name in self._plots:
            self._tint_plot(name, colors)
        legend = self._plots["loss"].legend
        legend.setLabelTextColor(QColor(colors.muted))
        for _, words in legend.items:
            words.setText(words.text)

    def close_plots(self) -> None:
        """Let go of what would be called after the window is gone."""
        self._moves.disconnect()

    def _tint_plot(self, name: str, colors: Colors) -> None:
        plot = self._plots[name]
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setPen(pg.mkPen(colors.border))
            axis.setTextPen(pg.mkPen(colors.muted))
        plot.getAxis("left").setLabel(translate("Training", CURVES[name]), color=colors.text)
        plot.getAxis("bottom").setLabel(translate("Training", "Step"), color=colors.muted)
        plot.getAxis("bottom").showLabel(name == self._placed[-1])
        self._crosses[name].setPen(pg.mkPen(colors.faint, style=Qt.PenStyle.DashLine))
        train, validation = self._lines[name, "train"], self._lines[name, "validation"]
        # Lines of one pixel are drawn many times faster; those of training have many points.
        train.setPen(pg.mkPen(colors.faint, width=1))
        validation.setPen(pg.mkPen(colors.accent, width=2))
        validation.setSymbolBrush(pg.mkBrush(colors.accent))

    def _make_plot(self, name: str) -> None:
        plot = pg.PlotItem(enableMenu=False, axisItems={"left": _Axis("left")})
        plot.hideButtons()
        plot.showGrid(x=True, y=True, alpha=0.12)
        plot.getAxis("left").setWidth(58)
        plot.getAxis("left").enableAutoSIPrefix(False)
        plot.getAxis("bottom").enableAutoSIPrefix(False)
        plot.setClipToView(True)
        plot.setDownsampling(auto=True, mode="peak")
        if name == "loss":
            # The colors mean the same in all of them.
            plot.addLegend(offset=(-8, 6), labelTextSize="9pt")
        for phase, words in PHASES.items():
            symbol = {"symbol": "o", "symbolSize": 4, "symbolPen": None}
            line = pg.PlotDataItem(
                name=translate("Training", words),
                antialias=phase == "validation",
                **(symbol if phase == "validation" else {}),
            )
            plot.addItem(line)
            self._lines[name, phase] = line
        cross = pg.InfiniteLine(angle=90, movable=False)
        cross.setVisible(False)
        plot.addItem(cross, ignoreBounds=True)
        self._plots[name], self._crosses[name] = plot, cross

    def _arrange(self, names: tuple[str, ...]) -> None:
        """Draw the plots that have something to show, one above the other, by one axis."""
        if names == self._placed:
            return
        for name in self._placed:
            self.plots.removeItem(self._plots[name])
        self._placed = names
        for row, name in enumerate(names):
            # Made when there is something to draw: a plot takes a moment.
            if name not in self._plots:
                self._make_plot(name)
                if self._colors:
                    self._tint_plot(name, self._colors)
            plot = self._plots[name]
            self.plots.addItem(plot, row=row, col=0)
            plot.setXLink(None if row == 0 else self._plots[names[0]])
            last = row == len(names) - 1
            plot.getAxis("bottom").setStyle(showValues=last)
            plot.getAxis("bottom").showLabel(last)

    def _on_logarithmic(self, on: bool) -> None:
        self._plots["loss"].setLogMode(y=on)
        self._plots["loss"].enableAutoRange()

    def _on_mouse(self, arguments: tuple[QPointF]) -> None:
        (place,) = arguments
        for name in self._placed:
            plot = self._plots[name]
            if plot.sceneBoundingRect().contains(place):
                self._show_cross(float(plot.vb.mapSceneToView(place).x()))
                return
        self._show_cross(None)

    def _show_cross(self, step: float | None) -> None:
        """Mark a step in all plots and tell the figures there."""
        parts = [] if step is None else [self._read_off(name, step) for name in self._placed]
        for cross in self._crosses.values():
            cross.setVisible(step is not None)
            if step is not None:
                cross.setValue(step)
        if step is None:
            self.readout.setText(translate("Training", "Point at the curves to read them off"))
            return
        told = translate("Training", "Step {step}").format(step=number(max(step, 0)))
        self.readout.setText("   ".join((told, *parts)))

    def _read_off(self, name: str, step: float) -> str:
        """Return what a figure was at a step, in both phases as far as they tell."""
        words = translate("Training", CURVES[name])
        for phase, told in PHASES.items():
            curve = self._curves.get((name, phase))
            found = nearest(curve, step) if curve is not None else None
            if found is not None:
                words += f" {number(found[1], 4)} ({translate('Training', told)})"
        return words
