"""All settings, read from the environment; docs/settings.md lists them."""

from __future__ import annotations

import gc
import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jiedui.core import clock, packs
from jiedui.core.sheets.limits import MAX_BYTES

REPO = Path(__file__).resolve().parents[2]
HOME = Path(os.environ.get("JIEDUI_HOME") or Path.home() / ".jiedui").expanduser().absolute()
DEBUG = os.environ.get("JIEDUI_DEBUG") == "1"


def _secret_key() -> str:
    """The key from the environment, else one made once and kept in the home."""
    if key := os.environ.get("JIEDUI_SECRET_KEY"):
        return key
    path = HOME / "secret_key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text()


def _database(url: str) -> dict[str, object]:
    """SQLite in the home, or PostgreSQL by ``postgresql://user:password@host:port/name``."""
    if not url or url.startswith("sqlite"):
        name = unquote(url.partition(":///")[2]) or str(HOME / "jiedui.sqlite3")
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


SECRET_KEY = _secret_key()
DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}
ALLOWED_HOSTS = os.environ.get("JIEDUI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("JIEDUI_ORIGINS", "").split(",") if o]

# Where files (by content hash) and the figures store lie.
FILES = Path(os.environ.get("JIEDUI_FILES") or HOME / "files")
STORE = Path(os.environ.get("JIEDUI_STORE") or HOME / "store")
# What the figures' DuckDB may take of the machine in each process; the rest spills to HOME/tmp.
FIGURES_MEMORY = os.environ.get("JIEDUI_FIGURES_MEMORY", "1GB")
FIGURES_THREADS = int(os.environ.get("JIEDUI_FIGURES_THREADS", "0")) or os.cpu_count() or 2

# The figures keep answers of hundreds of thousands of objects. Python would look through all
# of them for cycles again and again while a page makes its ten thousand lines.
gc.set_threshold(50_000, 20, 20)

PACKS_FOLDER = Path(os.environ.get("JIEDUI_PACKS_FOLDER") or REPO / "packs")
PACKS = os.environ.get("JIEDUI_PACKS", "common,cn-xpcc,cn-county,thet").split(",")
packs.use(PACKS_FOLDER, PACKS)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "jiedui.web",
    "jiedui.accounts",
    "jiedui.directory",
    "jiedui.programmes",
    "jiedui.ledger",
    "jiedui.mentoring",
    "jiedui.planning",
    "jiedui.indicators",
    "jiedui.exchange",
    "jiedui.home",
]

MIDDLEWARE = [
    "jiedui.web.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jiedui.accounts.middleware.ViewerMiddleware",
    "jiedui.web.middleware.LanguageMiddleware",
    "jiedui.accounts.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "jiedui.web.middleware.RefusedMiddleware",
]

# The shell lies below the accounts and calls their action by name.
KEEP_PREFERENCES = "jiedui.accounts.actions.set_preferences"
CSRF_FAILURE_VIEW = "jiedui.web.errors.csrf_failed"
ROOT_URLCONF = "jiedui.config.urls"
WSGI_APPLICATION = "jiedui.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "jiedui.web.context.shell",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home:today"

# Five wrong passwords for one user name from one address close it for a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "jiedui.accounts.views.session.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# What was typed as a user name may be a password: it stays out of the log.
AXES_SENSITIVE_PARAMETERS = ["username", "password", "code", "csrfmiddlewaretoken"]
AXES_CLIENT_IP_CALLABLE = "jiedui.web.addresses.address_of"
# How many proxies of our own stand before the server; each adds one X-Forwarded-For.
PROXIES = int(os.environ.get("JIEDUI_PROXIES", "0"))

# Sessions end after half an hour without a request (GB/T 22239-2019, idle log-out).
SESSION_COOKIE_AGE = int(os.environ.get("JIEDUI_IDLE_MINUTES", "30")) * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HTTPS = os.environ.get("JIEDUI_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# Pure code has no app of its own; its catalogue lies beside it.
LOCALE_PATHS = [REPO / "jiedui" / "core" / "locale", REPO / "jiedui" / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("JIEDUI_TIME_ZONE", "Asia/Shanghai")
clock.use_zone(TIME_ZONE)

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Collected once, with a compressed copy beside each file.
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# The largest file that is taken; larger ones are refused before parsing.
UPLOAD_LIMIT = MAX_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    # Lets nothing beyond the limit reach memory or disk.
    "jiedui.exchange.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
