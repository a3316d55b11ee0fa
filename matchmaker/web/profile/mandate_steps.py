"""The steps of an investor's form: what a firm looks for, as it is spoken."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.validators import DataRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from matchmaker.web.profile.inputs import (
    CheckField,
    CodeField,
    CountryField,
    CurrenciesField,
    CurrencyField,
    LevelField,
    LinesField,
    MoneyField,
    agrees_with_currency,
    line,
    prose,
    web_address,
)
from matchmaker.web.profile.limits import LimitForm
from matchmaker.web.profile.step import StepForm
from matchmaker.web.trees import TreeField, place_nodes
from matchmaker.web.words import choices

BLANK_ROWS = 2
LIMITS = {
    "field": _l("my fields"),
    "country": _l("my countries"),
    "kind": _l("my kinds of institution"),
    "stage": _l("my stages"),
    "round": _l("my rounds"),
    "instrument": _l("my instruments"),
    "trl": _l("my TRL range"),
    "ticket": _l("my ticket range"),
}


class FirmForm(StepForm):
    body_name_en = line(
        _l("Firm in English"),
        200,
        description=_l("As it stands on a badge, for example “Lotus Capital”."),
    )
    body_name_zh = line(_l("Firm in Chinese"), 200)
    body_kind = CodeField(
        _l("Kind of investor"),
        kind="investor_kind",
        description=_l("Teams prepare differently for a fund, a company or an angel."),
    )
    body_country = CountryField(
        _l("Country or region"), description=_l("Where those sit who decide.")
    )
    body_city_en = line(
        _l("City in English"),
        80,
        description=_l("It stands beside the country, for example “Boston”."),
    )
    body_city_zh = line(_l("City in Chinese"), 80)
    body_website = line(
        _l("Website"),
        300,
        web_address,
        description=_l("Teams read it before they meet you, for example https://example.org"),
    )
    assets = CodeField(
        _l("Assets under management"),
        kind="assets",
        description=_l("A band is enough; it tells how far you could go along with a company."),
    )
    vintage = IntegerField(
        _l("Year of the fund"),
        [Optional(), NumberRange(1950, 2100)],
        description=_l("Of the fund that would invest, for example 2024."),
    )
    fund_currencies = CurrenciesField(
        _l("Currencies of the fund"),
        description=_l("A yuan fund and a dollar fund can buy different companies."),
    )
    visibility = SelectField(
        _l("Which teams see you"),
        [DataRequired()],
        choices=lambda: choices("visibility"),
        default="teams",
        description=_l(
            "Takes effect at once. Whoever does not see you cannot ask for you, nor learns that you"
            " read their profile; you still say whom you want to meet."
        ),
    )
    deals_per_year = IntegerField(
        _l("New investments in a year"),
        [Optional(), NumberRange(0, 999)],
        description=_l("A rough number, for example 6."),
    )

    def validate_body_name_en(self, field: Any) -> None:
        if not field.data and not self.body_name_zh.data:
            raise ValidationError(_("Please name the firm in one of the two languages."))


class LooksForm(StepForm):
    fields = TreeField(
        _l("Core fields"),
        description=_l(
            "Where most of your deals are, for example “Gene therapy”. A wide field includes all "
            "below it."
        ),
    )
    also_fields = TreeField(
        _l("Also welcome"),
        description=_l(
            "What you would look at too, for example “Delivery”; it counts less than the core."
        ),
    )
    stages = CheckField(
        _l("Stages"), kind="stage", description=_l("None ticked: the stage plays no part.")
    )
    trl_min = LevelField(
        _l("TRL from"), description=_l("For devices and platforms, for example 4 to 7.")
    )
    trl_max = LevelField(_l("TRL to"))
    kinds = CheckField(
        _l("Kinds of institution"),
        kind="institution",
        description=_l("None ticked: any. A university or hospital may not have a company yet."),
    )
    countries = TreeField(
        _l("Countries or regions of the world"),
        nodes=place_nodes,
        index="places",
        description=_l("Where the team may come from, for example Germany, or Europe."),
    )
    regions = LinesField(
        _l("Provinces or states"),
        description=_l(
            "One a line, for example Jiangsu or Bavaria; funds of a city or province need it."
        ),
    )
    landing = CodeField(
        _l("Local landing"),
        kind="landing",
        description=_l(
            "Whether the team has to settle where you are: often the first question of a local "
            "fund."
        ),
    )
    landing_en = prose(
        _l("What landing means, in English"),
        description=_l("For example “a company in Fengxian within a year, 1.5 times reinvested”."),
    )
    landing_zh = prose(_l("What landing means, in Chinese"))

    def validate_trl_max(self, field: Any) -> None:
        if field.data and self.trl_min.data and field.data < self.trl_min.data:
            raise ValidationError(_("The upper level is below the lower one."))


class LimitsForm(StepForm):
    exclusions = FieldList(FormField(LimitForm), _l("What is out"), max_entries=60)
    only = SelectMultipleField(
        _l("Nothing outside"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_l(
            "Your lists are wishes: what lies outside them ranks lower. Tick those that are walls."
        ),
    )
    conflicts = LinesField(
        _l("Organisations you must not meet"),
        description=_l(
            "Competitors of your portfolio, own companies, for example “Northlight Bio”. One a "
            "line."
        ),
    )
    hard_nos_en = prose(
        _l("Other hard no's, in English"),
        description=_l("What no list says, for example “no work on embryos”. Organisers read it."),
    )
    hard_nos_zh = prose(_l("Other hard no's, in Chinese"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = set(self.only.object_data or ()) - set(LIMITS)
        self.only.choices = [*LIMITS.items(), *((code, code) for code in sorted(known))]
        for _row in range(BLANK_ROWS):
            if len(self.exclusions) < self.exclusions.max_entries:
                self.exclusions.append_entry()


class TicketForm(StepForm):
    ticket_low = MoneyField(
        _l("First ticket from"),
        [agrees_with_currency],
        description=_l("What you invest at first, for example 1M or 500万."),
    )
    ticket_typical = MoneyField(_l("Typical"), [agrees_with_currency])
    ticket_high = MoneyField(_l("Up to"), [agrees_with_currency])
    currency = CurrencyField(_l("Currency"))
    ticket_total = MoneyField(
        _l("In total, up to"),
        [agrees_with_currency],
        description=_l("With what you keep for later rounds, for example 15M."),
    )
    lead = CodeField(
        _l("Lead or follow"),
        kind="lead",
        description=_l("Who still looks for a lead asks those first who can be one."),
    )
    rounds = CheckField(
        _l("Rounds"), kind="round", description=_l("None ticked: the round plays no part.")
    )
    instruments = CheckField(
        _l("Instruments"),
        kind="instrument",
        description=_l("None ticked: the form of the investment plays no part."),
    )
    board = CodeField(
        _l("Board"),
        kind="board",
        description=_l("Teams want to know before they talk about terms."),
    )

    def validate_ticket_total(self, field: Any) -> None:
        low = self.ticket_low.data
        if field.data is not None and low is not None and field.data < low:
            raise ValidationError(_("The total is less than the first ticket."))

    def validate_ticket_high(self, field: Any) -> None:
        known = [
            one.data
            for one in (self.ticket_low, self.ticket_typical, field)
            if one.data is not None
        ]
        if known != sorted(known):
            raise ValidationError(_("From, typical and up to do not rise. Please look again."))

    def validate_currency(self, field: Any) -> None:
        amounts = (
            *(self.ticket_low.data, self.ticket_typical.data),
            *(self.ticket_high.data, self.ticket_total.data),
        )
        if not field.data and any(amount is not None for amount in amounts):
            raise ValidationError(_("Please choose the currency of the amounts."))


class ThesisForm(StepForm):
    thesis_en = prose(
        _l("Thesis in English"),
        description=_l(
            "What you believe in and what convinces you, for example “one-time cures of rare "
            "diseases, with human data”; teams read it."
        ),
    )
    thesis_zh = prose(_l("Thesis in Chinese"))
    value_en = prose(
        _l("Value beyond money, in English"),
        description=_l("For example clinical network in China, manufacturing, landing support."),
    )
    value_zh = prose(_l("Value beyond money, in Chinese"))
    team_en = prose(
        _l("What a team must have, in English"),
        description=_l("For example “a full-time chief executive with a track record”."),
    )
    team_zh = prose(_l("What a team must have, in Chinese"))
    rights_en = prose(
        _l("What you ask of IP and licences, in English"),
        description=_l("For example “owned by the company, no obligations to the university”."),
    )
    rights_zh = prose(_l("What you ask of IP and licences, in Chinese"))
    cda_stance = CodeField(
        _l("When you sign a CDA"),
        kind="cda_stance",
        description=_l("Teams plan what they show you by this."),
    )
    deals = prose(
        _l("Recent deals"),
        description=_l(
            "One a line, for example “LupuCAR, seed, 2025”. Organisers and the match read them, "
            "nobody else."
        ),
    )


class DelegatesForm(StepForm):
    languages = CheckField(
        _l("Languages of the meetings"),
        kind="language",
        description=_l(
            "In which a delegate can talk without an interpreter, for example English and Chinese."
        ),
    )
    min_meetings = IntegerField(_l("At least"), [Optional(), NumberRange(0, 99)])
    max_meetings = IntegerField(_l("At most"), [Optional(), NumberRange(0, 99)])

    def validate_max_meetings(self, field: Any) -> None:
        low = self.min_meetings.data
        if field.data is not None and low is not None and field.data < low:
            raise ValidationError(_("At most is less than at least."))


MANDATE_STEPS: dict[str, tuple[Any, type[StepForm] | None]] = {
    "firm": (_l("Firm"), FirmForm),
    "looks": (_l("What you look for"), LooksForm),
    "limits": (_l("Hard limits"), LimitsForm),
    "ticket": (_l("Money"), TicketForm),
    "thesis": (_l("Thesis"), ThesisForm),
    "delegates": (_l("Delegates and capacity"), DelegatesForm),
    "review": (_l("Check and hand in"), None),
}
