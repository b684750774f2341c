"""What the web server calls."""

from __future__ import annotations

import gc
import os

from django.conf import settings
from django.core import checks
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from soulprint import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soulprint.settings")
application = get_wsgi_application()

# A web server runs no checks by itself: a contradiction would show with the first visitor.
if problems := checks.run_checks(tags=["imports"]):
    raise env.BadSetting("settings", "; ".join(str(problem) for problem in problems))
if not (settings.ALLOWED_HOSTS or settings.DEBUG):
    raise env.BadSetting("ALLOWED_HOSTS", "is not set. Name the hosts of this service.")

# The first visitor does not wait for the pages to load, and no collection looks at them again.
get_resolver().url_patterns  # noqa: B018 - they are loaded by being looked at
gc.freeze()
