"""What can be found, where no Elasticsearch is named (template-owned)."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q


class SearchDocument(models.Model):
    """What is kept of one row of a searchable resource; `id` and `version` are the row's."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    resource = models.TextField()
    version = models.IntegerField()
    is_deleted = models.BooleanField()
    created_at = models.DateTimeField()
    indexed_at = models.DateTimeField()
    title = models.TextField()
    body = models.TextField()
    title_words = SearchVectorField()
    words = SearchVectorField()
    created_by = models.UUIDField(null=True)
    assignee_id = models.UUIDField(null=True)
    visibility = models.TextField(null=True)

    class Meta:
        db_table = "search_documents"
        indexes = (
            GinIndex(fields=["words"], name="search_documents_words_idx"),
            models.Index(fields=["indexed_at"], name="search_documents_indexed_at_idx", condition=Q(is_deleted=True)),
            models.Index(fields=["resource", "indexed_at"], name="search_documents_resource_idx"),
        )

    def __str__(self) -> str:
        return f"{self.resource} {self.pk}"
