"""The editor of a playbook: cards in order, the sentence they make, and how the words read in a real case."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ability_forms import language_word
from accounts.rules.permissions import Permission
from core import merge_fields
from detractors import rule_forms
from detractors.enums import Clock
from detractors.models import Case
from detractors.rules import conditions
from followups import playbook_forms, playbook_story
from followups.enums import TemplateKind
from followups.models import Playbook
from followups.playbook_enums import (
    DelayFrom,
    DelayUnit,
    MoveTo,
    PlaybookEvent,
    StepKind,
    Stop,
    TaskWhat,
    Whom,
)
from followups.playbook_forms import Typed
from followups.queries import merging, message_templates, playbook_tries
from followups.queries import playbooks as queries
from followups.rules import playbook_steps as rules
from followups.services import playbooks, templates
from followups.services.playbooks import PlaybookError
from followups.services.templates import TemplateError
from followups.views.playbooks import PlaybookView
from followups.wording import MERGE_FIELDS

Errors = dict[str, str]  # field as the rules name it -> sentence


class PlaybookEdit(PlaybookView):
    """One playbook. Every click sends the whole form; only Save keeps anything."""

    permission = Permission.EDIT_PLAYBOOKS

    def get(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        playbook = self.one(public_id)
        if playbook.is_built_in:
            messages.info(
                request, _("The product writes this mail itself: it can be switched on and off, and no more.")
            )
            return redirect(self.url("playbook", playbook))
        return self.show(
            playbook, playbook_forms.stored(queries.as_data(playbook=playbook)), seen=playbook.version
        )

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        return self.take(self.one(public_id))

    def take(self, playbook: Playbook | None) -> HttpResponse:
        """What was posted: a click, a look, or Save."""
        post = self.request.POST
        said, act = playbook_forms.typed(post), post.get("act", "")
        seen = rules.whole(post.get("seen"), 1, 10**9)
        if act != "save":
            return self.show(playbook, playbook_forms.edited(said, act) if act else said, seen=seen, act=act)
        data = playbook_forms.as_data(said)
        try:
            kept = self.keep(playbook, data, seen)
        except PlaybookError as error:
            return self.show(playbook, said, seen=seen, errors=errors_of(error), status=422)
        text = (
            _("“%(name)s” is saved.")
            if kept.is_active
            else _("“%(name)s” is saved. Switch it on when it is right.")
        )
        messages.success(self.request, text % {"name": kept.name})
        return redirect(self.url("playbook", kept))

    def keep(self, playbook: Playbook | None, data: dict[str, Any], seen: int | None) -> Playbook:
        now = timezone.now()
        if playbook is None:
            return playbooks.create(workspace=self.workspace, now=now, **data)
        stop_running = self.request.POST.get("stop_running") == "1"
        return playbooks.update(playbook=playbook, now=now, seen=seen, stop_running=stop_running, **data)

    # Showing ------------------------------------------------------------------------------------------------------

    def show(
        self,
        playbook: Playbook | None,
        said: Typed,
        *,
        seen: int | None = None,
        errors: Errors | None = None,
        act: str = "",
        status: int = 200,
    ) -> HttpResponse:
        errors, names = errors or {}, self.names_of
        data = playbook_forms.as_data(said)
        event, fields = said["event"], list(names.fields.values())
        story = playbook_story.story(data, names)
        context = {
            "title": playbook.name if playbook else _("New playbook"),
            "crumbs": self.crumbs(playbook.name if playbook else _("New")),
            "playbook": playbook,
            "said": said,
            "seen": seen,
            "story": story,
            "errors": errors,
            "problems": list(dict.fromkeys(errors.values())),
            "events": options(PlaybookEvent.choices, event),
            "is_silence": event == rules.SILENCE,
            "has_case": event not in rules.WITHOUT_CASE,
            "conditions": self.conditions(said["conditions"], errors, "conditions"),
            "fields": [(one.name, one.label) for one in fields],
            "matches": [(conditions.ALL, _("all of these")), (conditions.ANY, _("any of these"))],
            "stops": [
                {"code": code, "label": playbook_story.STOP_WORDS.get(code, Stop(code).label), "is_on": code in said["stops"]}
                for code in rules.STOPS_FOR.get(event, ())
            ],
            "cards": [
                self.card(step, place, len(said["steps"]), event, errors, story.steps[place])
                for place, step in enumerate(said["steps"])
            ],
            "gone_place": playbook_forms.gone_place(said),
            "is_full": len(said["steps"]) >= rules.MOST_STEPS,
            "added": act == "add-step",
            "cases": [(str(case.number), case_in_words(case)) for case in self.cases],
            "shown_case": str(self.case.number) if self.case else "",
            "languages": self.languages(),
            "merge_fields": {
                name: MERGE_FIELDS.get(name, "") for name in merging.known_fields(workspace=self.workspace)
            },
            "post_url": self.request.get_full_path(),
        }  # fmt: skip
        name = "_playbook_editor" if self.request.headers.get("HX-Request") else "playbook_edit"
        return render(self.request, f"followups/{name}.html", context, status=status)

    @cached_property
    def names_of(self) -> playbook_story.Names:
        return self.names()

    def conditions(self, stated: dict[str, Any], errors: Errors, at: str) -> dict[str, Any]:
        """A builder of conditions, each problem beside its line."""
        groups = rule_forms.drawn(stated, self.names_of.fields)
        for group in groups:
            for place, line in enumerate(group.lines):
                line.problem = errors.get(f"{at}.{group.at}.{place}", "")
        return {"groups": groups, "match": stated.get("match", conditions.ALL), "error": errors.get(at, "")}

    def card(
        self, step: Typed, place: int, count: int, event: str, errors: Errors, told: playbook_story.Told
    ) -> dict[str, Any]:
        """One step as a card: what can be chosen, what is, and what is wrong."""
        at, kind = f"steps.{place}", step["kind"]
        kinds = rules.KINDS_FOR.get(event, rules.KINDS)
        shown = shown_fields(step, place, has_case=event not in rules.WITHOUT_CASE)
        wrong = {
            name.removeprefix(f"{at}."): said for name, said in errors.items() if name.startswith(f"{at}.")
        }
        offered = self.names_of.templates.get(rules.CALL if kind == rules.TASK else kind, {})
        return {
            "pre": f"s{step['number']}-",
            "place": place + 1,
            "step": step,
            "told": told,
            "is_first": place == 0,
            "is_last": place == count - 1,
            "shown": shown,
            "unshown": playbook_forms.unshown(step, shown),
            "wrong": wrong | ({"card": errors[at]} if at in errors else {}),
            "is_wrong": any(name == at or name.startswith(f"{at}.") for name in errors),
            "kinds": options([one for one in StepKind.choices if one[0] in kinds or one[0] == kind], kind),
            "units": options(DelayUnit.choices, step["unit"]),
            "clocks": options(CLOCKS, step["clock"]),
            "sinces": options(DelayFrom.choices, step["since"]),
            "due_units": options(DelayUnit.choices, step["due_unit"]),
            "due_clocks": options(CLOCKS, step["due_clock"]),
            "templates": options(
                [("", _("Own words") if kind != rules.TASK else _("No script")), *offered.items()],
                step["template"],
            ),
            "whats": options(TaskWhat.choices, step["what"]),
            "whoms": options(whoms(kind), step["for"]),
            "members": options([("", _("Choose…")), *as_text(self.names_of.members)], step["member"]),
            "teams": options([("", _("Choose…")), *as_text(self.names_of.teams)], step["team"]),
            "moves": options(MoveTo.choices, step["to"]),
            "statuses": options([("", _("Choose…")), *self.names_of.statuses.items()], step["status"]),
            "tags": [(pk, name, pk in step["tags"]) for pk, name in as_text(self.names_of.tags)],
            "conditions": self.conditions(step["conditions"], errors, f"{at}.conditions"),
            "preview": self.preview(step),
        }

    # As a customer reads it -------------------------------------------------------------------------------------------

    @cached_property
    def cases(self) -> list[Case]:
        return playbook_tries.cases_to_show(workspace=self.workspace, sight=self.sight)

    @cached_property
    def case(self) -> Case | None:
        wanted = self.request.POST.get("case", "")
        chosen = next((one for one in self.cases if str(one.number) == wanted), None)
        return chosen or (self.cases[0] if self.cases else None)

    def languages(self) -> list[tuple[str, str, bool]]:
        """Those the templates of this workspace speak; the first means the customer's own."""
        found = message_templates.listed(workspace=self.workspace)
        said = message_templates.live_of(
            templates=[row for row in found if row.is_live], workspace=self.workspace
        )
        known = {language for version in said.values() for language in version.words}
        return options(
            [("", _("The customer's own")), *((one, language_word(one)) for one in sorted(known))],
            self.language,
        )

    @property
    def language(self) -> str:
        return self.request.POST.get("language", "")[:16]

    def preview(self, step: Typed) -> dict[str, Any] | None:
        """The words of this step as the customer of the chosen case would read them; None where it has none."""
        kind = rules.CALL if step["kind"] == rules.TASK and step["what"] == rules.CALL else step["kind"]
        if kind not in (*rules.MESSAGES, rules.CALL) or self.case is None:
            return None
        if step["template"]:
            return self.from_template(step["template"])
        if kind == rules.CALL or not (step["subject"].strip() or step["body"].strip()):
            return None
        now = timezone.now()
        values = templates.values_for(case=self.case, contact=None, by=None, language=self.language, now=now)
        subject = step["subject"] if kind == rules.MAIL else ""
        try:
            draft = templates.filled(kind=kind, subject=subject, body=step["body"], values=values)
            missing = [
                name for text in (subject, step["body"]) for name in merge_fields.missing_fields(text, values)
            ]
        except merge_fields.MergeSyntaxError:
            return None
        return {
            "subject": draft.subject,
            "body": draft.body,
            "missing": list(dict.fromkeys(missing)),
            "problem": "",
        }

    def from_template(self, public_id: str) -> dict[str, Any]:
        template = message_templates.one(workspace=self.workspace, public_id=public_id)
        if template is None:
            return {"problem": _("This template is gone.")}
        try:
            words = templates.words_for(
                template=template, now=timezone.now(), case=self.case, language=self.language
            )
        except TemplateError as error:
            return {"problem": error.sentence}
        return {
            "subject": words.subject, "body": words.body, "language": language_word(words.language), "is_other": words.is_fallback,
            "is_call": template.kind == TemplateKind.CALL, "problem": "",
        }  # fmt: skip


class PlaybookAdd(PlaybookEdit):
    """A new one; it begins with one step to fill in."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:  # type: ignore[override]
        event = rules.CASE_OPENED
        data = {"name": "", "event": event, "steps": [], "stops": rules.USUAL_STOPS[event]}
        return self.show(None, playbook_forms.edited(playbook_forms.stored(data), "add-step"))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:  # type: ignore[override]
        return self.take(None)


CLOCKS = [
    (Clock.WORKING.value, gettext_lazy("of working time")),
    (Clock.CALENDAR.value, gettext_lazy("around the clock")),
]


def options(choices: Any, chosen: str) -> list[tuple[str, Any, bool]]:
    """(value, word, whether it is chosen), as a select draws them."""
    return [(value, word, value == chosen) for value, word in choices]


def as_text(named: Any) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in named.items()]


def whoms(kind: str) -> list[tuple[str, Any]]:
    allowed = rules.ASSIGN_TO if kind == rules.ASSIGN else rules.TASK_FOR
    return [one for one in Whom.choices if one[0] in allowed]


def errors_of(error: PlaybookError) -> Errors:
    """Every problem at its field; of two at one field the first."""
    found: Errors = {}
    for field, sentence in error.problems:
        found.setdefault(field, sentence)
    return found


def case_in_words(case: Case) -> str:
    who = case.contact.display_name if case.contact else _("Anonymous customer")
    return _("#%(number)s · %(who)s") % {"number": case.number, "who": who}


def shown_fields(step: Typed, place: int, *, has_case: bool) -> list[str]:
    """The fields a card has, by what is chosen in it."""
    kind = step["kind"]
    shown = [
        "kind",
        "amount",
        "unit",
        "clock",
        *(["since"] if place else []),
        *(["required"] if has_case else []),
    ]
    if kind in rules.MESSAGES:
        shown += ["template"]
        shown += [] if step["template"] else (["subject", "body"] if kind == rules.MAIL else ["body"])
    elif kind == rules.TASK:
        shown += ["what", "title", "for", "due_amount", "due_unit", "due_clock"]
        shown += ["template"] if step["what"] == rules.CALL else []
    elif kind == rules.STATUS:
        shown += ["to", *{rules.TO_WAITING: ["waiting_for"], rules.TO_STATUS: ["status"]}.get(step["to"], [])]
    elif kind == rules.TAG:
        shown += ["tags"]
    elif kind == rules.ASSIGN:
        shown += ["for"]
    if kind in (rules.TASK, rules.ASSIGN):
        shown += {rules.MEMBER: ["member"], rules.TEAM: ["team"]}.get(step["for"], [])
    return shown
