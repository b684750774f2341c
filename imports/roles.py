"""The four roles of staff, as groups: made, and mended, after every migration.

    viewer            looks at imports and at what staff did
    operator          and starts, retries, cancels, pauses them, and raises their budget
    content reader    looks at soulprints, facts, conversations; reads what people said (on record),
                      rejects facts
    admin             all of that, erases users, and looks after accounts

A role holds what is written here: a permission that was added to one by hand goes with the next
migration, and a group of another name stays as it is.
"""

from __future__ import annotations

from typing import Any

_LOOK = (
    "imports.view_importjob",
    "imports.view_pause",
    "imports.view_staffaction",
)
_OPERATE = (
    "imports.start_importjob",
    "imports.retry_importjob",
    "imports.cancel_importjob",
    "imports.pause_importjob",
    "imports.raise_budget_importjob",
)
_READ = (
    "imports.view_soulprint",
    "imports.view_fact",
    "imports.view_conversation",
    "imports.read_conversation",
    "imports.reject_fact",
)
_GOVERN = (
    "imports.view_erasure",
    "imports.add_erasure",
    *(f"auth.{verb}_{what}" for what in ("user", "group") for verb in ("view", "add", "change", "delete")),
)  # fmt: skip

ROLES: dict[str, tuple[str, ...]] = {
    "viewer": _LOOK,
    "operator": (*_LOOK, *_OPERATE),
    "content reader": (*_LOOK, *_READ),
    "admin": (*_LOOK, *_OPERATE, *_READ, *_GOVERN),
}


def make_roles(**_: Any) -> None:
    """Make the groups, and give each what it holds; safe to repeat."""
    from django.contrib.auth.models import Group, Permission

    known = {
        f"{app}.{codename}": id_
        for id_, app, codename in Permission.objects.filter(
            content_type__app_label__in=("imports", "auth")
        ).values_list("id", "content_type__app_label", "codename")
    }
    for name, permissions in ROLES.items():
        role, _made = Group.objects.get_or_create(name=name)
        role.permissions.set([known[each] for each in permissions if each in known])
