"""Forms that are held by the API's own serializers (template-owned)."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer

from app.kit.times import format_time
from app.kit.versions import entity_tag


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """The fields of a row and the version that they were read at.

    `values` is then what the serializer made of them: all for a new row, what was changed for an old one.
    """

    input: ClassVar[type[BaseSerializer[Any]] | None] = None
    patch: ClassVar[type[BaseSerializer[Any]]]

    row_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.values: dict[str, Any] = {}
        self.initial = {name: _default(value) for name, value in self.initial.items()}
        self.fields["row_version"].initial = self.instance.version if self.is_change else None
        for field in self.fields.values():
            # The serializer says what may be empty.
            field.required = False

    @property
    def is_change(self) -> bool:
        """Whether the row is there already."""
        return not self.instance._state.adding

    @property
    def if_match(self) -> str:
        """As a client of the API sends it."""
        return entity_tag(self.cleaned_data.get("row_version") or 0)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        serializer = self.patch if self.is_change or self.input is None else self.input
        names = self.changed_data if self.is_change else list(cleaned)
        given = dict(_as_sent(self.instance, name, cleaned[name]) for name in names if name in cleaned)
        given.pop("row_version", None)
        try:
            self.values = serializer().run_validation(given)
        except ValidationError as error:
            self._tell(error)
        return cleaned

    def _post_clean(self) -> None:
        """Nothing: the serializer has validated, and a service writes."""

    def _tell(self, error: ValidationError) -> None:
        detail: Any = error.detail
        for name, messages in (detail if isinstance(detail, dict) else {None: detail}).items():
            field = str(name).removesuffix("_id")
            texts = [str(message) for message in messages]
            self.add_error(field if field in self.fields else None, texts)


def _default(value: Any) -> Any:
    """What a new row's field begins with, where that is the database's to say."""
    if isinstance(value, DatabaseDefault):
        expression: Any = value
        return getattr(expression.expression, "value", None)
    return value


def _as_sent(row: Model, name: str, value: Any) -> tuple[str, Any]:
    """A field as the API is sent it: a row by its id, a time as text, nothing as null."""
    if isinstance(value, Model):
        return f"{name}_id", value.pk
    field = row._meta.get_field(name) if name != "row_version" else None
    if field is not None and field.is_relation:
        return f"{name}_id", None
    if isinstance(value, datetime):
        return name, format_time(value)
    return name, value
