"""A project that has nothing but the routes: no middleware, and nobody is asked for a token."""

from database import database

SECRET_KEY = "of a benchmark"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "usual.urls"
USE_TZ = True
TIME_ZONE = "UTC"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "accounts", "tasks"]
AUTH_USER_MODEL = "accounts.User"
DATABASES = {"default": database()}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["usual.authentication.Unasked"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
