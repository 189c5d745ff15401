"""Resources."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Resource(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="resources")
    name = models.CharField(max_length=255)
    # None if it was never given: an empty string is a description, too.
    description = models.TextField(null=True, blank=True)  # noqa: DJ001
    metadata = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.name
