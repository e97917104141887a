"""Files that go with a reply: they are files of the case, so whoever may see the case may fetch them, and erasing finds them."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from detractors.models import Attachment, Case
from detractors.queries import attachments
from followups.services.errors import ReplyError

MOST = 10
MOST_BYTES = 15 * 1024 * 1024  # a third more on the wire; many mail servers take no more than 25 MB


class FilesWrong(ReplyError):
    """They cannot go with the mail."""

    code = "FILES"


def chosen(*, case: Case, public_ids: Sequence[str]) -> list[Attachment]:
    """These files of the case, each once. Raises FilesWrong: one is gone, too many, too large together."""
    wanted = list(dict.fromkeys(public_ids))
    if not wanted:
        return []
    if len(wanted) > MOST:
        raise FilesWrong(_("A mail takes at most %(most)s files.") % {"most": MOST}, field="files")
    found = attachments.attachments_with(case=case, public_ids=wanted)
    if len(found) < len(wanted):
        raise FilesWrong(_("A file is no longer on this case: attach it again."), field="files")
    if sum(file.size for file in found) > MOST_BYTES:
        raise FilesWrong(
            _("Together the files are larger than %(most)s, which many mail servers refuse.")
            % {"most": filesizeformat(MOST_BYTES)},
            field="files",
        )
    return found
