"""What the selected face may be compared with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from app.state.photo import PhotoItem
from app.state.session import Session
from app.translation import translate

NETWORKS = {
    "vrn-guided-lite": "VRN-Guided",
    "vrn-lite": "VRN",
    "vrn-multitask-lite": "VRN-Multitask",
}


@dataclass(frozen=True)
class OtherFace:
    """A face in the list, by key of its photo and index."""

    key: int
    index: int


@dataclass(frozen=True)
class OtherNetwork:
    """The same face, as another network makes it."""

    model: str


Other: TypeAlias = OtherFace | OtherNetwork


def selected_place(session: Session) -> OtherFace | None:
    """Return where the selected face is, if there is one."""
    photo = session.selected
    return OtherFace(photo.key, photo.selected_face) if photo and photo.face else None


def others(session: Session, models: Iterable[str]) -> dict[Other, str]:
    """Return what the selected face may be compared with, in words: networks, then faces.

    `models` are those that can be had; the one that made the face is left out. A face that
    comes of no photo is made by no other.
    """
    photo = session.selected
    if photo is None or photo.face is None:
        return {}
    found: dict[Other, str] = {
        OtherNetwork(model): translate("Comparing", "This face by {network}").format(
            network=network_name(model)
        )
        for model in models
        if model != photo.face.model and (photo.path or photo.pixels is not None)
    }
    here = selected_place(session)
    for item in session.photos():
        for index in range(len(item.faces)):
            place = OtherFace(item.key, index)
            if place != here:
                found[place] = face_name(item, index)
    return found


def face_name(photo: PhotoItem, index: int) -> str:
    """Return what a face in the list is called."""
    if len(photo.faces) < 2:
        return photo.name
    words = translate("Comparing", "{photo}, face {number}")
    return words.format(photo=photo.name, number=index + 1)


def network_name(model: str) -> str:
    """Return what a network is called; one that is not shipped by its file."""
    return NETWORKS.get(model, model)
