"""Files of a case."""

from detractors.models import Attachment, Case


def of_case(*, case: Case) -> list[Attachment]:
    """Files that are still there, the latest first."""
    rows = Attachment.objects.of(case.workspace_id).select_related("author").filter(case=case)
    return list(rows.filter(removed_at__isnull=True).order_by("-created_at", "-pk"))


def attachment_with(*, case: Case, public_id: str) -> Attachment | None:
    """The file of this id on this case, if it is still there."""
    rows = Attachment.objects.of(case.workspace_id).select_related("case__workspace")
    found: Attachment | None = rows.filter(case=case, public_id=public_id, removed_at__isnull=True).first()
    return found


def attachments_with(*, case: Case, public_ids: list[str]) -> list[Attachment]:
    """The files of these ids that are still on this case, in the order of the ids."""
    rows = Attachment.objects.of(case.workspace_id).filter(
        case=case, public_id__in=public_ids, removed_at__isnull=True
    )
    return sorted(rows, key=lambda row: public_ids.index(row.public_id))
