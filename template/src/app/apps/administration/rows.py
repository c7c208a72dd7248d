"""Pages of a resource's rows: seen by the caller's organization, changed by the services (template-owned).

So permissions, versions, events and what ends sessions are those of the API.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from app.apps.administration.pages import HELD
from app.apps.postgres.models import StandardModel, StandardQuerySet
from app.domain.access import may, scopes_of
from app.domain.caller import Caller
from app.kit.permissions import Action
from app.kit.problems import ProblemError

# The answer of a page that has been confirmed; there is no older version of it to hold on to.
ANY_VERSION = "*"
# Of one list; whoever looks for others searches or filters.
MOST_ROWS = 10_000
# What Django's filters of a field ask by.
_LOOKUPS = ("exact", "gte", "in", "isempty", "isnull", "lt")


class DeletedFilter(admin.SimpleListFilter):
    """Live rows, deleted ones, or both."""

    title = "deletion"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return (("no", "live"), ("yes", "deleted"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(deleted_at__isnull=self.value() == "no")


class FewPages(Paginator):  # type: ignore[type-arg]
    """Counts no further than people turn pages: a table may have any number of rows."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_ROWS].count())


class Unrecorded(admin.ModelAdmin):  # type: ignore[type-arg]
    """Pages whose changes the outbox tells: Django's own log, and its table, are not there.

    What a service refuses is said on the page, and nothing of it is done.
    """

    paginator = FewPages
    # Nor are all rows counted beside those that were searched for.
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """By what `list_filter` names alone: by more a hash could be guessed, or a pattern keep PostgreSQL busy."""
        return any(_asks(one, lookup) for one in self.list_filter)

    def log_addition(self, *_: Any) -> None:  # type: ignore[override]
        """The outbox has it."""

    def log_change(self, *_: Any) -> None:  # type: ignore[override]
        """The outbox has it."""

    def log_deletions(self, *_: Any) -> None:  # type: ignore[override]
        """The outbox has it."""

    def history_view(self, *_: Any, **__: Any) -> HttpResponse:
        """There is no such page."""
        raise Http404

    def changeform_view(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        return _told(request, super().changeform_view, *arguments, **named)

    def delete_view(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        return _told(request, super().delete_view, *arguments, **named)

    def changelist_view(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        return _told(request, super().changelist_view, *arguments, **named)


class ReadOnly(Unrecorded):
    """Pages on which nothing can be changed."""

    # Whoever has this permission may look at them.
    permission: ClassVar[tuple[str, Action]]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(scopes_of(caller_of(request).role, *self.permission))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RowAdmin(Unrecorded):
    """Pages of the rows of one resource, by its name in permissions ("projects").

    `create`, `change`, `remove` and `restore` are the services, with the caller first; one that is none can't be done.
    """

    resource: ClassVar[str]
    list_filter: ClassVar[Any] = (DeletedFilter,)
    ordering = ("-created_at", "-id")
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "id",
        "version",
        "created_at",
        "updated_at",
        "deleted_at",
        "created_by",
        "updated_by",
    )
    actions = ("restore_selected",)

    create: ClassVar[Callable[..., StandardModel] | None] = None
    change: ClassVar[Callable[..., StandardModel]]
    remove: ClassVar[Callable[..., None] | None] = None
    restore: ClassVar[Callable[..., Any] | None] = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Those of the caller's organization that the caller may read, deleted ones too."""
        caller = caller_of(request)
        rows = self._rows().of(caller).within(scopes_of(caller.role, self.resource, "read"), caller)
        return rows.order_by(*self.ordering)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "read")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, "read", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return type(self).create is not None and self._may(request, "create")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_live(obj) and self._may(request, "update", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return type(self).remove is not None and _is_live(obj) and self._may(request, "delete", obj)

    def has_restore_permission(self, request: HttpRequest) -> bool:
        """What the action asks."""
        return type(self).restore is not None and self._may(request, "delete")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new row has nothing yet that the database gives."""
        return [name for name in self.fields or () if obj is not None or name not in self.readonly_fields]

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Those of the list, or what a form's field is completed by: none that is deleted."""
        if request.path == reverse("admin:autocomplete"):
            queryset = queryset.filter(deleted_at__isnull=True)
        return super().get_search_results(request, queryset, search_term)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **named: Any) -> Any:
        """Live rows of the caller's organization to choose from."""
        rows: Any = db_field.related_model._default_manager.all()
        return super().formfield_for_foreignkey(
            db_field, request, **(named | {"queryset": rows.of(caller_of(request)).live()})
        )

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There is none."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Have the service make or change the row; the page then shows what it made."""
        caller = caller_of(request)
        if change:
            type(self).change(caller, obj.pk, form.if_match, form.values)
        else:
            make = type(self).create
            assert make is not None
            obj.__dict__.update(make(caller, form.values).__dict__)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._remove(request, obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """All of them that are not deleted yet, or none where one is refused."""
        with transaction.atomic():
            for key in sorted(queryset.filter(deleted_at__isnull=True).values_list("pk", flat=True)):
                self._remove(request, key)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What is asked to be confirmed: a deletion is soft, and takes what hangs on a row with it by itself."""
        return [str(one) for one in objs], {str(self.opts.verbose_name_plural): len(objs)}, set(), []

    @admin.action(description="Restore selected rows", permissions=["restore"])
    def restore_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Bring deleted rows back; all of them, or none where one is refused."""
        restore = type(self).restore
        assert restore is not None
        with transaction.atomic():
            keys = sorted(queryset.filter(deleted_at__isnull=False).values_list("pk", flat=True))
            for key in keys:
                restore(caller_of(request), key)
        self.message_user(request, f"Restored: {len(keys)}.")

    def _remove(self, request: HttpRequest, key: Any) -> None:
        remove = type(self).remove
        assert remove is not None
        remove(caller_of(request), key, ANY_VERSION)

    def _rows(self) -> StandardQuerySet[Any]:
        rows: StandardQuerySet[Any] = self.model._default_manager.all()
        return rows

    def _may(self, request: HttpRequest, action: Action, row: Any = None) -> bool:
        caller = caller_of(request)
        if row is None:
            return bool(scopes_of(caller.role, self.resource, action))
        return may(caller, self.resource, action, row.facts)


def caller_of(request: HttpRequest) -> Caller:
    """Who is asking."""
    user: Any = request.user
    session_id, _ = request.session[HELD]
    return Caller(user.id, user.organization_id, user.role, UUID(session_id))


def _asks(declared: Any, lookup: str) -> bool:
    """Whether this is a parameter of that filter in `list_filter`: a class, a field, or a field and a class."""
    if hasattr(declared, "parameter_name"):
        return bool(lookup == declared.parameter_name)
    field = declared if isinstance(declared, str) else declared[0]
    return lookup.startswith(f"{field}__") and lookup.rpartition("__")[2] in _LOOKUPS


def _is_live(row: Any) -> bool:
    return getattr(row, "deleted_at", None) is None


def _told(request: HttpRequest, view: Callable[..., HttpResponse], *arguments: Any, **named: Any) -> HttpResponse:
    """What the page answers, or a word about what a service refused."""
    try:
        return view(request, *arguments, **named)
    except ProblemError as refused:
        if request.method != "POST":
            raise
        faults = " ".join(f"{error.pointer.rpartition('/')[2]} {error.message}." for error in refused.errors)
        messages.error(request, faults or refused.detail)
        return HttpResponseRedirect(request.get_full_path())
