"""Linear face models and their fit to measured points."""

from vrn_core.morphable.mean import mean_landmarks

__all__ = ["mean_landmarks"]
