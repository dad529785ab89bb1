"""The errors the core raises: each says what came, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Sequence


class VrnError(Exception):
    """Base of every error that a user can act upon; its text is one clear sentence."""


class ShapeError(VrnError):
    """An array has another shape than the one that was asked for."""

    def __init__(self, name: str, got: Sequence[int], expected: str) -> None:
        self.name, self.got, self.expected = name, tuple(got), expected
        super().__init__(f"{name} has shape {self.got}; expected {expected}")


class ConfigError(VrnError):
    """A setting has a value that cannot be used."""


class PhotoError(VrnError):
    """A photo cannot be read: missing, damaged, too large or not an image."""


class NoFaceFoundError(VrnError):
    """No face was found in a photo."""


class EmptyVolumeError(VrnError):
    """No voxel crosses the iso level, so there is no surface."""


class FusionError(VrnError):
    """Faces cannot be fused into one: too few, or they do not fit one another."""


class ModelFileError(VrnError):
    """A weights or checkpoint file is missing, damaged or not what it claims to be."""


class LibraryError(VrnError):
    """A model of one's own cannot be added, renamed or deleted as was asked for."""


class GpuMemoryError(VrnError):
    """A GPU has too little memory left for the work."""


class DataError(VrnError):
    """Training or benchmark data are missing or damaged."""


class ExportError(VrnError):
    """A result could not be written."""


class ProjectError(VrnError):
    """A project file cannot be opened: missing, damaged or of a newer version."""


class ProjectSaveError(ExportError):
    """A project could not be saved; the file that was there is untouched."""


class ClusterError(VrnError):
    """Work cannot be shared among machines: no scheduler, no workers, or they do not fit."""


class RenderError(VrnError):
    """A picture of a mesh cannot be drawn, for want of OpenGL."""


class CancelledError(VrnError):
    """The user asked for the work to stop."""


def describe_error(error: Exception) -> str:
    """Return an error that nobody foresaw as one line."""
    text = " ".join(str(error).split())
    kind = type(error).__name__
    return f"unexpected {kind}: {text}" if text else f"unexpected {kind}"
