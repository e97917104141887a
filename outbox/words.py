"""The words of messages that wait as facts (decision 11): made when they leave, and when somebody looks at them."""

from __future__ import annotations

from accounts.models import Workspace
from outbox.models import OutboundMessage
from outbox.rendering import Press


class Writer:
    """Renders messages one after another; what they share is read and filled in once. Keep one for a sweep, not longer."""

    def __init__(self) -> None:
        self._press = Press()
        self._workspaces: dict[int, Workspace] = {}

    def write(self, message: OutboundMessage) -> None:
        """Set `text` and `html` of a message with facts (not saved); one whose words are kept stays as it is."""
        if message.facts is None:
            return
        rendered = self._press.render(
            mail=message.mail,
            context=message.facts,
            workspace=self._workspace(message.workspace_id),
            subject=message.subject,
        )
        message.text, message.html = rendered.text, rendered.html

    def _workspace(self, pk: int | None) -> Workspace | None:
        if pk is None:
            return None
        if pk not in self._workspaces:
            self._workspaces[pk] = Workspace.objects.get(pk=pk)
        return self._workspaces[pk]
