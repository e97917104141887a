"""Templates, their versions, and where each is used."""

from __future__ import annotations

from django.db.models import F, Q

from accounts.models import Workspace
from accounts.rules.sight import EVERYTHING, Sight
from detractors.models import Case
from detractors.queries.sight import cases as visible
from followups.enums import TemplateKind
from followups.models import MessageTemplate, Playbook, PlaybookStep, TemplateVersion
from followups.rules import template_words, tone
from followups.rules.playbook_steps import RECOVERED, WITHOUT_CASE
from surveys import words
from surveys.models import Survey, SurveyWording

TO_THE_CONTENT = WITHOUT_CASE | {RECOVERED}  # events after which nobody has to be won back
TRIED = 8  # cases offered to look at words with


def listed(*, workspace: Workspace, kind: str = "", with_retired: bool = False) -> list[MessageTemplate]:
    """Templates by kind (mails first) and name."""
    rows = MessageTemplate.objects.of(workspace)
    if kind:
        rows = rows.filter(kind=kind)
    if not with_retired:
        rows = rows.filter(archived_at__isnull=True)
    kinds = list(TemplateKind)
    return sorted(rows.order_by("name", "pk"), key=lambda row: kinds.index(TemplateKind(row.kind)))


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


def names(*, workspace: Workspace, kind: str) -> set[str]:
    """The names taken among templates of `kind`, without regard to capitals."""
    rows = MessageTemplate.objects.of(workspace).filter(kind=kind, archived_at__isnull=True)
    return {name.casefold() for name in rows.values_list("name", flat=True)}


def copied_keys(*, workspace: Workspace) -> set[str]:
    """The ready-made templates the workspace has copies of."""
    rows = MessageTemplate.objects.of(workspace).exclude(key="")
    return set(rows.values_list("key", flat=True))


def offered(*, workspace: Workspace, kind: str) -> list[MessageTemplate]:
    """What may be used now, by name."""
    rows = MessageTemplate.objects.of(workspace).filter(
        kind=kind, archived_at__isnull=True, live_number__isnull=False
    )
    return list(rows.order_by("name", "pk"))


def in_use(*, workspace: Workspace, kind: str) -> list[tuple[MessageTemplate, TemplateVersion]]:
    """The same with its words."""
    found = offered(workspace=workspace, kind=kind)
    said = live_of(templates=found, workspace=workspace)
    return [(row, said[row.pk]) for row in found if row.pk in said]


def live_of(*, templates: list[MessageTemplate], workspace: Workspace) -> dict[int, TemplateVersion]:
    """The version in use of each, by the template's id."""
    rows = TemplateVersion.objects.of(workspace).filter(
        template__in=[row.pk for row in templates], number=F("template__live_number")
    )
    return {row.template_id: row for row in rows}


def newest_of(*, templates: list[MessageTemplate], workspace: Workspace) -> dict[int, TemplateVersion]:
    """The draft or else the newest version of each, by the template's id, with its writer."""
    rows = TemplateVersion.objects.of(workspace).filter(template__in=[row.pk for row in templates])
    ordered = rows.select_related("by").order_by("template", "-number").distinct("template")
    return {row.template_id: row for row in ordered}


def used_by(*, workspace: Workspace) -> dict[str, list[Playbook]]:
    """The playbooks whose steps name a template, by its public id; those in writing and switched off too."""
    rows = PlaybookStep.objects.of(workspace).filter(
        until_version__isnull=True, playbook__archived_at__isnull=True, does__has_key="template"
    )
    found: dict[str, list[Playbook]] = {}
    for step in rows.select_related("playbook").order_by("playbook__position", "playbook__name", "position"):
        named = found.setdefault(str(step.does.get("template") or ""), [])
        if step.playbook not in named:
            named.append(step.playbook)
    return found


def purpose_of(*, template: MessageTemplate | None) -> str:
    """What its words are for: thanks, where it is a ready-made one of those or only playbooks for the content name it."""
    if template is None:
        return tone.UNHAPPY
    if template.key:
        return template_words.purpose(template.key)
    steps = PlaybookStep.objects.of(template.workspace_id).filter(
        until_version__isnull=True, playbook__archived_at__isnull=True, does__template=template.public_id
    )
    events = set(steps.values_list("playbook__event", flat=True))
    return tone.THANKS if events and events <= TO_THE_CONTENT else tone.UNHAPPY


def languages_spoken(*, workspace: Workspace) -> list[str]:
    """The languages customers are asked in: the workspace's own, then those of its surveys that are not archived."""
    surveys = Survey.objects.of(workspace).filter(archived_at__isnull=True)
    own = set(surveys.values_list("language", flat=True))
    more = set(
        SurveyWording.objects.of(workspace).filter(survey__in=surveys).values_list("language", flat=True)
    )
    first = workspace.language or "en"
    return [first, *sorted(code for code in own | more if code and not words.same(code, first))]


def cases_to_try(*, workspace: Workspace, sight: Sight = EVERYTHING) -> list[Case]:
    """Some of the latest cases that may be seen, to look at words with: where there is one, the last is of somebody whose
    name is not known.
    """
    rows = Case.objects.of(workspace).filter(visible(workspace=workspace, sight=sight))
    rows = rows.select_related("workspace", "contact", "owner", "survey", "touchpoint").order_by("-pk")
    latest = list(rows[:TRIED])
    nameless = rows.filter(Q(contact__isnull=True) | Q(contact__name="")).first()
    if nameless is not None and nameless not in latest:
        latest = [*latest[: TRIED - 1], nameless]
    return latest
