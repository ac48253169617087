"""Settings, read from the environment and `.env`. The contract lists them."""

from __future__ import annotations

import sys
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
env = environ.Env()
env.read_env(BASE_DIR / ".env")

DEMO_SECRET = "demo-secret-key-not-for-production"  # noqa: S105 (refused in production below)
DEMO_FIELD_KEY = "a2hlby1kZW1vLWZpZWxkLWtleS1ub3QtZm9yLXByb2Q="

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env("SECRET_KEY", default=DEMO_SECRET)
FIELD_KEYS = env.list("FIELD_KEYS", default=[DEMO_FIELD_KEY])
MATCH_KEY = env("MATCH_KEY", default=SECRET_KEY)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# Networks in which every peer is a proxy of ours, which tells where a visitor comes from.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
BASE_URL = env("BASE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}")
# A host of its own for uploaded packages, such as https://goi.kheo.example; blank: this one. Their
# frames have no origin either way.
PACKAGE_ORIGIN = env("PACKAGE_ORIGIN", default="").rstrip("/")
if PACKAGE_ORIGIN:
    ALLOWED_HOSTS.append(urlsplit(PACKAGE_ORIGIN).hostname)
IS_PRODUCTION = not DEMO and env.bool("PRODUCTION", default=False)
# Whether the roles that can do most must prove a second time who they are. The demo asks nobody,
# so that all of it can be seen at once; its account page says so.
SECOND_STEP = env.bool("SECOND_STEP", default=not DEMO)

if IS_PRODUCTION:
    refused = [
        name
        for name, is_bad in {
            "DEBUG": DEBUG,
            "SECRET_KEY": SECRET_KEY == DEMO_SECRET,
            "FIELD_KEYS": DEMO_FIELD_KEY in FIELD_KEYS,
            "SECOND_STEP": not SECOND_STEP,
        }.items()
        if is_bad
    ]
    if refused:
        raise ImproperlyConfigured(f"A production start refuses: {', '.join(refused)}")

INSTALLED_APPS = [
    "lms",
    "indicators",
    "exchange",
    "certificates",
    "courses",
    "content",
    "assessments",
    "media",
    "cadres",
    "operations",
    "accounts",
    "kit",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.packages.PackageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lms.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.middleware.VisitMiddleware",
    "lms.middleware.AccessMiddleware",
    "lms.middleware.ViewingMiddleware",
    "lms.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.context.site",
            ],
            "builtins": ["kit.templatetags.vietnamese"],
        },
    }
]

# Forms find our templates before their own.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Storage of rows -----------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'kheo.sqlite3'}")
}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # Writers queue for the lock at once instead of failing halfway through a transaction.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
        ),
    }
    _database["CONN_MAX_AGE"] = None
else:
    _database["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache, queue ---------------------------------------------------------------------------
REDIS_URL = env("REDIS_URL", default="")
_redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
_files = "django.core.cache.backends.filebased.FileBasedCache"
CACHES = {
    "default": (
        _redis
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    ),
    # How far running jobs are: never in the database, whose transaction would hide it.
    "signs": (
        _redis | {"KEY_PREFIX": "signs"}
        if REDIS_URL
        else {"BACKEND": _files, "LOCATION": str(VAR / "signs")}
    ),
}
_queue = VAR / "queue"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
if not REDIS_URL:
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "schedule")
CELERY_BEAT_SCHEDULE = {
    "close-attempts": {"task": "assessments.close_overdue_attempts", "schedule": 60.0},
    "resend-waiting-jobs": {"task": "operations.resend_waiting_jobs", "schedule": 60.0},
    "end-viewings": {"task": "cadres.end_viewings", "schedule": 300.0},
    "issue-missing-certificates": {"task": "certificates.issue_missing", "schedule": 300.0},
    "forget-roster-files": {"task": "cadres.forget_roster_files", "schedule": 6 * 3600.0},
    "pass-events-on": {"task": "exchange.catch_up", "schedule": 60.0},
    "watch-people-and-units": {"task": "exchange.watch_everyone", "schedule": 3600.0},
    "remind-of-confirming-people": {"task": "cadres.remind_managers", "schedule": 3600.0},
    "require-of-newcomers": {"task": "courses.require_anew", "schedule": 3600.0},
    "move-figures-to-today": {"task": "indicators.remeasure", "schedule": 3600.0},
    "sweep-packages": {"task": "media.sweep_packages", "schedule": crontab(hour=4, minute=10)},
    "tell-of-documents-to-review": {
        "task": "courses.tell_owners_of_documents",
        "schedule": crontab(hour=6, minute=10),
    },
    "verify-journal": {"task": "lms.verify_journal", "schedule": crontab(hour=2, minute=10)},
    "retain": {"task": "lms.retain", "schedule": crontab(hour=3, minute=10)},
}

# --- Files ------------------------------------------------------------------------------------
STORAGE_URL = env("STORAGE_URL", default=str(VAR / "uploads"))
MEDIA_ROOT = STORAGE_URL
MEDIA_URL = "/tep/"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "build" / "collected"
_built = BASE_DIR / "build" / "static"
STATICFILES_DIRS = [_built] if _built.exists() else []
PDF_FONTS = BASE_DIR / "build" / "fonts"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Language, time ---------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
# Counts get their dots from the filter `number`; ids and years must never have one.
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["kit.formats"]
LOCALE_PATHS = [BASE_DIR / "lms" / "locale", BASE_DIR / "lms" / "upstream" / "locale"]

# --- Signing in -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.OwaspArgon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# A whole office stands behind one address: what is counted is failures, first those of the one
# account, so that a flood on it costs its neighbours five tries in five minutes and no more.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": "5/5m/key,60/m/ip",
    "slip": "5/5m/key,60/m/ip",
    "sign_on": "60/m/ip",
}
MFA_ADAPTER = "accounts.adapter.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondStepForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_TOTP_ISSUER = "Khéo"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://")
# Single sign-on is there when its issuer is named.
OIDC_ISSUER = env("OIDC_ISSUER", default="")
OIDC_NAME = env("OIDC_NAME", default="")
# The claim that carries the cadre code; empty: a new person is known by a confirmed e-mail only.
OIDC_CODE_CLAIM = env("OIDC_CODE_CLAIM", default="")
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SingleSignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME,
                "client_id": env("OIDC_CLIENT_ID", default=""),
                "secret": env("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_ISSUER},
            }
        ]
        if OIDC_ISSUER
        else [],
    }
}
# A link: our policy lets no form lead out of the house, and a provider may send on and on.
SOCIALACCOUNT_LOGIN_ON_GET = True
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Security ---------------------------------------------------------------------------------
_https = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SECURE_SSL_REDIRECT = _https
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
X_FRAME_OPTIONS = "DENY"
_packages = [PACKAGE_ORIGIN] if PACKAGE_ORIGIN else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *_packages],
        "media-src": [SELF, *_packages],
        "frame-src": [SELF, *_packages],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
    "EXCLUDE_URL_PREFIXES": ["/soan/", "/api/v1/docs/"],
}

# --- Wagtail ----------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Khéo"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "/tai-khoan/dang-nhap/"
WAGTAIL_FRONTEND_LOGIN_URL = WAGTAILADMIN_LOGIN_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAILIMAGES_IMAGE_MODEL = "media.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "media.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 15 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "media.Attachment"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "media.forms.AttachmentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "txt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# --- API, e-mail, logs ------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "lms.api.answering.answer_mistake",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Khéo API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "PREPROCESSING_HOOKS": ["lms.api.documenting.only_ours"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "lms.api.documenting.with_refusals",
    ],
    "ENUM_NAME_OVERRIDES": {
        "LearningState": "lms.api.serializers.LEARNING_STATES",
        "ScoreState": "lms.api.serializers.SCORE_STATES",
        "CertificateState": "certificates.models.Certificate.State",
        "CadreKind": "cadres.models.Cadre.Kind",
        "UnitKind": "cadres.models.UnitVersion.Kind",
    },
}
# Networks of ours, such as 10.20.0.0/16, that webhooks and results may be sent into; else only
# outside.
WEBHOOK_NETWORKS = [ip_network(text) for text in env.list("WEBHOOK_NETWORKS", default=[])]
# A record store (xAPI) that is told of finished interactive exercises; off while empty.
XAPI_STORE = env("XAPI_STORE", default="").rstrip("/")
XAPI_KEY, XAPI_SECRET = env("XAPI_KEY", default=""), env("XAPI_SECRET", default="")
if XAPI_STORE:
    _store = urlsplit(XAPI_STORE)
    if _store.scheme not in {"http", "https"} or not _store.hostname or _store.query:
        raise ImproperlyConfigured("XAPI_STORE must be the address of a store, with https://")
    if not XAPI_KEY or not XAPI_SECRET or ":" in XAPI_KEY:
        raise ImproperlyConfigured("XAPI_STORE needs XAPI_KEY (without a colon) and XAPI_SECRET")
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="kheo@localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
