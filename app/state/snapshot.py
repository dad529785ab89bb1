"""The session as a project, and a photo of a project as one of the session."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from app.failures import Failure
from app.state.photo import PhotoItem, PhotoState
from app.state.session import Session
from app.state.volumes import VolumeStore
from app.state.workspace import Workspace
from vrn_core.meshing.kept import KeptVolume
from vrn_core.project.contents import Project, SavedPhoto


def project_of(
    session: Session, volumes: VolumeStore, workspace: Workspace, origin: Path | None = None
) -> Project:
    """Return what the session holds now; no array is copied, as none is ever changed."""
    photos = session.photos()
    selected = session.selected
    return Project(
        tuple(_saved(photo, volumes.all_of(photo.key), workspace) for photo in photos),
        None if selected is None else photos.index(selected),
        origin,
    )


def item_of(saved: SavedPhoto) -> PhotoItem:
    """Return a photo of a project for the session, which gives it its key."""
    return PhotoItem(
        key=0,
        name=saved.name,
        path=saved.path,
        pixels=saved.pixels,
        state=PhotoState(saved.state),
        faces=tuple(face if face.fused else replace(face, volume=None) for face in saved.faces),
        selected_face=saved.selected_face,
        failure=None if saved.failure is None else Failure(*saved.failure),
        size=saved.size,
        missing=saved.missing,
    )


def _saved(photo: PhotoItem, volumes: tuple[KeptVolume, ...], workspace: Workspace) -> SavedPhoto:
    state = photo.state
    if state is PhotoState.WORKING:
        # The faces that it has are kept while others are made.
        state = PhotoState.DONE if photo.faces else PhotoState.WAITING
    failure = photo.failure
    path = photo.path
    if path is None:
        path = workspace.place_for(photo.key, photo.name)
    return SavedPhoto(
        name=photo.name,
        path=path,
        pixels=photo.pixels,
        packed=workspace.holds(path),
        missing=photo.missing,
        state=state.value,
        failure=None if failure is None else (failure.title, failure.message, failure.next_step),
        size=photo.size,
        selected_face=photo.selected_face,
        faces=tuple(
            replace(face, volume=face.volume or volume)
            for face, volume in zip_longest(photo.faces, volumes[: len(photo.faces)])
        ),
    )
