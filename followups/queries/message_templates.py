"""Templates, their versions, and where each is used."""

from __future__ import annotations

from accounts.models import Workspace
from followups.models import MessageTemplate, TemplateVersion


def listed(*, workspace: Workspace, kind: str = "", with_retired: bool = False) -> list[MessageTemplate]:
    """Templates by kind and name."""
    rows = MessageTemplate.objects.of(workspace)
    if kind:
        rows = rows.filter(kind=kind)
    if not with_retired:
        rows = rows.filter(archived_at__isnull=True)
    return list(rows.order_by("kind", "name", "pk"))


def one(*, workspace: Workspace, public_id: str) -> MessageTemplate | None:
    """The template, if it is of this workspace."""
    rows = MessageTemplate.objects.of(workspace).select_related("workspace")
    found: MessageTemplate | None = rows.filter(public_id=public_id).first()
    return found


def ready_made(*, workspace: Workspace, key: str) -> MessageTemplate | None:
    """The copy of the ready-made template `key`, if the workspace has one."""
    found: MessageTemplate | None = (
        MessageTemplate.objects.of(workspace).filter(key=key).first() if key else None
    )
    return found


def versions(*, template: MessageTemplate) -> list[TemplateVersion]:
    """All its versions with their writers, the newest first."""
    rows = TemplateVersion.objects.of(template.workspace_id).filter(template=template)
    return list(rows.select_related("by").order_by("-number"))


def version(*, template: MessageTemplate, number: int) -> TemplateVersion | None:
    """One of its versions."""
    rows = TemplateVersion.objects.of(template.workspace_id).select_related("by")
    found: TemplateVersion | None = rows.filter(template=template, number=number).first()
    return found


def live(*, template: MessageTemplate) -> TemplateVersion | None:
    """The version in use, None before the first is published."""
    if template.live_number is None:
        return None
    return version(template=template, number=template.live_number)


def draft(*, template: MessageTemplate) -> TemplateVersion | None:
    """The version that is not published yet, if there is one."""
    rows = TemplateVersion.objects.of(template.workspace_id).select_related("by")
    found: TemplateVersion | None = rows.filter(template=template, published_at__isnull=True).first()
    return found


def newest(*, template: MessageTemplate) -> TemplateVersion | None:
    """The draft if there is one, else the version published last."""
    rows = TemplateVersion.objects.of(template.workspace_id).select_related("by")
    found: TemplateVersion | None = rows.filter(template=template).order_by("-number").first()
    return found
