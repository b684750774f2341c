"""Fields that take a value as it is or not at all; the framework's own ones convert and trim."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from rest_framework import serializers

_NO_NUL = RegexValidator(r"^[^\x00]*$", "Null characters are not allowed.")
LARGEST_COUNT = 2_147_483_647  # what the column holds


class StrictUUID(serializers.UUIDField):
    """A UUID, written the one way that UUIDs are written."""

    default_error_messages = {"invalid": "Must be a UUID in lower case with hyphens."}

    def to_internal_value(self, data: Any) -> uuid.UUID:
        try:
            found = uuid.UUID(data)
        except (ValueError, TypeError, AttributeError):
            self.fail("invalid")
        if str(found) != data:
            self.fail("invalid")
        return found


class StrictText(serializers.CharField):
    """A string, verbatim."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)
        # The framework's own check of this is not told in the OpenAPI document.
        self.validators = [
            _NO_NUL if isinstance(each, ProhibitNullCharactersValidator) else each
            for each in self.validators
        ]

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class StrictCount(serializers.IntegerField):
    """A whole number from zero up."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=0, max_value=LARGEST_COUNT, **options)

    def to_internal_value(self, data: Any) -> int:
        # JSON has one kind of number: 5.0 is an integer.
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return data


class StrictSerializer(serializers.Serializer[Any]):
    # Fields that were declared, and no others. A docstring would be shown with each body of the
    # document.

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(
                    {name: ["There is no such field."] for name in unknown}
                )
        return super().to_internal_value(data)
