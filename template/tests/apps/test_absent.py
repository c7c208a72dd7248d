"""Django's own mail and storage where no component serves them (template-owned)."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.mail import send_mail

from app.apps.slices import slice_names
from app.site import settings as of_the_site
from app.site.absent import NoFiles, NoMail


def test_mail_that_is_off_says_how_it_is_turned_on() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"mail is off.* -d mail=true"):
        send_mail("Invoice", "", None, ["ann@acme.example"], connection=NoMail())
    assert send_mail("Invoice", "", None, ["ann@acme.example"], connection=NoMail(fail_silently=True)) == 0


def test_storage_that_is_off_says_how_it_is_turned_on() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"storage is off.* -d storage=true"):
        NoFiles().save("1.txt", ContentFile(b""))
    for ask in (NoFiles().open, NoFiles().delete, NoFiles().size, NoFiles().url):
        with pytest.raises(ImproperlyConfigured):
            ask("1.txt")


def test_they_stand_where_their_component_does_not() -> None:
    absent = (of_the_site.EMAIL_BACKEND, of_the_site.STORAGES["default"]["BACKEND"])
    assert [backend.startswith("app.site.absent.") for backend in absent] == [
        f"app.apps.{name}" not in slice_names() for name in ("mail", "storage")
    ]
