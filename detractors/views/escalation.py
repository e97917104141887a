"""The settings of escalation: who hears when of a promise that is not kept, and what becomes of the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import calendar as rule_calendar
from accounts.rules.permissions import Permission
from accounts.views.settings import SettingsView
from detractors import chain_forms, chain_words
from detractors.enums import EscalationLevel, HandTo, TimerKind
from detractors.models import SlaPolicy
from detractors.promise_forms import UNITS
from detractors.queries import escalation as queries
from detractors.queries import promises as promise_queries
from detractors.services import chains
from detractors.services.chains import ChainError

UNDO = "chain_undo"  # in the session: workspace, promise, what it was and what it became


class ChainView(SettingsView):
    """What the pages of escalation share."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:escalations"

    def policy(self, policy_id: int) -> SlaPolicy:
        found = promise_queries.one(workspace=self.workspace, pk=policy_id) if policy_id < 2**63 else None
        if found is None:
            raise Http404
        return found

    def policies(self) -> list[SlaPolicy]:
        """The promises that hold, the usual one first."""
        rows = [row for row in promise_queries.listed(workspace=self.workspace) if row.retired_at is None]
        return sorted(rows, key=lambda row: (not row.is_default, row.name.casefold()))


class Escalations(ChainView):
    """The usual promise's chain; where there is none, an empty page."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        rows = self.policies()
        if not rows:
            raise Http404
        return redirect("detractors:escalation", slug=slug, policy_id=rows[0].pk)


class Escalation(ChainView):
    """One chain. Every click sends the whole form; only Save keeps anything."""

    def get(self, request: HttpRequest, slug: str, policy_id: int) -> HttpResponse:
        policy = self.policy(policy_id)
        usual = next((row for row in self.policies() if row.is_default), policy)
        has_own = policy.is_default or policy.has_own_chain
        rows = queries.own_steps(policy=policy if has_own else usual)
        steps = chain_forms.stored(rows, day_minutes=self.day_minutes(policy))
        if not has_own:
            steps = [step | {"key": ""} for step in steps]  # to begin with, were it to have its own
        return self.show(policy, steps, has_own=has_own)

    def post(self, request: HttpRequest, slug: str, policy_id: int) -> HttpResponse:
        policy, post = self.policy(policy_id), request.POST
        steps, act = chain_forms.typed(post), post.get("act", "")
        has_own = policy.is_default or post.get("has_own") == "1"
        if act != "save":
            return self.show(policy, chain_forms.edited(steps, act), has_own=has_own)
        before = chains.snapshot(policy=policy)
        try:
            wanted = self.read(policy, steps) if has_own else []
            chains.save(
                policy=policy, has_own=has_own, steps=wanted, by=self.request.user, now=timezone.now()
            )
        except ChainError as error:
            return self.show(policy, steps, has_own=has_own, error=error, status=422)
        policy = self.policy(policy_id)
        after, said = chains.snapshot(policy=policy), _("Saved. Promises that are running follow.")
        if after != before:
            request.session[UNDO] = [slug, policy.pk, said, before, after]
        else:
            messages.success(request, said)
        return redirect("detractors:escalation", slug=slug, policy_id=policy.pk)

    def day_minutes(self, policy: SlaPolicy) -> int:
        return rule_calendar(row=policy.calendar).working_day_minutes

    def read(self, policy: SlaPolicy, steps: Sequence[chain_forms.Typed]) -> list[chains.WantedStep]:
        people = queries.people(workspace=self.workspace)
        named = {step["who"].partition(":")[2] for step in steps if step["who"].startswith("PERSON:")}
        levels = {
            person.pk: chains.level_of(workspace=self.workspace, person=person)
            for person in people
            if str(person.pk) in named
        }
        return chain_forms.read(
            steps,
            day_minutes=self.day_minutes(policy),
            people=people,
            targets=queries.targets(workspace=self.workspace),
            levels=levels,
        )

    def show(
        self,
        policy: SlaPolicy,
        steps: Sequence[chain_forms.Typed],
        *,
        has_own: bool,
        error: ChainError | None = None,
        status: int = 200,
    ) -> HttpResponse:
        people = queries.people(workspace=self.workspace)
        context = {
            "title": _("Escalation"),
            "policy": policy,
            "policies": self.policies(),
            "has_own": has_own,
            "kinds": self.kinds(policy, steps, error),
            "count": len(steps),
            "who": [(f"LEVEL:{level.value}", level.label) for level in EscalationLevel],
            "people": [(f"PERSON:{person.pk}", person.display_name) for person in people],
            "units": UNITS,
            "whens": [
                (chain_forms.AFTER, _("after it was due")),
                (chain_forms.BEFORE, _("before it is due")),
            ],
            "targets": [(str(one.pk), one.name) for one in queries.targets(workspace=self.workspace)],
            "hands": [(one.value, one.label) for one in HandTo],
            "error": error.sentence if error is not None and error.place is None else "",
            "previews": self.previews(policy, steps),
            "undo": self.undo(policy),
        }
        if self.request.headers.get("HX-Request"):
            return render(self.request, "detractors/_chain.html", context)
        return self.page("detractors/escalation.html", status, **context)

    def kinds(
        self, policy: SlaPolicy, steps: Sequence[chain_forms.Typed], error: ChainError | None
    ) -> list[dict[str, Any]]:
        """A card for each kind of promise, with its steps as they are typed."""
        cards = []
        for kind in TimerKind:
            places = [place for place, step in enumerate(steps) if step["kind"] == kind]
            rows = [
                {
                    "place": place,
                    "step": steps[place],
                    "number": number,
                    "is_first": place == places[0],
                    "is_last": place == places[-1],
                    "is_executive": steps[place]["who"] == f"LEVEL:{EscalationLevel.EXECUTIVE}"
                    or bool(steps[place]["breaks_quiet"]),
                    "error": error.sentence if error is not None and error.place == place else "",
                }
                for number, place in enumerate(places, start=1)
            ]
            minutes, _clock = chains.promised(policy, kind)
            cards.append(
                {"code": kind.value, "label": kind.label, "rows": rows, "is_promised": minutes is not None}
            )
        return cards

    def previews(self, policy: SlaPolicy, steps: Sequence[chain_forms.Typed]) -> list[chain_words.Preview]:
        try:
            wanted = self.read(policy, steps)
        except ChainError:
            return []
        calendar = rule_calendar(row=policy.calendar)
        return chain_words.previews(wanted, calendar=calendar, now=timezone.now())

    def undo(self, policy: SlaPolicy) -> dict[str, str] | None:
        """The way back from what was saved just before this page."""
        found = self.request.session.get(UNDO)
        if not found or found[:2] != [self.workspace.slug, policy.pk] or self.request.method != "GET":
            return None
        url = reverse(
            "detractors:escalation_undo", kwargs={"slug": self.workspace.slug, "policy_id": policy.pk}
        )
        return {"text": found[2], "url": url}


class EscalationUndo(ChainView):
    """The chain as it was before the last Save, if nobody has changed it since."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, policy_id: int) -> HttpResponse:
        policy = self.policy(policy_id)
        found = request.session.pop(UNDO, None)
        if not found or found[:2] != [slug, policy.pk]:
            messages.info(request, _("There is nothing to take back."))
        else:
            try:
                chains.restore(policy=policy, before=found[3], after=found[4], now=timezone.now())
            except ChainError as error:
                messages.error(request, error.sentence)
            else:
                messages.success(request, _("Undone: the former steps hold again."))
        return redirect("detractors:escalation", slug=slug, policy_id=policy.pk)
