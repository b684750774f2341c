"""The console: look at everything, edit nothing, press the buttons of the lifecycle."""

from imports.admin import jobs, results, staff  # noqa: F401 - registers the pages
