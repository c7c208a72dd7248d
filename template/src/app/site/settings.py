"""Django's settings, all of them made of the service's own (template-owned).

The environment is read in `app.kit.settings` and `app.components` alone; yours go into `components/own.py`.
"""

from typing import Any

from app.apps.postgres.connections import connection_class, refusals
from app.apps.slices import slice_names, slice_settings
from app.components import load_settings
from app.components.administration import AdministrationSettings
from app.kit.secret_keys import derived_keys
from app.kit.service import this_service
from app.kit.settings import CoreSettings, SettingsError
from app.kit.urls import PostgresServer

# The server first: it gives a slow statement up and the connection stays good.
_SERVER_FIRST_SECONDS = 0.25

# What every part of the service reads: `app.apps.runtime.service_settings()`.
SERVICE = load_settings()
_core = SERVICE.core
# Whether /admin is there; `app.site.administration` says what stands around it.
SERVES_ADMIN = SERVICE.of(AdministrationSettings).is_served(_core)


def _secrets(core: CoreSettings) -> tuple[str, ...]:
    try:
        return tuple(key.hex() for key in derived_keys(core, "django"))
    except SettingsError:
        # A command that signs nothing needs none; `serve` stops without.
        return ()


def database_of(server: PostgresServer, core: CoreSettings) -> dict[str, Any]:
    """What `DATABASES` says of this server."""
    seconds = core.database_timeout.total_seconds()
    given = {"application_name": this_service().slug, "timezone": "UTC"} | dict(server.options)
    given["statement_timeout"] = f"{int(seconds * 1000)}"
    options: dict[str, Any] = {
        "sslmode": server.tls,
        "options": " ".join(f"-c {name}={_escaped(value)}" for name, value in given.items()),
        "connect_timeout": max(2, round(seconds)),
        "pool": {
            "min_size": 0,
            "max_size": core.database_pool_size,
            "timeout": seconds,
            "connection_class": connection_class(seconds + _SERVER_FIRST_SECONDS),
            # Whoever waits is told at once; the next request tries again.
            "reconnect_timeout": 0,
            "reconnect_failed": refusals,
        },
    }
    if server.root_certificate:
        options["sslrootcert"] = server.root_certificate
    return {
        "ENGINE": "app.apps.postgres.engine",
        "NAME": server.database,
        "USER": server.user,
        "PASSWORD": server.password,
        "HOST": server.host,
        "PORT": str(server.port),
        "OPTIONS": options,
    }


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")


SECRET_KEY, *SECRET_KEY_FALLBACKS = _secrets(_core) or ("",)
# Its pages show settings and what people sent.
DEBUG = False
# An unhandled exception becomes a problem document in the outermost layer, `app.site.edge`.
DEBUG_PROPAGATE_EXCEPTIONS = True
ALLOWED_HOSTS = list(_core.allowed_hosts) or ["*"]
ROOT_URLCONF = "app.site.urls"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
# `app.kit.logs` has configured them.
LOGGING_CONFIG = None
# The parser counts the bytes of bodies itself, by BODY_LIMIT.
DATA_UPLOAD_MAX_MEMORY_SIZE = None
# Of a form or a query: anybody may send half a million of them in a body that is not too large.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rest_framework",
    "drf_spectacular",
    "app.site",
    *slice_names(),
]
# Views of the API are exempt: no cookie says there who asks.
MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
CSRF_FAILURE_VIEW = "app.apps.rest.problems.forged"
DATABASES = {"default": database_of(_core.database_url, _core)}
# Each name is an entity of the cache's keys and metrics.
CACHES = {
    name: {"BACKEND": "app.apps.redis.cache.RedisCache", "LOCATION": name} for name in ("default", "organization")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What `send_mail` and `default_storage` go by where no slice below gives another.
EMAIL_BACKEND = "app.site.absent.NoMail"
STORAGES = {"default": {"BACKEND": "app.site.absent.NoFiles"}}

AUTH_USER_MODEL = "users.User"
PASSWORD_HASHERS = ["app.apps.users.hashers.Argon2id"]

AUTHENTICATION_BACKENDS = ["app.apps.auth.backends.Accounts"]

# Cookies are those of /admin alone; browsers keep a secure one on localhost too, but not all on other names.
_is_deployed = _core.environment != "development"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _is_deployed
CSRF_COOKIE_PATH = SESSION_COOKIE_PATH = "/admin/"
CSRF_COOKIE_HTTPONLY = True
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
# A working day; each is for a session of the service (`app.site.administration`), and ends with it.
SESSION_COOKIE_AGE = 8 * 3600
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
if _core.trusted_proxy_hops:
    # A form is held against the origin that its browser sees.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

if SERVES_ADMIN:
    INSTALLED_APPS += ["django.contrib.messages", "app.apps.administration.config.AdministrationConfig"]
    # Its log would be a second record beside the outbox, and a table.
    MIGRATION_MODULES = {"admin": None}
    MIDDLEWARE += [f"app.site.administration.{name}" for name in ("Sessions", "Users", "Messages")]
    STATIC_URL = "/admin/static/"
    LOGIN_URL = "admin:login"
    LOGIN_REDIRECT_URL = "admin:index"
    TEMPLATES = [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
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

if _core.cors_allowed_origins:
    INSTALLED_APPS.append("corsheaders")
    MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")
    CORS_ALLOWED_ORIGINS = list(_core.cors_allowed_origins)
    CORS_ALLOW_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    CORS_ALLOW_HEADERS = ["authorization", "content-type", "if-match", "idempotency-key", "x-request-id"]
    CORS_EXPOSE_HEADERS = ["ETag", "Location", "Retry-After", "X-Request-ID"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["app.apps.rest.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["app.apps.rest.permissions.DeclaredAccess"],
    "DEFAULT_THROTTLE_CLASSES": ["app.apps.rest.throttling.RouteThrottle"],
    "DEFAULT_PARSER_CLASSES": ["app.apps.rest.parsers.StrictJsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["app.apps.rest.renderers.JsonRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "app.apps.rest.renderers.AcceptIgnored",
    "DEFAULT_SCHEMA_CLASS": "app.apps.rest.schema.OperationSchema",
    "EXCEPTION_HANDLER": "app.apps.rest.problems.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": None,
}

SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": False,
    # A serializer of a patch says itself what may be left out.
    "COMPONENT_SPLIT_PATCH": False,
    "PATH_CONVERTER_OVERRIDES": {"row": {"type": "string", "format": "uuid"}},
    "POSTPROCESSING_HOOKS": ["app.apps.rest.schema.finish_document"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "DISABLE_ERRORS_AND_WARNINGS": True,
}

SILENCED_SYSTEM_CHECKS = [
    # `app.site.edge` sets the headers of these two on every answer, errors included.
    "security.W001",  # SecurityMiddleware
    "security.W002",  # XFrameOptionsMiddleware
    # PostgreSQL's names may be longer, and are those of `kit/schema`.
    "models.E034",
    # It is unique, by the index `users_email_key`.
    "auth.W004",
]

# Those of components and of your own apps: `settings.py` in their folder.
globals().update(slice_settings(SERVICE))
