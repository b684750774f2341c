"""All settings, for every environment; the only place that reads environment variables.

Differences between a laptop, the tests and the internet are values, not files.
DESIGN.md section 7 lists the variables.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url

from soulprint import env
from soulprint.local import LOCAL_USER_ID, STAFF_NAME, local_secrets
from soulprint.logs import logging_of
from soulprint.postgres import embedded_url
from soulprint.queue import queue_of
from soulprint.unfold import UNFOLD  # noqa: F401 - a setting like the others, made next door

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

# --- what kind of place this is --------------------------------------------------------------

LOCAL_MODE = env.flag("LOCAL_MODE")
DEBUG = env.flag("DEBUG")
LOCAL_USER_ID = LOCAL_USER_ID
LOCAL_STAFF_NAME = STAFF_NAME
PORT = env.whole("PORT", 8000, least=1, most=65_535)
LOCAL_SECRETS = local_secrets(VAR_DIR / "local.json") if LOCAL_MODE else None

if LOCAL_SECRETS:
    SECRET_KEY = env.text("SECRET_KEY", LOCAL_SECRETS.secret_key)
    _service_keys = LOCAL_SECRETS.service_keys_setting
    _hosts = "localhost,127.0.0.1,[::1]"
else:
    SECRET_KEY = env.required("SECRET_KEY", "Set it, or LOCAL_MODE=1 on your own machine.")
    _service_keys = ""
    _hosts = ""
if env.text("FAULT") and not LOCAL_MODE:
    raise env.BadSetting("FAULT", "is for tests on your own machine, and breaks imports")

# The platform's own health checks come under the name that it has given.
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", _hosts) + env.words("RENDER_EXTERNAL_HOSTNAME")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.words("CORS_ALLOWED_ORIGINS")

# --- the app ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    # Its pages are found in urls.py: a worker never loads them.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "imports",
]
MIDDLEWARE = [
    "imports.api.numbering.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "imports.api.cors.CorsMiddleware",
    "imports.api.straight.StraightToTheView",
    "imports.api.nulls.NoNullsMiddleware",
    "imports.api.policy.PolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "soulprint.urls"
WSGI_APPLICATION = "soulprint.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
STATIC_URL = "/static/"
# A laptop serves what the apps bring; there is nothing to collect.
STATIC_ROOT = None if LOCAL_MODE else BASE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if LOCAL_MODE
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = LOCAL_MODE
# Files are looked up when they are asked for: no start, and no test client, reads them all.
WHITENOISE_AUTOREFRESH = LOCAL_MODE
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# --- security --------------------------------------------------------------------------------

if not (LOCAL_MODE or DEBUG):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
SECURE_REFERRER_POLICY = "same-origin"
# A session ends with the working day; nobody stays signed in on a forgotten screen.
SESSION_COOKIE_AGE = 10 * 3600
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_HANDLERS = [
    "imports.admin.files.OnlyFromStaff",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- the database ----------------------------------------------------------------------------

DATABASE_URL = env.postgres("DATABASE_URL")
if not DATABASE_URL and LOCAL_MODE:
    DATABASE_URL = embedded_url(VAR_DIR / "postgres")
if not DATABASE_URL:
    raise env.BadSetting(
        "DATABASE_URL", "is not set. Name a PostgreSQL with pgvector, or set LOCAL_MODE=1."
    )
try:
    _parsed = dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)
except ValueError:
    raise env.BadSetting(
        "DATABASE_URL", "cannot be read. Write special characters of a password as %XX."
    ) from None
_database: dict[str, Any] = {**_parsed, "ENGINE": "django.db.backends.postgresql"}
# A database that does not answer is given up soon, by people and by workers alike: also one that
# vanished behind the network, of which nobody would hear for two hours.
_patience = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
_database["OPTIONS"] = {**_patience, **_database.get("OPTIONS", {})}
DATABASES = {"default": _database}

# --- the queue: a message is only a wake-up, the ImportJob row is the truth ---------------------

WORKERS = env.whole("WORKERS", 2, least=1)
LEASE_SECONDS = env.whole("LEASE_SECONDS", 30, least=3)
SLICE_SECONDS = env.whole("SLICE_SECONDS", 75, least=1)
DRAIN_SECONDS = env.whole("DRAIN_SECONDS", 20, least=1)

# --- who may call ----------------------------------------------------------------------------

SERVICE_KEYS = env.service_keys("SERVICE_KEYS", _service_keys)
SUPABASE_URL = env.address("SUPABASE_URL").rstrip("/")
SUPABASE_SERVICE_KEY = env.text("SUPABASE_SERVICE_KEY")
SUPABASE_JWT_SECRET = env.text("SUPABASE_JWT_SECRET")
if bool(SUPABASE_URL) != bool(SUPABASE_SERVICE_KEY):
    raise env.BadSetting(
        "SUPABASE_SERVICE_KEY", "and SUPABASE_URL are set together or not at all"
    )
if SUPABASE_JWT_SECRET and not SUPABASE_URL:
    raise env.BadSetting("SUPABASE_JWT_SECRET", "is of no use without SUPABASE_URL")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "imports.api.authentication.ServiceKeyAuthentication",
        "imports.api.authentication.UserTokenAuthentication",
        "imports.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["imports.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "imports.api.handlers.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
# Calls that start, cancel or retry, per caller; reading is not counted, but for a user's searches.
API_CALLS_PER_MINUTE = {"service": 600, "user": 20, "staff": 120}
API_SEARCHES_PER_MINUTE = 60
CSRF_FAILURE_VIEW = "imports.api.handlers.csrf_failure"
SPECTACULAR_SETTINGS = {
    "TITLE": "soulprint",
    "DESCRIPTION": "Imports a ChatGPT history: a soulprint and a searchable memory come out.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "PREPROCESSING_HOOKS": ["imports.api.schema.without_doubles"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "imports.api.schema.with_rules",
    ],
    "ENUM_SUFFIX": "",
    "ENUM_NAME_OVERRIDES": {
        "Stage": "imports.models.StageName",
        "ImportStatus": "imports.models.ImportStatus",
    },
}

# --- imports ---------------------------------------------------------------------------------

IMPORT_BUCKETS = env.words("IMPORT_BUCKETS", "user-imports,imports")
OBJECTS_DIR = env.folder("OBJECTS_DIR", VAR_DIR / "objects")
SPOOL_DIR = env.folder("SPOOL_DIR", VAR_DIR / "spool")
MAX_EXPORT_BYTES = env.size("MAX_EXPORT_BYTES", 20 * 10**9)
UPLOAD_QUOTA_BYTES = env.size("UPLOAD_QUOTA_BYTES", MAX_EXPORT_BYTES)
MAX_UNPACKED_BYTES = env.size("MAX_UNPACKED_BYTES", 50 * 10**9)
MAX_CONVERSATION_BYTES = env.size("MAX_CONVERSATION_BYTES", 64 * 10**6)

# What is only kept for a while; 0 keeps it for good.
KEEP_EXPORTS_DAYS = env.whole("KEEP_EXPORTS_DAYS", 0)  # the bucket may serve others, too
KEEP_ANSWERS_DAYS = env.whole("KEEP_ANSWERS_DAYS", 90)
KEEP_LOGS_DAYS = env.whole("KEEP_LOGS_DAYS", 90)
KEEP_QUEUE_DAYS = env.whole("KEEP_QUEUE_DAYS", 7)
KEEP_KEYS_HOURS = env.whole("KEEP_KEYS_HOURS", 48, least=24)

_has_aws = bool(env.text("AWS_ACCESS_KEY_ID") or env.text("AWS_BEARER_TOKEN_BEDROCK"))
_has_anthropic = bool(env.text("ANTHROPIC_API_KEY"))
AWS_REGION = env.text("AWS_REGION", "us-east-1")
LLM = env.choice(
    "LLM",
    "bedrock" if _has_aws else "anthropic" if _has_anthropic else "local",
    ("local", "anthropic", "bedrock"),
)
if LLM == "anthropic" and not _has_anthropic:
    raise env.BadSetting("LLM", "is anthropic, but ANTHROPIC_API_KEY is not set")
LLM_MODEL = env.text("LLM_MODEL")
LLM_PRICES = env.text("LLM_PRICES")
# How answers are made to fit their schema: as the model can do it, or as is told here.
LLM_OUTPUT = env.choice("LLM_OUTPUT", "auto", ("auto", "native", "tool"))
IMPORT_BUDGET_USD = env.number("IMPORT_BUDGET_USD", 5.0)
# All imports of one person that were started within a day.
USER_BUDGET_USD = env.number("USER_BUDGET_USD", 4 * IMPORT_BUDGET_USD)
IMPORT_MAX_CALLS = env.whole("IMPORT_MAX_CALLS", 500, least=1)
EMBEDDINGS = env.choice("EMBEDDINGS", "titan" if _has_aws else "local", ("local", "titan"))
# Of Titan: how long its vectors are, and how many requests may be under way at once.
TITAN_DIMENSIONS = int(env.choice("TITAN_DIMENSIONS", "512", ("256", "512", "1024")))
TITAN_REQUESTS = env.whole("TITAN_REQUESTS", 8, least=1)
# Which chunk tiers get vectors. Titan takes one text a call, so it gets the middle one only.
EMBEDDED_TIERS = env.words(
    "EMBEDDED_TIERS", "medium" if EMBEDDINGS == "titan" else "micro,medium"
)

# The SDK of a language model takes 50 MB of a process for good. Whoever waits for a model can wait a
# second more: slices then get a process each, and stages too where the one before has left much.
SPENT_PROCESS_MB = 0 if LLM == "local" else 90
Q_CLUSTER = queue_of(
    workers=WORKERS, slice_seconds=SLICE_SECONDS, recycle=20 if LLM == "local" else 1
)

# --- the mirror: user_profiles of the site, behind every import and never in its way -----------

MIRROR = env.choice("MIRROR", "supabase" if SUPABASE_URL else "off", ("supabase", "off"))
if MIRROR == "supabase" and not SUPABASE_URL:
    raise env.BadSetting("MIRROR", "is supabase, but SUPABASE_URL is not set")

# --- alerts: who is told when the house needs somebody ------------------------------------------

ALERT_WEBHOOK = env.address("ALERT_WEBHOOK")
ALERT_SPEND_USD = env.number(
    "ALERT_SPEND_USD", 50.0
)  # a day, over all imports; 0 is no limit

# --- logs ------------------------------------------------------------------------------------

LOG_LEVEL = env.choice(
    "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOG_FORMAT = env.choice("LOG_FORMAT", "text" if LOCAL_MODE else "json", ("text", "json"))
# Known to this process, so known not to belong into a log, whatever they look like.
_secrets = (
    SECRET_KEY,
    SUPABASE_SERVICE_KEY,
    SUPABASE_JWT_SECRET,
    ALERT_WEBHOOK,
    str(_database.get("PASSWORD") or ""),
    env.text("ANTHROPIC_API_KEY"),
    env.text("AWS_SECRET_ACCESS_KEY"),
    env.text("AWS_BEARER_TOKEN_BEDROCK"),
)
LOGGING = logging_of(level=LOG_LEVEL, form=LOG_FORMAT, secrets=_secrets)
if SENTRY_DSN := env.address("SENTRY_DSN"):
    from soulprint.sentry import report_to

    report_to(SENTRY_DSN)

# Read by libraries that look at the process environment themselves.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
IS_TEST_RUN = "pytest" in sys.modules
