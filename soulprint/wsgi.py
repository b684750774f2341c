"""What the web server calls."""

from __future__ import annotations

import gc
import os

from django.conf import settings
from django.core import checks
from django.core.wsgi import get_wsgi_application

from soulprint import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soulprint.settings")
application = get_wsgi_application()

# A web server runs no checks by itself: a contradiction would show with the first visitor.
if problems := checks.run_checks(tags=["imports"]):
    raise env.BadSetting("settings", "; ".join(str(problem) for problem in problems))
if not (settings.ALLOWED_HOSTS or settings.DEBUG):
    raise env.BadSetting("ALLOWED_HOSTS", "is not set. Name the hosts of this service.")

# What is loaded by now stays: no collection need look at it again.
gc.freeze()
