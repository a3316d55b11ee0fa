"""The steps of a project's form: one subject each, few answers required."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, ValidationError
from wtforms.validators import Optional

from matchmaker.web.profile.inputs import (
    CheckField,
    CodeField,
    CountryField,
    CurrencyField,
    LevelField,
    LinesField,
    MoneyField,
    YesNoField,
    agrees_with_currency,
    line,
    prose,
    web_address,
)
from matchmaker.web.profile.step import StepForm
from matchmaker.web.trees import TreeField


class BasicsForm(StepForm):
    title_en = line(
        _l("Title in English"),
        200,
        description=_l("What it is and for whom, for example “Allogeneic CAR-T cells for lupus”."),
    )
    title_zh = line(_l("Title in Chinese"), 200)
    short_name = line(
        _l("Short name"), 60, description=_l("For badges and table cards, for example “LupuCAR”.")
    )
    body_name_en = line(
        _l("Organisation in English"),
        200,
        description=_l(
            "The university, hospital, institute or company behind the project, for example "
            "“Charité”."
        ),
    )
    body_name_zh = line(_l("Organisation in Chinese"), 200)
    body_kind = CodeField(
        _l("Kind of organisation"),
        kind="institution",
        description=_l(
            "Some investors fund companies only, others begin with a hospital or an institute."
        ),
    )
    body_country = CountryField(
        _l("Country or region"), description=_l("Investors say where a team may come from.")
    )
    body_city_en = line(
        _l("City in English"),
        80,
        description=_l("It stands beside the country, for example “Groningen”."),
    )
    body_city_zh = line(_l("City in Chinese"), 80)
    body_region = line(
        _l("Province or state"),
        80,
        description=_l("Some investors look for it, for example “Jiangsu” or “Bavaria”."),
    )
    website = line(
        _l("Project website"),
        300,
        web_address,
        description=_l("What investors look up first, for example https://example.org/lupucar"),
    )

    def validate_title_en(self, field: Any) -> None:
        if not field.data and not self.title_zh.data:
            raise ValidationError(_("Please give a title in one of the two languages."))

    def validate_body_name_en(self, field: Any) -> None:
        if not field.data and not self.body_name_zh.data:
            raise ValidationError(_("Please name the organisation in one of the two languages."))


class FieldForm(StepForm):
    fields = TreeField(
        _l("Core fields"),
        description=_l(
            "What the project is: modality, indication, technology, for example “CAR-T” and "
            "“Lupus”. Two to four say most. Type in English or Chinese."
        ),
    )
    also_fields = TreeField(
        _l("Also touches"),
        description=_l(
            "What it touches besides, for example “Cell manufacturing”; it counts less than the "
            "core."
        ),
    )
    stage = CodeField(
        _l("Stage"),
        kind="stage",
        description=_l(
            "The furthest step that has been reached, not the next one: for example “Preclinical” "
            "while the IND is being written."
        ),
    )
    trl = LevelField(
        _l("Technology readiness level"),
        description=_l(
            "Often easier to say than a clinical stage, for devices and platforms: for example 6 "
            "for a prototype that was used in a clinic."
        ),
    )


class SummaryForm(StepForm):
    pitch_en = line(
        _l("Pitch in English"),
        300,
        counted=True,
        description=_l(
            "One sentence that a person in another field understands, for example “Off-the-shelf "
            "cells that reset immunity in lupus”."
        ),
    )
    pitch_zh = line(_l("Pitch in Chinese"), 300, counted=True)
    summary_en = prose(
        _l("Summary in English"),
        description=_l(
            "Problem, approach, where you stand, in about 150 words; for example begin with who "
            "is ill and how many. Public: leave out sequences, structures and unpublished figures."
        ),
    )
    summary_zh = prose(_l("Summary in Chinese"))
    unmet_need_en = prose(
        _l("Unmet need, in English"),
        description=_l(
            "Who suffers, how many, what they have today, for example “one in five reaches kidney "
            "failure within ten years”."
        ),
    )
    unmet_need_zh = prose(_l("Unmet need, in Chinese"))
    differentiation_en = prose(
        _l("What is different, in English"),
        description=_l(
            "Against the standard of care and the nearest competitors, for example “one infusion "
            "instead of one a month”."
        ),
    )
    differentiation_zh = prose(_l("What is different, in Chinese"))
    standard_en = prose(
        _l("Standard of care, in English"),
        description=_l("What patients get today, for example “Belimumab on top of steroids”."),
    )
    standard_zh = prose(_l("Standard of care, in Chinese"))
    competitors_en = prose(
        _l("Competitors, in English"),
        description=_l("By name and stage, for example “KYV-101, autologous, phase II”."),
    )
    competitors_zh = prose(_l("Competitors, in Chinese"))
    evidence = CheckField(
        _l("Evidence so far"),
        kind="evidence",
        description=_l(
            "Tick what you have data for, published or not: it says how far the idea was tested."
        ),
    )
    publications = prose(
        _l("Publications"),
        description=_l(
            "What is public already: titles, DOIs, posters, one a line, for example “ASH 2026, "
            "poster 412”."
        ),
    )
    trial = line(
        _l("Trial registration"),
        120,
        description=_l("For example NCT05930314, ChiCTR2300069999 or CTR20231234."),
    )


class MoneyForm(StepForm):
    round = CodeField(
        _l("Round"),
        kind="round",
        description=_l("Many funds invest in some rounds only; say the one you are raising now."),
    )
    amount = MoneyField(
        _l("Amount sought"),
        [agrees_with_currency],
        description=_l("In this round, for example 3,000,000 or 3M or 2000万."),
    )
    currency = CurrencyField(_l("Currency"))
    raised = MoneyField(
        _l("Raised so far"),
        [agrees_with_currency],
        description=_l(
            "Grants and equity together, in the same currency, for example 1.2M or 800万."
        ),
    )
    grants = MoneyField(
        _l("Of it, grants"),
        [agrees_with_currency],
        description=_l("Money that took no shares, for example 800,000."),
    )
    instruments = CheckField(
        _l("What you offer"),
        kind="instrument",
        description=_l(
            "Tick every form in which you would take money; investors are matched by it too."
        ),
    )
    seeking_en = prose(
        _l("What you look for, in English"),
        description=_l(
            "Besides money, for example “a licence partner for Greater China” or “a GMP site near "
            "Shanghai”."
        ),
    )
    seeking_zh = prose(_l("What you look for, in Chinese"))
    partners = CheckField(
        _l("Partners you look for"),
        kind="partner",
        description=_l("Who else could help you; participants read it and may know somebody."),
    )
    rights_en = prose(
        _l("Rights that are free, in English"),
        description=_l("Territories and uses, for example “Greater China, all indications”."),
    )
    rights_zh = prose(_l("Rights that are free, in Chinese"))
    use_of_funds_en = prose(
        _l("Use of funds, in English"),
        description=_l("What the money buys, for example “IND filing in 14 months”."),
    )
    use_of_funds_zh = prose(_l("Use of funds, in Chinese"))

    def validate_currency(self, field: Any) -> None:
        amounts = (self.amount.data, self.raised.data, self.grants.data)
        if not field.data and any(amount is not None for amount in amounts):
            raise ValidationError(_("Please choose the currency of the amounts."))


class PlansForm(StepForm):
    ip_states = CheckField(
        _l("Patents"),
        kind="ip",
        description=_l("Tick what is true of any of your patents; the next answer says of which."),
    )
    ip_en = prose(
        _l("Intellectual property, in English"),
        description=_l(
            "Filed or granted, where, who owns it, freedom to operate, for example “PCT filed in "
            "2024 by the university, exclusive option”. No claims before filing."
        ),
    )
    ip_zh = prose(_l("Intellectual property, in Chinese"))
    regulatory_en = prose(
        _l("Regulatory path, in English"),
        description=_l("For example “CE class IIa in 2026, NMPA class III after local trial”."),
    )
    regulatory_zh = prose(_l("Regulatory path, in Chinese"))
    milestone_en = line(
        _l("Next milestone, in English"),
        400,
        description=_l("For example “First patient dosed in the phase I trial”."),
    )
    milestone_zh = line(_l("Next milestone, in Chinese"), 400)
    milestone_on = DateField(
        _l("When it is expected"),
        [Optional()],
        description=_l(
            "Investors plan their own steps by it; near enough will do, for example the last day "
            "of the month."
        ),
    )
    company_formed = YesNoField(
        _l("Is there a company already?"),
        description=_l(
            "Some investors buy shares of a company that exists, others help to found one."
        ),
    )
    video = line(
        _l("Address of a video"),
        300,
        web_address,
        description=_l("Participants can open it, for example two minutes on Vimeo or Bilibili."),
    )


class TeamForm(StepForm):
    languages = CheckField(
        _l("Languages of the meetings"),
        kind="language",
        description=_l(
            "In which the team can talk about the project without an interpreter, for example "
            "Chinese and English."
        ),
    )
    needs_interpreter = BooleanField(
        _l("We would like an interpreter"),
        description=_l("The organisers book interpreters by this."),
    )
    advisors_en = prose(
        _l("Advisers, in English"),
        description=_l("Who advises you, for example “Prof. Weber, former head of the FDA panel”."),
    )
    advisors_zh = prose(_l("Advisers, in Chinese"))
    avoids = LinesField(
        _l("Investors you must not meet"),
        description=_l(
            "Owners of a competitor, for example “Northlight Ventures”. Each becomes a “no "
            "thanks” that only the organisers see. One a line."
        ),
    )


class ConfidentialForm(StepForm):
    confidential_summary_en = prose(
        _l("Confidential summary in English"),
        description=_l(
            "What convinces an expert, for example unpublished figures of dose and response."
        ),
    )
    confidential_summary_zh = prose(_l("Confidential summary in Chinese"))
    mechanism = prose(
        _l("Target and mechanism of action"),
        description=_l(
            "In the detail that an expert needs for a first judgement, for example “tandem scFv "
            "against CD19 and BCMA, 4-1BB”."
        ),
    )
    valuation = MoneyField(
        _l("Pre-money valuation"),
        description=_l("In the currency of the amount sought, for example 20M or 1.5亿."),
    )
    cap_table = prose(
        _l("Who owns what"),
        description=_l(
            "Founders, institutions, funds, options, for example “founders 60 %, university 15 %, "
            "seed fund 25 %”."
        ),
    )
    data_room = line(
        _l("Address of the data room"),
        300,
        web_address,
        description=_l(
            "You still decide whom you let in, for example https://rooms.example.org/lupucar"
        ),
    )


PROJECT_STEPS: dict[str, tuple[Any, type[StepForm] | None]] = {
    "basics": (_l("Basics"), BasicsForm),
    "field": (_l("Field and stage"), FieldForm),
    "summary": (_l("Summary"), SummaryForm),
    "money": (_l("Money"), MoneyForm),
    "plans": (_l("IP and plans"), PlansForm),
    "team": (_l("Team"), TeamForm),
    "confidential": (_l("After a CDA"), ConfidentialForm),
    "files": (_l("Deck and files"), None),
    "review": (_l("Check and hand in"), None),
}
