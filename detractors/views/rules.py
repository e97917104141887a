"""Rules in the browser: the list, one rule with its conditions clicked together, and a try on past answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import members, teams
from accounts.rules.permissions import Permission, can
from accounts.views.settings import SettingsView
from core.numbers import whole
from detractors import rule_forms, rule_words
from detractors.enums import RuleKind
from detractors.models import CaseRule
from detractors.queries import held, places, trials
from detractors.queries import rules as queries
from detractors.rules import conditions, effects
from detractors.rules.conditions import BadConditions, Conditions
from detractors.services import drafts, ruling
from detractors.views import rehearsals

EFFECT_FIELDS = ("do", "hours", "to", "team", "member", "skill", "speaks", "by", "minutes", "policy", "tags")
FRESH = {"match": conditions.ALL, "groups": []}


class RulesView(SettingsView):
    """What the pages of rules share."""

    permission = Permission.MANAGE_SLA
    url_name = "detractors:rules"

    def one(self, public_id: str) -> CaseRule:
        found = queries.rule_with(workspace=self.workspace, public_id=public_id)
        if found is None:
            raise Http404
        return found

    def names(self) -> dict[str, dict[int, str]]:
        """What effects name, by id."""
        workers = [one for one in members(workspace=self.workspace) if can(one.role, Permission.WORK_CASES)]
        return {
            "teams": {team.pk: team.name for team in teams(workspace=self.workspace)},
            "members": {one.user_id: one.user.display_name for one in workers},
            "policies": {row.pk: row.name for row in places.policies(workspace=self.workspace)},
            "tags": places.tags(workspace=self.workspace),
        }


class Rules(RulesView):
    """All rules in the order they are asked, and what they hold."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        fields, names = queries.fields(workspace=self.workspace), self.names()
        listed = queries.listed(workspace=self.workspace)
        kinds = []
        for kind in RuleKind:
            rows = [row for row in listed if row.kind == kind]
            kinds.append(
                {
                    "code": kind.value,
                    "label": kind.label,
                    "says": rule_words.KIND_SAYS[kind],
                    "add_url": f"{reverse('detractors:rule_add', args=[slug])}?kind={kind.value}",
                    "rows": [
                        {
                            "rule": row,
                            "place": place,
                            "is_first": place == 1,
                            "is_last": place == len(rows),
                            "when": rule_words.conditions_in_words(Conditions.stored(row.conditions), fields),
                            "then": rule_words.effect_in_words(row, names),
                        }
                        for place, row in enumerate(rows, start=1)
                    ],
                }
            )
        waiting = held.by_rules(workspace=self.workspace)
        return self.page("detractors/rules.html", title=_("Rules"), kinds=kinds, held=waiting)


class RuleAct(RulesView):
    """Switch on or off, move, delete."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, rule_id: str) -> HttpResponse:
        rule, now, act = self.one(rule_id), timezone.now(), request.POST.get("act", "")
        name = {"name": rule.name}
        if act in ("on", "off"):
            ruling.switch(rule=rule, on=act == "on", now=now)
            return self.saved(
                _("“%(name)s” is on: the next answer meets it.") % name if act == "on" else _("“%(name)s” is off.") % name
            )  # fmt: skip
        if act in ("up", "down"):
            ruling.move(rule=rule, up=act == "up", now=now)
            return self.saved(_("“%(name)s” has another place.") % name)
        if act == "delete":
            ruling.delete(rule=rule)
            return self.saved(_("“%(name)s” is gone. What it decided stays written.") % name)
        raise Http404


class RuleRelease(RulesView):
    """Open the case of a held answer now."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
        decision = held.decision_of(workspace=self.workspace, public_id=public_id)
        if decision is None:
            raise Http404
        if ruling.release(decision=decision, now=timezone.now()):
            messages.success(request, _("Its case opens now."))
        else:
            messages.info(request, _("It is no longer held."))
        return redirect("detractors:rules", slug=slug)


class RulePage(RulesView):
    """One rule, or a new one. Every click sends the whole form; only Save keeps anything."""

    def get(self, request: HttpRequest, slug: str, rule_id: str) -> HttpResponse:
        rule = self.one(rule_id)
        known = self.names()["tags"]
        tags = ", ".join(known[tag] for tag in rule.effect.get("tags", ()) if tag in known)
        effect = {**rule.effect, "tags": tags}
        return self.show(rule, kind=rule.kind, name=rule.name, said=rule.conditions, effect=effect)

    def post(self, request: HttpRequest, slug: str, rule_id: str) -> HttpResponse:
        rule = self.one(rule_id)
        return self.take(rule, rule.kind)

    def take(self, rule: CaseRule | None, kind: str) -> HttpResponse:
        """What was posted: a click on the conditions, a try, or Save."""
        post: Any = self.request.POST
        act, name, said = post.get("act", ""), post.get("name", ""), rule_forms.stated(post)
        effect = {one: post[one] for one in EFFECT_FIELDS if one in post}
        typed: dict[str, Any] = {"kind": kind, "name": name, "effect": effect}
        if act == "try":
            return self.attempt(rule, typed, said)
        if act not in ("save", "rehearse"):
            return self.show(rule, said=rule_forms.edited(said, act), **typed)
        try:
            if act == "rehearse":
                draft = drafts.of_rule(
                    workspace=self.workspace, rule=rule, kind=kind, name=name, stated=said, effect=effect
                )
                return rehearsals.begin(self, draft)
            kept = ruling.keep(
                workspace=self.workspace, rule=rule, kind=kind, name=name, stated=said, effect=effect,
                now=timezone.now(),
            )  # fmt: skip
        except ruling.RuleError as error:
            return self.show(rule, said=said, errors={error.field: error.sentence}, status=422, **typed)
        except effects.BadEffect as bad:
            told = {bad.field: bad.sentence.say(_)}
            return self.show(rule, said=said, errors=told, status=422, **typed)
        except BadConditions as bad:
            return self.show(rule, said=said, problems=bad.problems, status=422, **typed)
        if kept.is_active:
            return self.saved(_("“%(name)s” is saved: the next answer meets it.") % {"name": kept.name})
        return self.saved(_("“%(name)s” is saved. Switch it on when it is right.") % {"name": kept.name})

    def attempt(self, rule: CaseRule | None, typed: dict[str, Any], said: dict[str, Any]) -> HttpResponse:
        """Try what is typed on past answers; nothing is kept."""
        fields = queries.fields(workspace=self.workspace)
        try:
            stated = conditions.read(said, fields=fields)
        except BadConditions as bad:
            return self.show(rule, said=said, problems=bad.problems, status=422, **typed)
        before = whole(self.request.POST.get("before", ""))
        trial = trials.run(
            workspace=self.workspace, kind=typed["kind"], conditions=stated, rule=rule, before=before
        )
        return self.show(rule, said=said, trial=trial, **typed)

    def show(
        self,
        rule: CaseRule | None,
        *,
        kind: str,
        name: str,
        said: dict[str, Any],
        effect: dict[str, Any],
        errors: dict[str, str] | None = None,
        problems: Any = (),
        trial: trials.Trial | None = None,
        status: int = 200,
    ) -> HttpResponse:
        fields = queries.fields(workspace=self.workspace)
        kind_label = str(RuleKind(kind).label)
        whole = [sentence.say(_) for at, sentence in problems if at is None]
        return self.page(
            "detractors/rule.html",
            status,
            title=rule.name if rule else _("New rule: %(kind)s") % {"kind": kind_label},
            rule=rule,
            kind=kind,
            kind_label=kind_label,
            says=rule_words.KIND_SAYS[kind],
            name=name,
            match=said.get("match", conditions.ALL),
            matches=[(conditions.ALL, _("all of these")), (conditions.ANY, _("any of these"))],
            groups=rule_forms.drawn(said, fields, problems),
            expression=rule_words.expression(said, fields),
            fields=[(field.name, field.label) for field in fields.values()],
            effect=effect,
            effects=self.effect_choices(kind),
            errors={**(errors or {}), **({"conditions": whole[0]} if whole else {})},
            trial=trial,
            standings=dict(queries.standing_choices()),
        )

    def effect_choices(self, kind: str) -> dict[str, Any]:
        """What can be chosen as the effect of a rule of this kind."""
        names = self.names()
        return {
            "is_opening": kind == RuleKind.OPENING,
            "is_routing": kind == RuleKind.ROUTING,
            "is_priority": kind == RuleKind.PRIORITY,
            "does": [(code, rule_words.DOES_WORDS[code]) for code in effects.DOES],
            "targets": [(code, rule_words.TARGET_WORDS[code]) for code in effects.TARGETS],
            "by": [(code, rule_words.BY_WORDS[code]) for code in (effects.TURNS, effects.LEAST_LOADED)],
            "teams": [(str(pk), name) for pk, name in names["teams"].items()],
            "members": [(str(pk), name) for pk, name in names["members"].items()],
            "policies": [(str(pk), name) for pk, name in names["policies"].items()],
        }


class RuleAdd(RulePage):
    """A new rule of the kind in the address; it begins with one condition to fill in."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:  # type: ignore[override]
        said = rule_forms.edited({"match": conditions.ALL, "groups": []}, "add-group")
        return self.show(None, kind=self.kind(), name="", said=said, effect={})

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:  # type: ignore[override]
        return self.take(None, self.kind())

    def kind(self) -> str:
        """Of the address, else of the form."""
        asked = self.request.GET.get("kind") or self.request.POST.get("kind", "")
        return asked if asked in RuleKind.values else RuleKind.OPENING.value
