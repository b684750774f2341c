"""The console: look at everything, edit nothing, press the buttons of the lifecycle."""

from imports.admin import (  # noqa: F401 - registers the pages
    conversations,
    facts,
    jobs,
    records,
    soulprints,
    staff,
)
