"""The work behind the wizard for fine-tuning, done in a process of its own."""

from __future__ import annotations

import dataclasses
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.state.finetuning import BeforeAfter, DataRow, Estimate, Looked, Outcome
from app.state.trainings import TrainingLine
from vrn_core.errors import VrnError
from vrn_core.progress import CancelToken, Progress
from vrn_core.types import ByteArray

SHOWN = 3
"""Pictures that are shown of a comparison: the one that gained most, a middle one, the one that
gained least."""
LABELLING_SHARE = 0.85
"""Of the time that looking at a folder takes; the rest draws what was found."""
MODEL_BYTES = 4_000_000
TRIANGLES = 8_000
"""Of the meshes that are shown."""


def look(
    folder: Path,
    face_model: Path | None,
    labels_folder: Path,
    *,
    cancel: CancelToken,
    progress: Progress,
) -> Looked:
    """Find, check, label and draw all items of a folder."""
    from vrn_core.finetune.items import find_items
    from vrn_core.finetune.pictures import draw_label
    from vrn_core.finetune.prepare import find_face_model, label_folder
    from vrn_core.finetune.store import write_labels
    from vrn_core.morphable.face_model import FREE_HEAD

    model = find_face_model(face_model)
    items = find_items(folder)
    labels = label_folder(
        folder,
        face_model=model,
        items=items,
        cancel=cancel,
        progress=lambda fraction, stage: progress(LABELLING_SHARE * fraction, stage),
    )
    write_labels(labels, labels_folder)
    rows = []
    for number, entry in enumerate(labels.entries):
        cancel.check()
        progress(LABELLING_SHARE + (1 - LABELLING_SHARE) * number / len(items), entry.item.name)
        picture = None
        if entry.label is not None:
            picture = draw_label(entry.label, labels.folder, model)
        rows.append(
            DataRow(
                entry.item.name,
                entry.item.kind.value,
                entry.item.person,
                entry.part,
                entry.problem,
                entry.label.notes if entry.label else (),
                picture,
            )
        )
    return Looked(folder, tuple(rows), labels_folder, None if model == FREE_HEAD else model)


def save_choices(
    labels_folder: Path, parts: Sequence[tuple[str, str]], people: dict[str, str]
) -> None:
    """Write which part each item plays and whom it shows, by its name."""
    from vrn_core.finetune.store import read_labels, write_labels

    labels = read_labels(labels_folder).with_people(people)
    for part in {part for _, part in parts}:
        labels = labels.with_part([name for name, own in parts if own == part], part)
    write_labels(labels, labels_folder)


def estimate(
    settings: dict[str, object], labels_folder: Path, *, cancel: CancelToken, progress: Progress
) -> Estimate:
    """Measure one step; raise :class:`VrnError` if it does not fit in memory."""
    from vrn_core.finetune.session import cost_of
    from vrn_core.finetune.settings import FinetuneConfig, epochs
    from vrn_core.finetune.store import read_labels

    progress(0.0, "")
    config = FinetuneConfig.from_dict(settings)
    labels = read_labels(labels_folder)
    cost = cost_of(config, labels)
    cancel.check()
    return Estimate(
        samples=config.samples,
        steps=config.steps,
        epochs=epochs(config, labels),
        seconds=cost.seconds * config.steps,
        memory_bytes=cost.memory_bytes,
        # A checkpoint holds weights, their mean and the optimizer's two.
        disk_bytes=12 * MODEL_BYTES,
        device=cost.device,
    )


def begin(settings: dict[str, object], labels_folder: Path, run_folder: Path) -> Path:
    """Write a fine-tuning's folder; return it."""
    from vrn_core.finetune.session import create_session
    from vrn_core.finetune.settings import FinetuneConfig
    from vrn_core.finetune.store import read_labels

    config = FinetuneConfig.from_dict(settings)
    return create_session(run_folder, config, read_labels(labels_folder)).folder


def start_training(run_folder: Path) -> subprocess.Popen[bytes]:
    """Start the training in a folder, a process that outlives the window."""
    from vrn_core.finetune.session import Session, start_session

    return start_session(Session(run_folder))


def torchrun_line(run_folder: Path) -> str:
    """Return the line that trains on more than one machine."""
    from vrn_core.finetune import session

    return session.torchrun_line(session.Session(run_folder))


def compare(run_folder: Path, *, cancel: CancelToken, progress: Progress) -> Outcome:
    """Reconstruct the validation pictures with the base and with the new network."""
    from app.jobs.turning import turn
    from vrn_core.evaluation.methods import FaceShape
    from vrn_core.finetune import comparison
    from vrn_core.finetune.session import Session, finish, keep_result
    from vrn_core.imaging import warp_image
    from vrn_core.meshing.cleanup import decimate
    from vrn_core.types import CROP_SIZE, FaceCrop, TriangleMesh

    session = Session(run_folder)
    kept: list[tuple[comparison.Pair, comparison.View, tuple[FaceShape | None, ...]]] = []

    def keep(
        pair: comparison.Pair,
        view: comparison.View,
        faces: tuple[FaceShape | None, FaceShape | None],
    ) -> None:
        kept.append((pair, view, faces))

    base = session.settings().base
    found = comparison.compare(
        base,
        str(finish(session)),
        session.labels(),
        on_pair=keep,
        progress=progress,
        cancel=cancel,
    )
    keep_result(session, found)
    kept.sort(key=lambda one: one[0].after - one[0].before)
    chosen = np.unique(np.linspace(0, len(kept) - 1, min(SHOWN, len(kept))).round().astype(int))

    def pictures(face: FaceShape | None, crop: FaceCrop) -> ByteArray:
        if face is None:
            return turn(TriangleMesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)))
        mesh = decimate(face.mesh, TRIANGLES)
        return turn(TriangleMesh(crop.to_crop(mesh.vertices), mesh.faces))

    shown = []
    for number in chosen:
        cancel.check()
        pair, view, faces = kept[number]
        crop = FaceCrop.around_landmarks(view.shot.landmarks)
        both = [pictures(face, crop) for face in faces]
        frames = max(len(turned) for turned in both)
        sides = [_padded(turned, frames) for turned in both]
        shown.append(
            BeforeAfter(
                pair.name if pair.yaw_deg is None else f"{pair.name}  {pair.yaw_deg:+.0f}°",
                pair.before,
                pair.after,
                warp_image(view.shot.picture, crop.matrix(), CROP_SIZE),
                np.concatenate(sides, axis=2),
            )
        )
    return Outcome(run_folder, base, found.before, found.after, len(found.pairs), tuple(shown))


def _padded(turned: ByteArray, frames: int) -> ByteArray:
    """Return as many pictures, empty ones where no face was found."""
    if len(turned) == frames:
        return turned
    return np.zeros((frames, *turned.shape[1:]), np.uint8)


def keep_model(run_folder: Path, name: str, description: str) -> str:
    """Take a fine-tuning's network in among the models; return its name."""
    from vrn_core.finetune.session import Session, read_result
    from vrn_core.models.library import add_model

    session = Session(run_folder)
    result = read_result(session)
    figures = {} if result is None else {"error_before": result.before, "error_after": result.after}
    model = add_model(
        session.model,
        name,
        description=description,
        base=session.settings().base,
        figures=figures,
    )
    return model.name


def throw_away(run_folder: Path) -> None:
    """Delete a fine-tuning with all that it made; photos and scans stay.

    Raises :class:`VrnError` if the folder holds none, or its training still runs.
    """
    import shutil

    from vrn_core.finetune.session import is_session
    from vrn_core.training.runs import is_alive

    if not is_session(run_folder):
        raise VrnError(f"{run_folder} holds no fine-tuning")
    if is_alive(run_folder):
        raise VrnError(f"the training in {run_folder} still runs; stop it first")
    shutil.rmtree(run_folder)


def default_settings(effort: str, base: str, device: str) -> tuple[dict[str, object], bool]:
    """Return the fields of a simple choice, and whether portraits are there to be mixed in."""
    from vrn_core.data.config import DataConfig
    from vrn_core.finetune.settings import FRAMING, Effort, for_effort, has_portraits

    config = dataclasses.replace(for_effort(Effort(effort), base), device=device)
    data = {**DataConfig().to_dict(), **FRAMING}
    for own in ("resolution", "parameters", "seed", "validation_people"):
        del data[own]
    return {**config.to_dict(), "data": data}, has_portraits()


def state_of_run(run_folder: Path) -> TrainingLine:
    """Return how far a training is; raise :class:`VrnError` if there is none."""
    from vrn_core.training.runs import read_run, read_wish

    run = read_run(run_folder)
    network = f"{run.config.model} {run.config.size}"
    wish = read_wish(run_folder)
    return TrainingLine(run_folder, network, run.state, run.step, run.config.steps, wish)


def bases() -> list[str]:
    """Return the models that a fine-tuning can start from."""
    from vrn_core.models.library import volume_models

    return volume_models()
