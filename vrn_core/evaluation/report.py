"""A benchmark's scores as a file, from which the work can go on."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from vrn_core.errors import ConfigError, DataError
from vrn_core.files import write_atomically

Score = TypeVar("Score")


@dataclass
class Report:
    """What is known of a benchmark so far: an entry for each method.

    An entry holds "settings" and "scores" and what is made of them, as JSON values, or
    "missing", the reason why the method could not be run.
    """

    benchmark: str
    path: Path | None = None
    """Where it is written; ``None`` keeps it in memory."""
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def resumed(cls, benchmark: str, path: Path) -> Report:
        """Read a report to go on with.

        Raises
        ------
        DataError
            If there is no such file, or it is no whole report.
        ConfigError
            If it is one of another benchmark.
        """
        try:
            content = json.loads(path.read_bytes())
            found, methods = content["benchmark"], dict(content["methods"])
            entries = {str(name): dict(entry) for name, entry in methods.items()}
        except FileNotFoundError as error:
            raise DataError(
                f"there is no report {path} to resume from; run it without --resume first"
            ) from error
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise DataError(f"the report {path} cannot be read: {reason}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise _damaged(path) from error
        if found != benchmark:
            raise ConfigError(
                f"{path} is a report of {found}; expected one of {benchmark}: "
                "give another file or leave --resume out"
            )
        return cls(benchmark, path, entries)

    def scores(self, method: str, settings: Mapping[str, Any], kind: type[Score]) -> list[Score]:
        """Return a method's scores, none if it has no entry or was missing.

        Raises :class:`ConfigError` if they were made with other settings, and
        :class:`DataError` if they are not whole.
        """
        entry = self.entries.get(method, {})
        if "scores" not in entry:
            return []
        try:
            made_with = dict(entry["settings"])
            for name in sorted({*made_with, *settings}):
                if made_with.get(name) != settings.get(name):
                    raise ConfigError(
                        f"{self.path} was made with {name} {made_with.get(name)!r}, "
                        f"not {settings.get(name)!r}; resume with the same or leave --resume out"
                    )
            return [_parse(kind, values) for values in entry["scores"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if self.path is None:
                raise
            raise _damaged(self.path) from error

    def put(self, method: str, entry: Mapping[str, Any]) -> None:
        """Take in a method's entry, and write the file."""
        self.entries[method] = dict(entry)
        if self.path is not None:
            content = {"benchmark": self.benchmark, "methods": self.entries}
            write_atomically(self.path, (json.dumps(content, indent=1) + "\n").encode())


def _damaged(path: Path) -> DataError:
    return DataError(
        f"{path} is damaged or no report of this command; leave --resume out to begin anew"
    )


def _parse(kind: type[Score], values: Mapping[str, Any]) -> Score:
    """Return a dataclass of plain fields from its JSON values; raise if they do not fit."""
    found = {}
    for name, hint in get_type_hints(kind).items():
        value = values[name]
        kinds = get_args(hint) or (hint,)
        allowed = tuple(k for k in (*kinds, *((int,) if float in kinds else ())))
        if isinstance(value, bool) and bool not in kinds:
            raise TypeError(f"{name} is {value!r}")
        if not isinstance(value, allowed) or (value is None and NoneType not in kinds):
            raise TypeError(f"{name} is {value!r}")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError(f"{name} is {value!r}")
        found[name] = value
    return kind(**found)
