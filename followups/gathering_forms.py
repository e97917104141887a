"""An event customers are invited to, as it is typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from detractors.work_forms import moment_field, name_zone
from followups.services import gatherings


class GatheringForm(forms.Form):
    """What is held when and where, how many can come, and the mail. Moments are meant on the viewer's clock."""

    title = forms.CharField(
        label=_("What is it?"),
        max_length=gatherings.TITLE_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    place = forms.CharField(
        label=_("Where"), max_length=gatherings.PLACE_LENGTH, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    starts_at = moment_field(_("Begins"), required=True)
    ends_at = moment_field(_("Ends"), required=True)
    reply_by = moment_field(_("Answers wanted by"), required=True)
    capacity = forms.IntegerField(
        label=_("How many people can come"),
        required=False,
        min_value=1,
        max_value=gatherings.MOST_PLACES,
        help_text=_("Companions count. Empty: as many as want to."),
    )
    most_companions = forms.IntegerField(
        label=_("Companions a guest may bring"), min_value=0, max_value=gatherings.MOST_COMPANIONS
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=gatherings.SUBJECT_LENGTH,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    body = forms.CharField(
        label=_("Words"),
        max_length=gatherings.BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        help_text=_("The mail has a button under these words that leads to the answer."),
    )

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, label_suffix="", auto_id="gathering-%s", **kwargs)
        name_zone(self.fields["starts_at"])
