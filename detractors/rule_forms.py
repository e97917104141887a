"""What is typed on the pages of ranking, matrix and rules."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team, Workspace
from core.numbers import wholes
from detractors.models import Failure, MatrixCell, RankWeights, Scenario, SlaPolicy
from detractors.models.weights import MOST_MINUTES, usual_steps
from detractors.rule_words import OP_WORDS
from detractors.rules import conditions
from detractors.rules.conditions import BARE, OPS, Field
from detractors.services import weighing

STEPS = 4  # rows for account values


def _minutes(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_MINUTES, help_text=help_text)


class WeightsForm(forms.Form):
    """Minutes of each part of the sum; `weights` is the unsaved row."""

    score_minutes = _minutes(
        gettext_lazy("The worst score"),
        gettext_lazy("Evenly less for better ones, none for the best of them."),
    )
    chronic_minutes = _minutes(
        gettext_lazy("Each unhappy time before"), gettext_lazy("Of the last two years, up to three.")
    )
    long_standing_minutes = _minutes(
        gettext_lazy("A long-standing issue"),
        gettext_lazy("Unhappy twice in a row, or three times in two years."),
    )
    one_off_minutes = _minutes(
        gettext_lazy("A one-off"), gettext_lazy("Once, by somebody who was content before.")
    )
    exposure_minutes = _minutes(gettext_lazy("Others can read it"))

    def __init__(self, data: Any = None, *, row: RankWeights | None, workspace: Workspace) -> None:
        self.workspace = workspace
        kept = row or RankWeights(workspace=workspace, value_steps=usual_steps())
        initial: dict[str, Any] = {name: getattr(kept, name) for name in weighing.MINUTES}
        for place in range(STEPS):
            least, earned = kept.value_steps[place] if place < len(kept.value_steps) else ("", "")
            initial |= {f"from_{place}": least, f"earns_{place}": earned}
        super().__init__(data, initial=initial, label_suffix="")
        for place in range(STEPS):
            self.fields[f"from_{place}"] = forms.DecimalField(
                required=False, min_value=0, max_digits=12, decimal_places=0, label=_("Account value from")
            )
            self.fields[f"earns_{place}"] = forms.IntegerField(
                required=False, min_value=0, max_value=MOST_MINUTES, label=_("Minutes earlier")
            )
        for one in self.fields.values():
            one.widget.attrs["class"] = "form-control"

    @property
    def usual(self) -> list[Any]:
        """The fields of single weights."""
        return [self[name] for name in weighing.MINUTES]

    @property
    def steps(self) -> list[tuple[Any, Any]]:
        """The rows of account values."""
        return [(self[f"from_{place}"], self[f"earns_{place}"]) for place in range(STEPS)]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        steps = [
            (data[f"from_{place}"], data.get(f"earns_{place}") or 0)
            for place in range(STEPS)
            if data.get(f"from_{place}") is not None
        ]
        try:
            self.weights = weighing.read(
                workspace=self.workspace, minutes={name: data[name] for name in weighing.MINUTES}, steps=steps
            )
        except weighing.BadWeights as error:
            self.add_error(error.field if error.field in self.fields else None, error.sentence)
        return data


def _row_choice(form: forms.Form, name: str, rows: Sequence[Any], nothing: Any) -> None:
    form.fields[name].choices = [("", nothing), *((str(row.pk), str(row)) for row in rows)]  # type: ignore[attr-defined]


class _WithRows(forms.Form):
    """Fields that choose a row of the workspace: cleaned to the row, or None."""

    def rows(self, name: str, rows: Sequence[Any], nothing: Any) -> None:
        """Offer these rows."""
        _row_choice(self, name, rows, nothing)
        self._rows = {**getattr(self, "_rows", {}), name: {str(row.pk): row for row in rows}}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name, rows in getattr(self, "_rows", {}).items():
            if name in data:
                data[name] = rows.get(data[name])
        return data


class ScenarioForm(_WithRows):
    """A row of the matrix."""

    name = forms.CharField(label=gettext_lazy("What the customer wants to do"), max_length=80)
    team = forms.ChoiceField(label=gettext_lazy("Owning team"), required=False)

    def __init__(
        self, data: Any = None, *, teams: Sequence[Team], row: Scenario | None = None, prefix: str = ""
    ) -> None:
        initial = {"name": row.name, "team": str(row.team_id or "")} if row else {}
        super().__init__(data, initial=initial, label_suffix="", auto_id=f"{prefix or 'scenario'}-%s")
        self.rows("team", teams, _("No team of its own"))


class FailureForm(forms.Form):
    """A column of the matrix, and how it is told."""

    name = forms.CharField(label=gettext_lazy("What can go wrong"), max_length=80)
    words = forms.CharField(
        label=gettext_lazy("Words that point to it"),
        required=False,
        max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("With commas between; “late*” means every word that begins so."),
    )
    options = forms.MultipleChoiceField(
        label=gettext_lazy("Answers that point to it"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("Of your further questions; they count before words."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        options: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        row: Failure | None = None,
    ) -> None:
        initial = {"name": row.name, "words": ", ".join(row.words), "options": row.options} if row else {}
        super().__init__(data, initial=initial, label_suffix="", auto_id="failure-%s")
        offered = {value for _question, answers in options for value, _words in answers}
        gone = [one for one in (row.options if row else []) if one not in offered]
        kept = [(_("No longer asked"), [(one, one) for one in gone])] if gone else []
        if options or kept:
            self.fields["options"].choices = [*options, *kept]  # type: ignore[attr-defined]
        else:
            del self.fields["options"]

    @property
    def signs(self) -> dict[str, list[str]]:
        """Words and options as the service takes them."""
        data = self.cleaned_data
        return {
            "words": data["words"].replace("\n", ",").split(","),
            "options": list(data.get("options", ())),
        }


class CellForm(_WithRows):
    """What is planned for one failure in one scenario."""

    priority_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes earlier in the queue"), min_value=0, max_value=MOST_MINUTES
    )
    policy = forms.ChoiceField(label=gettext_lazy("Promise"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Owning team"), required=False)
    playbook = forms.CharField(
        label=gettext_lazy("Playbook"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"list": "playbook-names", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "One that is switched on begins for every case that lands here. Other words just say what people do."
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        policies: Sequence[SlaPolicy],
        teams: Sequence[Team],
        cell: MatrixCell | None = None,
    ) -> None:
        initial: dict[str, Any] = {"priority_minutes": 0}
        if cell is not None:
            initial = {
                "priority_minutes": cell.priority_minutes,
                "policy": str(cell.policy_id or ""),
                "team": str(cell.team_id or ""),
                "playbook": cell.playbook,
            }
        super().__init__(data, initial=initial, label_suffix="", auto_id="cell-%s")
        self.rows("policy", policies, _("The usual one"))
        self.rows("team", teams, _("As the touchpoint or scenario says"))


# Conditions ---------------------------------------------------------------------------------------------------


@dataclass
class Line:
    """One condition as it is drawn: what is chosen, and what else could be."""

    at: int
    field: str
    op: str
    value: str
    ops: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    choices: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    problem: str = ""

    @property
    def has_value(self) -> bool:
        """Whether the comparison takes one."""
        return bool(self.field) and self.op not in BARE

    @property
    def is_number(self) -> bool:
        return self.kind == conditions.NUMBER


@dataclass
class DrawnGroup:
    """One group as it is drawn."""

    at: int
    match: str
    lines: list[Line]


def stated(post: QueryDict, prefix: str = "") -> dict[str, Any]:
    """The conditions in a posted form: parallel lists of group, field, op and value, and one match for each group.

    `prefix` stands before each name, where a form has several.
    """
    matches = post.getlist(f"{prefix}group_match")[: conditions.MOST_GROUPS + 1]
    groups: list[dict[str, Any]] = [{"match": _match(one), "conditions": []} for one in matches]
    columns = [post.getlist(f"{prefix}{name}") for name in ("group", "field", "op", "value")]
    for group, name, op, value in list(zip(*columns, strict=False))[: conditions.MOST_CONDITIONS + 1]:
        if group.isascii() and group.isdigit() and int(group) < len(groups):
            groups[int(group)]["conditions"].append({"field": name, "op": op, "value": value})
    return {"match": _match(post.get(f"{prefix}match", "")), "groups": groups}


def _match(word: str) -> str:
    return conditions.ANY if word == conditions.ANY else conditions.ALL


def edited(said: dict[str, Any], act: str) -> dict[str, Any]:
    """The conditions after a click: "add-group", "add-0" (to a group), "remove-0-1" (a condition), "drop-0" (a group)."""
    word, _dash, rest = act.partition("-")
    places = wholes(rest.split("-"), digits=3)
    groups = said["groups"]
    fresh = {"field": "", "op": "", "value": ""}
    if act == "add-group" and len(groups) < conditions.MOST_GROUPS:
        groups.append({"match": conditions.ALL, "conditions": [fresh]})
    elif word == "add" and len(places) == 1 and places[0] < len(groups):
        groups[places[0]]["conditions"].append(fresh)
    elif word == "remove" and len(places) == 2 and places[0] < len(groups):
        rows = groups[places[0]]["conditions"]
        if places[1] < len(rows):
            rows.pop(places[1])
        if not rows:
            groups.pop(places[0])
    elif word == "drop" and len(places) == 1 and places[0] < len(groups):
        groups.pop(places[0])
    return said


def drawn(
    said: Mapping[str, Any],
    fields: Mapping[str, Field],
    problems: Sequence[tuple[tuple[int, int] | None, Any]] = (),
) -> list[DrawnGroup]:
    """The groups as the page draws them, each problem beside its condition."""
    wrong = {at: sentence.say(_) for at, sentence in problems if at is not None}
    groups, n = [], 0
    for place, group in enumerate(said.get("groups", ())):
        lines = []
        for row_place, row in enumerate(group["conditions"]):
            known = fields.get(row.get("field", ""))
            ops = [(op, str(OP_WORDS[op])) for op in OPS[known.kind]] if known else []
            op = row.get("op", "") if row.get("op", "") in dict(ops) else (ops[0][0] if ops else "")
            lines.append(
                Line(
                    at=n,
                    field=known.name if known else "",
                    op=op,
                    value=row.get("value", ""),
                    ops=ops,
                    choices=known.choices if known and known.kind == conditions.CHOICE else (),
                    kind=known.kind if known else "",
                    problem=wrong.get((place, row_place), ""),
                )
            )
            n += 1
        groups.append(DrawnGroup(place, group.get("match", conditions.ALL), lines))
    return groups
