"""A step of a form: one subject, which others may have changed meanwhile, parts of it fixed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import FieldList, HiddenField


class StepForm(FlaskForm):  # type: ignore[misc]
    """A step; ``revision`` says which state of the draft it was opened on."""

    revision = HiddenField()
    shut: frozenset[str] = frozenset()

    def names(self) -> list[str]:
        """Return the fields that can be saved."""
        left_out = {"revision", "csrf_token", *self.shut}
        return [name for name in self._fields if name not in left_out]

    def freeze(self, names: Collection[str], values: Mapping[str, Any]) -> None:
        """Show fields that may not be changed any more as they stand, whatever was sent."""
        self.shut = frozenset(name for name in self._fields if name in names)
        for name in self.shut:
            field = self[name]
            field.raw_data = None
            field.process(None, values.get(name))
            field.validate = _fine
            rows = [part for row in field for part in row.form] if _rows(field) else [field]
            for part in rows:
                part.render_kw = {"disabled": True}


def _rows(field: Any) -> bool:
    return isinstance(field, FieldList)


def _fine(*_arguments: Any) -> bool:
    """What stands there is not judged again."""
    return True
