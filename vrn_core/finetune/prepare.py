"""From a folder to labels: every item is looked at, and people are shared out."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from vrn_core.errors import CancelledError, DataError, VrnError, describe_error
from vrn_core.evaluation.landmark_search import LandmarkSearch
from vrn_core.finetune.items import Item, find_items
from vrn_core.finetune.labels import FindLandmarks, Labeller
from vrn_core.finetune.sharing import VALIDATION_SHARE, for_validation
from vrn_core.finetune.store import LEFT_OUT, TRAIN, VALIDATION, Entry, LabelSet
from vrn_core.morphable.face_model import FREE_HEAD, load_face_model
from vrn_core.progress import CancelToken, Progress
from vrn_core.resources import FACE_MODEL_VARIABLE, data_folder

OnEntry = Callable[[Entry], None]


def find_face_model(folder: Path | None = None) -> Path:
    """Return the folder of an installed face model, or `FREE_HEAD`, which always is.

    `folder` is where the user says it is, else `$VRN_FACE_MODEL`; without either the data folder is
    looked into. Raises :class:`DataError` if there is none where the user says.
    """
    told = os.environ.get(FACE_MODEL_VARIABLE)
    if folder is None and told:
        folder = Path(told)
    if folder is not None:
        load_face_model(folder)
        return folder
    usual = data_folder() / "ict_facekit"
    try:
        load_face_model(usual)
    except DataError:
        return FREE_HEAD
    return usual


def label_folder(
    folder: Path,
    *,
    face_model: Path = FREE_HEAD,
    items: Sequence[Item] | None = None,
    find_landmarks: FindLandmarks | None = None,
    on_entry: OnEntry | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> LabelSet:
    """Look at every item of a folder; return what was found, with a proposal for the parts.

    Parameters
    ----------
    folder : Path
    face_model : Path, optional
        Folder of the face model that is fitted to photos without scans.
    items : sequence of Item, optional
        Those to look at instead of all that are found.
    find_landmarks : callable, optional
        By default the shipped network.
    on_entry : callable, optional
        Receives each item as soon as it is known.

    Raises
    ------
    DataError
        If the folder offers nothing at all. A bad item is no error: its entry says why.
    CancelledError
    """
    items = find_items(folder) if items is None else items
    search = find_landmarks or LandmarkSearch()
    labeller = Labeller(folder, search, load_face_model(face_model))
    entries = []
    for number, item in enumerate(items):
        if cancel is not None:
            cancel.check()
        if progress is not None:
            progress(number / len(items), item.name)
        entry = _look(labeller, item)
        entries.append(entry)
        if on_entry is not None:
            on_entry(entry)
    fitted = any(e.label is not None and e.label.fit is not None for e in entries)
    return LabelSet(
        folder.resolve(),
        tuple(share_out(entries)),
        str(face_model if face_model == FREE_HEAD else face_model.resolve()) if fitted else None,
    )


def _look(labeller: Labeller, item: Item) -> Entry:
    try:
        return Entry(item, TRAIN, labeller.label(item))
    except CancelledError:
        raise
    except VrnError as error:
        return Entry(item, LEFT_OUT, None, str(error))
    # One bad file, whatever it sets off, never stops the rest.
    except Exception as error:  # noqa: BLE001
        return Entry(item, LEFT_OUT, None, describe_error(error))


def share_out(entries: Sequence[Entry], share: float = VALIDATION_SHARE) -> list[Entry]:
    """Return the entries with every person in one part alone, always the same way.

    About `share` of the people are for validation. Of a single person it is that share of the
    items; of fewer than three items none, for then other pictures of the same ones serve.
    """
    usable = [e for e in entries if e.label is not None and e.part != LEFT_OUT]
    chosen = for_validation({e.item.name: e.item.person for e in usable}, share)
    shared = []
    for entry in entries:
        part = entry.part
        if entry.label is not None and part != LEFT_OUT:
            part = VALIDATION if entry.item.name in chosen else TRAIN
        shared.append(Entry(entry.item, part, entry.label, entry.problem))
    return shared
