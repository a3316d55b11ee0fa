"""Forms for making and running a roadshow."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    Form,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.core.refusal import Refusal
from matchmaker.store.roadshow import Roadshow
from matchmaker.web.words import choices

INVITATION_STATES = {
    "open": _l("Waiting for an answer"),
    "accepted": _l("Accepted"),
    "revoked": _l("Taken back"),
    "ended": _l("Ended without an answer"),
}
FIELD_OF = {
    "bad-slug": "slug",
    "slug-taken": "slug",
    "dates-in-order": "ends_on",
    "floor-above-cap": "project_max",
    "frozen-without-time": "mandates_until",
}


class RefusableForm(FlaskForm):  # type: ignore[misc]
    """A form that knows which of its fields a refusal belongs to."""

    def field_of(self, refusal: Refusal) -> Any:
        if refusal.reason == "floor-above-cap":
            return self[f"{refusal.facts['side']}_max"]
        return self[FIELD_OF[refusal.reason]]


def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


def _count(label: Any, **kwargs: Any) -> IntegerField:
    return IntegerField(label, [InputRequired(), NumberRange(0, 500)], **kwargs)


class NewRoadshowForm(RefusableForm):
    name_en = StringField(_l("Name in English"), [InputRequired(), Length(max=160)])
    name_zh = StringField(_l("Name in Chinese"), [Length(max=160)])
    slug = StringField(
        _l("Address"),
        [
            InputRequired(),
            Length(max=60),
            Regexp(r"[a-z0-9-]+$", message=_l("Use small letters, digits and hyphens.")),
        ],
        description=_l("The last part of its web address, for example shanghai-2027."),
    )
    starts_on = DateField(_l("First day"), [InputRequired()])
    ends_on = DateField(_l("Last day"), [InputRequired()])
    zone = SelectField(_l("Time zone of the venue"), choices=_zones, default="Asia/Shanghai")
    organiser = EmailField(
        _l("Organiser"),
        [InputRequired(), Email()],
        description=_l("The address of somebody who has an account; they invite the others."),
    )


class SettingsForm(RefusableForm):
    name_en = StringField(_l("Name in English"), [InputRequired(), Length(max=160)])
    name_zh = StringField(_l("Name in Chinese"), [Length(max=160)])
    about_en = TextAreaField(_l("About it, in English"), [Length(max=5000)])
    about_zh = TextAreaField(_l("About it, in Chinese"), [Length(max=5000)])
    venue_en = StringField(_l("Venue in English"), [Length(max=200)])
    venue_zh = StringField(_l("Venue in Chinese"), [Length(max=200)])
    steps_en = TextAreaField(
        _l("How to take part, in English"),
        [Length(max=5000)],
        description=_l("Stands on the public page; leave it empty for a short text of ours."),
    )
    steps_zh = TextAreaField(_l("How to take part, in Chinese"), [Length(max=5000)])
    contact_email = EmailField(
        _l("Mail address for questions"),
        [Optional(), Email(), Length(max=254)],
        description=_l("Everybody sees it, on the public page and in the text on privacy."),
    )
    privacy_en = TextAreaField(
        _l("Privacy, in English"),
        [Length(max=5000)],
        description=_l("Who is responsible for personal data, and what else people should know."),
    )
    privacy_zh = TextAreaField(_l("Privacy, in Chinese"), [Length(max=5000)])
    starts_on = DateField(_l("First day"), [InputRequired()])
    ends_on = DateField(_l("Last day"), [InputRequired()])
    zone = SelectField(_l("Time zone of the venue"), choices=_zones)
    currency = SelectField(
        _l("Currency of comparison"),
        choices=lambda: [
            (code, f"{code} {name}")
            for code, name in sorted(Locale("en").currencies.items())
            if code in COMMON
        ],
        description=_l("Tickets and amounts in other currencies are converted to it."),
    )
    rates = StringField(
        _l("Exchange rates"),
        [Length(max=500)],
        description=_l(
            "How many of it one unit of another is worth, for example CNY 0.14, EUR 1.08."
        ),
    )
    open_registration = BooleanField(
        _l("Anybody with an account may apply or register"),
        description=_l("Otherwise only people you invite."),
    )
    applications_until = DateTimeLocalField(_l("Applications until"), [Optional()])
    frozen = SelectMultipleField(
        _l("Fixed once applications have closed"),
        choices=lambda: choices("frozen"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l("Teams can no longer change these; you can."),
    )
    mandates_until = DateTimeLocalField(_l("Mandates can be changed until"), [Optional()])
    mandates_frozen = SelectMultipleField(
        _l("Fixed from then on"),
        choices=lambda: choices("mandates_frozen"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l(
            "Firms that have handed in can no longer change these; you can. Whom a firm must not"
            " meet stays open."
        ),
    )
    preferences_until = DateTimeLocalField(_l("Preferences until"), [Optional()])
    teams_see_investors = BooleanField(
        _l("Selected teams see the investors"),
        description=_l(
            "From the phase of preferences on, so that they can say whom they want to meet."
        ),
    )
    project_min = _count(_l("Least meetings of a project"))
    project_max = _count(_l("Most meetings of a project"))
    investor_min = _count(_l("Least meetings of an investor"))
    investor_max = _count(_l("Most meetings of an investor"))
    slot_minutes = IntegerField(_l("Minutes of a meeting"), [InputRequired(), NumberRange(5, 240)])
    buffer_minutes = IntegerField(
        _l("Minutes between meetings"), [InputRequired(), NumberRange(0, 60)]
    )

    @classmethod
    def of(cls, roadshow: Roadshow) -> SettingsForm:
        shown = {name: getattr(roadshow, name) for name in cls.PLAIN}
        for name in cls.MOMENTS:
            moment = getattr(roadshow, name)
            shown[name] = moment and moment.astimezone(ZoneInfo(roadshow.zone)).replace(tzinfo=None)
        shown["rates"] = ", ".join(
            f"{code} {rate:g}" for code, rate in sorted(roadshow.rates.items())
        )
        return cls(data=shown)

    def values(self, roadshow: Roadshow) -> dict[str, Any]:
        """Return the settings as the service takes them."""
        values = {name: self[name].data for name in self.PLAIN}
        for name in self.MOMENTS:
            values[name] = local_moment(self[name].data, self.zone.data)
        values["rates"] = read_rates(self.rates.data or "")
        del roadshow
        return {
            key: "" if value is None and key in self.TEXTS else value
            for key, value in values.items()
        }

    def validate_rates(self, field: StringField) -> None:
        try:
            read_rates(field.data or "")
        except ValueError:
            raise ValidationError(
                _("Write a currency code and a number, as in CNY 0.14.")
            ) from None

    TEXTS = (
        *("name_zh", "about_en", "about_zh", "venue_en", "venue_zh", "contact_email"),
        *("steps_en", "steps_zh", "privacy_en", "privacy_zh"),
    )
    MOMENTS = ("applications_until", "mandates_until", "preferences_until")
    PLAIN = (
        "name_en",
        *TEXTS,
        "starts_on",
        "ends_on",
        "zone",
        "currency",
        "open_registration",
        "teams_see_investors",
        "project_min",
        "project_max",
        "investor_min",
        "investor_max",
        "slot_minutes",
        "buffer_minutes",
        "frozen",
        "mandates_frozen",
    )


COMMON = frozenset(
    [
        "AUD",
        "CAD",
        "CHF",
        "CNY",
        "DKK",
        "EUR",
        "GBP",
        "HKD",
        "ILS",
        "INR",
        "JPY",
        "KRW",
        "NOK",
        "RUB",
        "SEK",
        "SGD",
        "TWD",
        "USD",
    ]
)


def asked_roles() -> list[tuple[str, str]]:
    """Return the roles to invite to; none stands there by itself, least of all the first."""
    return [("", _("Please choose")), *choices("role")]


class InviteForm(FlaskForm):  # type: ignore[misc]
    email = EmailField(_l("Mail address"), [InputRequired(), Email(), Length(max=254)])
    name = StringField(_l("Name"), [Length(max=120)])
    role = SelectField(_l("Role"), [InputRequired()], choices=lambda: asked_roles())
    party = SelectField(_l("Team or firm"), choices=[])

    def validate_party(self, field: Any) -> None:
        kind = (field.data or "").partition(":")[0]
        if kind and self.role.data != {"project": "team", "investor": "investor"}[kind]:
            raise ValidationError(
                _("A team is joined as a team member, a firm as an investor delegate.")
            )


class InviteListForm(FlaskForm):  # type: ignore[misc]
    role = SelectField(_l("Role"), [InputRequired()], choices=lambda: asked_roles(), id="list-role")
    guests = TextAreaField(
        _l("People, one a line"),
        [InputRequired(), Length(max=60_000)],
        description=_l("For example: Li Wei, li.wei@example.org"),
    )


class PhaseForm(FlaskForm):  # type: ignore[misc]
    """Only the confirmation itself."""


class InvitationFilter(Form):  # type: ignore[misc]
    q = StringField(_l("Search for a name or address"))
    state = SelectField(_l("State"), choices=lambda: [("", _("All")), *INVITATION_STATES.items()])


class ContactFilter(Form):  # type: ignore[misc]
    q = StringField(_l("Search for a name or address"))


class MailFilter(Form):  # type: ignore[misc]
    q = StringField(_l("Search for an address"))
    about = SelectField(_l("About"), choices=lambda: [("", _("All")), *choices("letter")])
    state = SelectField(_l("State"), choices=lambda: [("", _("All")), *choices("mail_state")])


class PeopleFilter(Form):  # type: ignore[misc]
    q = StringField(_l("Search for a name or address"))
    role = SelectField(_l("Role"), choices=lambda: [("", _("All")), *choices("role")])


def local_moment(value: datetime | None, zone: str) -> datetime | None:
    """Return a wall-clock time of the venue as an aware moment."""
    return value and value.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def read_rates(text: str) -> dict[str, float]:
    """Return the rates of ``CNY 0.14, EUR 1.08``. Raises ValueError for anything else."""
    rates = {}
    for part in text.replace("，", ",").split(","):
        if not part.strip():
            continue
        code, _space, number = part.strip().partition(" ")
        rate = json.loads(number)
        if len(code) != 3 or not code.isalpha() or not isinstance(rate, (int, float)) or rate <= 0:
            raise ValueError(part)
        rates[code.upper()] = float(rate)
    return rates
