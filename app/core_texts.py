"""What the core says, in the language of the window.

The core knows no Qt and speaks English. Its sentences are known here by their form; one that
is not stays as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache

from app.marks import QT_TRANSLATE_NOOP
from app.translation import translate

ERRORS = (
    QT_TRANSLATE_NOOP(
        "Core",
        "cannot read the face model in {path}: {reason}; expected the folder of ICT-FaceKit as "
        "downloaded, with generic_neutral_mesh.obj in it or in its FaceXModel; or set VRN_DATA to "
        "the folder that holds ict_facekit",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "cannot read the face model's {path}: {reason}; download the whole of ICT-FaceKit again",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "{path} has {count} vertices; expected {expected}: download the present release of "
        "ICT-FaceKit",
    ),
    QT_TRANSLATE_NOOP("Core", "no face was found in this photo"),
    QT_TRANSLATE_NOOP(
        "Core",
        "no face was found in the photo; "
        "try one in which a face is larger, brighter or less covered",
    ),
    QT_TRANSLATE_NOOP("Core", "{path} is a folder; expected a photo"),
    QT_TRANSLATE_NOOP("Core", "{path} is not a file; expected a photo"),
    QT_TRANSLATE_NOOP("Core", "{name} is empty; expected a photo"),
    QT_TRANSLATE_NOOP("Core", "there is no photo {path}; check its name"),
    QT_TRANSLATE_NOOP("Core", "{path} cannot be opened: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{name} is not a photo that can be read; try JPEG or PNG"),
    QT_TRANSLATE_NOOP("Core", "{name} is damaged and cannot be read: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{name} cannot be read: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{name} claims {width} x {height} pixels; too many"),
    QT_TRANSLATE_NOOP(
        "Core", "{name} has {found}; expected at most {most} megapixels: make it smaller"
    ),
    QT_TRANSLATE_NOOP("Core", "too many pixels"),
    QT_TRANSLATE_NOOP("Core", "more pixels than memory"),
    QT_TRANSLATE_NOOP("Core", "{width} × {height} pixels"),
    QT_TRANSLATE_NOOP(
        "Core", "{name} is only {size} pixels; expected at least {least_width} × {least_height}"
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "the box at ({place}) of {size} pixels is not in the photo of {photo_size}; "
        "draw it round a face",
    ),
    QT_TRANSLATE_NOOP("Core", "there is no face detector {path}; install the program again"),
    QT_TRANSLATE_NOOP("Core", "the face detector {path} is damaged; install again"),
    QT_TRANSLATE_NOOP("Core", "there is no network to compare faces, {path}; install again"),
    QT_TRANSLATE_NOOP("Core", "there is no model file {path}; install the program again"),
    QT_TRANSLATE_NOOP("Core", "there is no model file {path}; check its name"),
    QT_TRANSLATE_NOOP("Core", "there is no model {name}; {advice}"),
    QT_TRANSLATE_NOOP("Core", "{path} is not a model file or is damaged: {reason}"),
    QT_TRANSLATE_NOOP("Core", "the name is empty; give the model a name"),
    QT_TRANSLATE_NOOP("Core", "the name has {count} characters; expected at most {most}"),
    QT_TRANSLATE_NOOP(
        "Core", "the name {name} holds {odd}, which a file's name cannot; leave it out"
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "the name {name} begins with a dot or dash or ends with a dot; begin with a letter",
    ),
    QT_TRANSLATE_NOOP("Core", "the name {name} ends like a file; leave {ending} out"),
    QT_TRANSLATE_NOOP("Core", "the name {name} is a device of Windows; choose another"),
    QT_TRANSLATE_NOOP(
        "Core",
        "the name {name} is that of a model that ships with the program; choose another",
    ),
    QT_TRANSLATE_NOOP("Core", "there is already a model {name}; choose another name"),
    QT_TRANSLATE_NOOP("Core", "the description has {count} characters; expected at most {most}"),
    QT_TRANSLATE_NOOP(
        "Core",
        "{name} ships with the program and cannot be {what}; "
        "export it and import it under another name",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "{name} is the name of a model that ships with the program; rename the file"
    ),
    QT_TRANSLATE_NOOP(
        "Core", "{name} is a {network} network, which makes no meshes; choose another"
    ),
    QT_TRANSLATE_NOOP(
        "Core", "{path} lies among the program's own models; choose a place elsewhere"
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "another program is changing the models; wait until it is done and try again",
    ),
    QT_TRANSLATE_NOOP(
        "Core", "{path} is of format {got}; expected {wanted}, a model file written by this program"
    ),
    QT_TRANSLATE_NOOP("Core", "{path} has a damaged header: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{path} describes a network unknown here: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{path} {fault} tensor {name} ({count} differ)"),
    QT_TRANSLATE_NOOP("Core", "{path}: tensor {name} has shape {got}; expected {wanted}"),
    QT_TRANSLATE_NOOP(
        "Core",
        "{path}: tensor {name} holds values that are not finite numbers; "
        "train again or use another file",
    ),
    QT_TRANSLATE_NOOP("Core", "{path} is damaged: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{count} face was given; choose two or more photos of one person"),
    QT_TRANSLATE_NOOP(
        "Core",
        "the face of {name} does not fit the others (they share {share} of their volume, "
        "expected {least}); correct its landmarks or leave it out",
    ),
    QT_TRANSLATE_NOOP("Core", "torch sees no NVIDIA GPU here; choose the device cpu"),
    QT_TRANSLATE_NOOP("Core", "torch sees no Apple GPU here; choose the device cpu"),
    QT_TRANSLATE_NOOP("Core", "the GPU has too little memory left: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{reason}; what was there lies in {path}"),
    QT_TRANSLATE_NOOP("Core", "cannot write {path}: {reason}; {advice}"),
    QT_TRANSLATE_NOOP("Core", "cannot save {name}: the mesh has no triangles"),
    QT_TRANSLATE_NOOP("Core", "cannot save {name}: the mesh has vertices that are no numbers"),
    QT_TRANSLATE_NOOP("Core", "cannot lay a mesh flat that has no triangles"),
    QT_TRANSLATE_NOOP("Core", "cannot lay the mesh flat: {reason}"),
    QT_TRANSLATE_NOOP("Core", "the mesh is empty; there is nothing to wrap the template onto"),
    QT_TRANSLATE_NOOP("Core", "the mesh has vertices that are no numbers; make it again"),
    QT_TRANSLATE_NOOP(
        "Core",
        "only {count} triangles of the mesh face the viewer; expected a face's hundreds",
    ),
    QT_TRANSLATE_NOOP("Core", "the landmarks are no numbers; find them again"),
    QT_TRANSLATE_NOOP("Core", "the landmarks do not form a face: both eyes are in one place"),
    QT_TRANSLATE_NOOP(
        "Core",
        "the landmarks do not form a face: {share}% of the distance of the eyes "
        "off the template's, expected at most {most}%",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "the landmarks do not lie on the mesh: {share}% of the distance of the "
        "eyes off it, expected at most {most}%",
    ),
    QT_TRANSLATE_NOOP("Core", "the template cannot be wrapped onto this mesh: {reason}"),
    QT_TRANSLATE_NOOP("Core", "there is no template {path}; install the program again"),
    QT_TRANSLATE_NOOP("Core", "{path} is not a template or is damaged: {reason}"),
    QT_TRANSLATE_NOOP("Core", "{path} has more than {most} bytes; it is not a template"),
    QT_TRANSLATE_NOOP("Core", "{path} is of format {got}; expected {wanted}"),
    QT_TRANSLATE_NOOP("Core", "a texture of {width} x {height} cannot be encoded"),
    QT_TRANSLATE_NOOP(
        "Core",
        "USDZ needs the package usd-core, which is not installed; "
        'run pip install "usd-core>=25" or choose another format',
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "cannot save {name}: the template's head is open at the neck and cannot be "
        "printed; export the surface as it was reconstructed",
    ),
    QT_TRANSLATE_NOOP("Core", "{name} is not a VRN Studio project"),
    QT_TRANSLATE_NOOP(
        "Core",
        "{name} was made by a newer VRN Studio ({program}, format {format}; this one knows "
        "{known}); install the newest version to open it",
    ),
    QT_TRANSLATE_NOOP("Core", "there is no project {path}; it may have been moved or renamed"),
    QT_TRANSLATE_NOOP(
        "Core",
        "{name} is damaged or not a VRN Studio project; "
        "if it was copied or downloaded, bring it anew, else take a backup",
    ),
    QT_TRANSLATE_NOOP("Core", "{name} claims to be too large to be opened"),
    QT_TRANSLATE_NOOP("Core", "{name} is damaged; take a backup of it ({reason})"),
    QT_TRANSLATE_NOOP("Core", "the volume is empty; there is no surface to keep"),
    QT_TRANSLATE_NOOP("Core", "the iso level {level} crosses no edge between two voxels"),
    QT_TRANSLATE_NOOP(
        "Core",
        "no voxel reaches the iso level ({level}; the highest is {highest}); the volume holds no "
        "solid, or the level is too high",
    ),
    QT_TRANSLATE_NOOP("Core", "the work was cancelled"),
    QT_TRANSLATE_NOOP("Core", "the program is being closed"),
    QT_TRANSLATE_NOOP(
        "Core",
        "the process that makes the meshes ended unexpectedly, most likely for want of "
        "memory; close other programs or use a smaller photo, then try again",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "cannot write {path}: {written} of {count} frames arrived; "
        "free some space or choose another folder",
    ),
    QT_TRANSLATE_NOOP("Core", "cannot {what}: {reason}; {advice}"),
)
STAGES = (
    QT_TRANSLATE_NOOP("Core", "starting"),
    QT_TRANSLATE_NOOP("Core", "waiting for its turn"),
    QT_TRANSLATE_NOOP("Core", "loading the network"),
    QT_TRANSLATE_NOOP("Core", "reading the photo"),
    QT_TRANSLATE_NOOP("Core", "reading {name}"),
    QT_TRANSLATE_NOOP("Core", "looking for faces"),
    QT_TRANSLATE_NOOP("Core", "finding landmarks"),
    QT_TRANSLATE_NOOP("Core", "face {number} of {count}"),
    QT_TRANSLATE_NOOP("Core", "making the mesh"),
    QT_TRANSLATE_NOOP("Core", "coloring the mesh"),
    QT_TRANSLATE_NOOP("Core", "finishing the mesh"),
    QT_TRANSLATE_NOOP("Core", "writing the files"),
    QT_TRANSLATE_NOOP("Core", "comparing the faces"),
    QT_TRANSLATE_NOOP("Core", "laying {name} over the others"),
    QT_TRANSLATE_NOOP("Core", "laying the template over the face"),
    QT_TRANSLATE_NOOP("Core", "wrapping the template"),
    QT_TRANSLATE_NOOP("Core", "placing eyes and teeth"),
    QT_TRANSLATE_NOOP("Core", "carrying the expressions over"),
    QT_TRANSLATE_NOOP("Core", "done"),
)
REASONS = (
    QT_TRANSLATE_NOOP("Core", "no such file or directory"),
    QT_TRANSLATE_NOOP("Core", "permission denied"),
    QT_TRANSLATE_NOOP("Core", "read-only file system"),
    QT_TRANSLATE_NOOP("Core", "no space left on device"),
    QT_TRANSLATE_NOOP("Core", "is a directory"),
    QT_TRANSLATE_NOOP("Core", "not a directory"),
    QT_TRANSLATE_NOOP("Core", "file name too long"),
    QT_TRANSLATE_NOOP("Core", "input/output error"),
    QT_TRANSLATE_NOOP("Core", "free some space or choose another disk"),
    QT_TRANSLATE_NOOP("Core", "choose a folder that you may write to"),
    QT_TRANSLATE_NOOP("Core", "make the folder first or choose another"),
    QT_TRANSLATE_NOOP("Core", "choose a folder that exists"),
    QT_TRANSLATE_NOOP("Core", "choose another name, for a folder has this one"),
    QT_TRANSLATE_NOOP("Core", "choose another place"),
    QT_TRANSLATE_NOOP("Core", "did you mean {other}?"),
    QT_TRANSLATE_NOOP("Core", "expected one of {names}"),
    QT_TRANSLATE_NOOP("Core", "close what uses it and try again"),
    QT_TRANSLATE_NOOP("Core", "a piece of it has more than one rim"),
    QT_TRANSLATE_NOOP("Core", "the surface is not shaped like a face"),
    QT_TRANSLATE_NOOP("Core", "it stays {distance} mm off the surface on average"),
    QT_TRANSLATE_NOOP("Core", "only {share}% of it finds surface to lie on"),
    QT_TRANSLATE_NOOP("Core", "{share}% of it is turned inside out"),
    QT_TRANSLATE_NOOP("Core", "lacks"),
    QT_TRANSLATE_NOOP("Core", "it has {size} bytes, expected at most {most}"),
    QT_TRANSLATE_NOOP("Core", "it has only {size} bytes"),
    QT_TRANSLATE_NOOP(
        "Core",
        "it is a pickle or an archive, as torch.save writes them, which could run code; "
        "give the .safetensors file of the training",
    ),
    QT_TRANSLATE_NOOP(
        "Core",
        "its header claims {claimed} bytes, but the file has {size} and a header at most {most}",
    ),
    QT_TRANSLATE_NOOP("Core", "rename the model {name}"),
    QT_TRANSLATE_NOOP("Core", "delete the model {name}"),
    QT_TRANSLATE_NOOP("Core", "use the folder of models {path}"),
    QT_TRANSLATE_NOOP("Core", "renamed"),
    QT_TRANSLATE_NOOP("Core", "described anew"),
    QT_TRANSLATE_NOOP("Core", "deleted"),
    QT_TRANSLATE_NOOP("Core", "has an unknown"),
)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
WORDS = ("reason", "advice", "found", "fault", "what")
"""Placeholders for what the core says again in words; the others are names and numbers."""


def translate_core(text: str) -> str:
    """Return a sentence of the core in the language of the window, or as it is."""
    for known in (*REASONS, *STAGES, *ERRORS):
        match = _form(known).fullmatch(text)
        if match:
            parts = match.groupdict()
            told = {
                name: translate_core(part) if name in WORDS else part
                for name, part in parts.items()
            }
            return translate("Core", known).format(**told)
    return text


def translate_stage(stage: str) -> str:
    """Return a stage of the work in the language of the window, with a capital."""
    words = translate_core(stage[:1].lower() + stage[1:])
    return words[:1].upper() + words[1:]


@lru_cache(maxsize=256)
def _form(known: str) -> re.Pattern[str]:
    """Return the expression for a sentence whose placeholders stand for anything."""
    parts = PLACEHOLDER.split(known)
    pieces = [
        f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)
    ]
    return re.compile("".join(pieces), re.DOTALL)
