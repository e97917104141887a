"""Files that go with a mail."""

from django.db import models

from accounts.tenancy import TenantKey, WorkspaceOwned


class MessageFile(WorkspaceOwned):
    """One file of one mail. The file itself belongs to who stored it under `path`; it is read when the mail leaves."""

    message = TenantKey("outbox.OutboundMessage", on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=100, editable=False)

    class Meta(WorkspaceOwned.Meta):
        indexes = [models.Index(fields=["message"], name="file_of_message")]

    def __str__(self) -> str:
        return self.name
