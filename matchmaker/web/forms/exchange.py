"""Forms for spreadsheets in and out, and the words for their columns."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileSize
from wtforms import BooleanField, RadioField, SelectField, TextAreaField

KINDS = {
    "projects": _l("Projects"),
    "investors": _l("Investors"),
    "slots": _l("Slots"),
    "tables": _l("Tables"),
}
EXISTING = {
    "skip": _l("Leave what is there as it is"),
    "update": _l("Bring what is there up to date"),
    "refuse": _l("Import nothing if anything is there already"),
}
COLUMNS = {
    "code": _l("Code"),
    "title_en": _l("Title in English"),
    "title_zh": _l("Title in Chinese"),
    "short_name": _l("Short name"),
    "organisation_en": _l("Organisation in English"),
    "organisation_zh": _l("Organisation in Chinese"),
    "name_en": _l("Name in English"),
    "name_zh": _l("Name in Chinese"),
    "name": _l("Name"),
    "kind": _l("Kind of organisation"),
    "country": _l("Country"),
    "region": _l("Region"),
    "city_en": _l("City in English"),
    "city_zh": _l("City in Chinese"),
    "website": _l("Website"),
    "fields": _l("Fields"),
    "also_fields": _l("Secondary fields"),
    "stage": _l("Clinical stage"),
    "trl": _l("TRL"),
    "round": _l("Round"),
    "amount": _l("Amount sought"),
    "raised": _l("Raised so far"),
    "currency": _l("Currency"),
    "instruments": _l("Instruments"),
    "languages": _l("Languages"),
    "pitch_en": _l("One-line pitch in English"),
    "pitch_zh": _l("One-line pitch in Chinese"),
    "summary_en": _l("Summary in English"),
    "summary_zh": _l("Summary in Chinese"),
    "seeking_en": _l("What is sought, in English"),
    "seeking_zh": _l("What is sought, in Chinese"),
    "use_of_funds_en": _l("Use of funds in English"),
    "use_of_funds_zh": _l("Use of funds in Chinese"),
    "unmet_need_en": _l("Unmet need in English"),
    "unmet_need_zh": _l("Unmet need in Chinese"),
    "differentiation_en": _l("Differentiation in English"),
    "differentiation_zh": _l("Differentiation in Chinese"),
    "evidence": _l("Evidence"),
    "regulatory_en": _l("Regulatory path in English"),
    "regulatory_zh": _l("Regulatory path in Chinese"),
    "ip_en": _l("Intellectual property in English"),
    "ip_zh": _l("Intellectual property in Chinese"),
    "milestone_en": _l("Next milestone in English"),
    "milestone_zh": _l("Next milestone in Chinese"),
    "milestone_on": _l("Date of the next milestone"),
    "company_formed": _l("Company formed"),
    "needs_interpreter": _l("Needs an interpreter"),
    "video": _l("Video"),
    "confidential_summary_en": _l("Confidential summary in English"),
    "confidential_summary_zh": _l("Confidential summary in Chinese"),
    "mechanism": _l("Mechanism of action (confidential)"),
    "valuation": _l("Valuation (confidential)"),
    "cap_table": _l("Shareholders (confidential)"),
    "data_room": _l("Data room (confidential)"),
    "contact_name_en": _l("Contact's name in English"),
    "contact_name_zh": _l("Contact's name in Chinese"),
    "contact_title_en": _l("Contact's position in English"),
    "contact_title_zh": _l("Contact's position in Chinese"),
    "contact_email": _l("Contact's e-mail"),
    "contact_languages": _l("Contact's languages"),
    "colleagues": _l("Other people"),
    "countries": _l("Countries of interest"),
    "regions": _l("Regions of interest"),
    "kinds": _l("Kinds of organisation of interest"),
    "stages": _l("Clinical stages of interest"),
    "rounds": _l("Rounds of interest"),
    "trl_min": _l("Lowest TRL"),
    "trl_max": _l("Highest TRL"),
    "ticket": _l("Ticket, as a range"),
    "ticket_low": _l("Ticket, least"),
    "ticket_typical": _l("Ticket, typical"),
    "ticket_high": _l("Ticket, most"),
    "lead": _l("Lead or follow"),
    "thesis_en": _l("Thesis in English"),
    "thesis_zh": _l("Thesis in Chinese"),
    "value_en": _l("Value beyond money, in English"),
    "value_zh": _l("Value beyond money, in Chinese"),
    "exclude": _l("Exclusions"),
    "only": _l("Hard limits"),
    "conflicts": _l("Conflicts of interest"),
    "hard_nos_en": _l("Hard no's in English"),
    "hard_nos_zh": _l("Hard no's in Chinese"),
    "deals": _l("Past deals"),
    "min_meetings": _l("Least meetings"),
    "max_meetings": _l("Most meetings"),
    "grants": _l("Grants received"),
    "partners": _l("Partners sought"),
    "ip_states": _l("Patents"),
    "rights_en": _l("Rights in English"),
    "rights_zh": _l("Rights in Chinese"),
    "standard_en": _l("Standard of care in English"),
    "standard_zh": _l("Standard of care in Chinese"),
    "competitors_en": _l("Competitors in English"),
    "competitors_zh": _l("Competitors in Chinese"),
    "advisors_en": _l("Advisers in English"),
    "advisors_zh": _l("Advisers in Chinese"),
    "publications": _l("Publications"),
    "trial": _l("Trial registration"),
    "avoids": _l("Investors to avoid"),
    "ticket_total": _l("Ticket in total"),
    "landing": _l("Local landing"),
    "landing_en": _l("Terms of landing in English"),
    "landing_zh": _l("Terms of landing in Chinese"),
    "board": _l("Board"),
    "team_en": _l("Requirements of the team in English"),
    "team_zh": _l("Requirements of the team in Chinese"),
    "cda_stance": _l("CDA policy"),
    "assets": _l("Assets under management"),
    "vintage": _l("Year of the fund"),
    "fund_currencies": _l("Currencies of the fund"),
    "deals_per_year": _l("Investments in a year"),
    "day": _l("Day"),
    "starts_at": _l("Start"),
    "ends_at": _l("End"),
    "minutes": _l("Minutes"),
    "room_en": _l("Room in English"),
    "room_zh": _l("Room in Chinese"),
    "seats": _l("Seats"),
    "home_of": _l("Kept for project"),
}
PROBLEMS = {
    "no-column": _l("No column says this. Choose the heading that does."),
    "missing": _l("This must not be empty."),
    "unknown-word": _l("This word is not known here. Say what it means, or ignore it."),
    "too-long": _l("This has %(length)s characters; at most %(limit)s fit."),
    "not-an-amount": _l("This is not an amount of money."),
    "failed-formula": _l("The spreadsheet has an error here; the cell is read as empty."),
    "uncounted-formula": _l(
        "This is a formula without a result. Write the result here, or open the workbook where it"
        " was made, save it, and send it again."
    ),
    "small-amounts": _l(
        "No amount is above %(most)s. If the numbers are thousands or millions, say so beside this"
        " heading in the step before."
    ),
    "negative": _l("This is negative."),
    "too-much": _l("This is more money than can be meant."),
    "not-a-whole-number": _l("This is not a whole number."),
    "out-of-range": _l("This is not between %(low)s and %(high)s."),
    "not-a-range": _l("This is not a range such as 4-7."),
    "not-a-day": _l("This day cannot be told for certain. Write 2026-09-12."),
    "not-a-moment": _l("This is not a day with a time. Write 2026-09-12 09:00."),
    "not-yes-or-no": _l("This is neither yes nor no."),
    "unknown-currency": _l("This is not a currency."),
    "not-an-email": _l("This is not an e-mail address."),
    "not-an-address": _l("This is not a web address."),
    "two-currencies": _l("This is in %(own)s, but the row is in %(currency)s."),
    "not-in-order": _l("%(high)s is below %(low)s; the numbers must go up."),
    "not-whole-ticks": _l("A slot lasts a multiple of %(step)s minutes."),
    "spilled": _l("This stands to the right of the last heading."),
    "code-twice": _l("This code stands in row %(other)s already."),
    "looks-like": _l("This looks like row %(other)s."),
    "already-there": _l("This is in the roadshow already."),
    "unknown-project": _l("No project of this roadshow has this code."),
}
EXPORTS = {
    "projects": (_l("Projects"), _l("As last submitted; nothing that is confidential.")),
    "investors": (_l("Investors"), _l("Mandates as last submitted, with their hard limits.")),
    "matches": (_l("Matches"), _l("Every pair of the newest ranking, with its reasons.")),
    "pairings": (_l("Pairings"), _l("Who should meet, who should not, and why.")),
    "timetable": (_l("Timetable"), _l("All meetings, as a list, a grid to print, or a calendar.")),
    "cards": (_l("Table cards"), _l("A page for each table, to stand on it.")),
    "schedules": (_l("Personal timetables"), _l("A page for each person.")),
    "packs": (_l("Meeting packs"), _l("Both sides of each meeting, the reasons, room for notes.")),
    "slots": (_l("Slots"), _l("When meetings can be.")),
    "tables": (_l("Tables"), _l("Where meetings can be.")),
}
FACTORS = {
    "1": _l("as it stands"),
    "1000": _l("in thousands"),
    "10000": _l("in 万 (ten thousands)"),
    "1000000": _l("in millions"),
    "100000000": _l("in 亿 (hundred millions)"),
}
COMMON_CURRENCIES = ("USD", "EUR", "CNY", "GBP", "JPY", "CHF", "HKD", "SGD", "RUB", "KRW")


def pairs(words: Any) -> list[tuple[str, Any]]:
    """Return a table of words as the choices of a field."""
    return list(words.items())


class SendForm(FlaskForm):  # type: ignore[misc]
    kind = SelectField(_l("What the table holds"), choices=pairs(KINDS))
    file = FileField(
        _l("Spreadsheet"),
        [FileSize(20_000_000, message=_l("A file may have at most 20 MB."))],
        description=_l("CSV or XLSX with a heading for each column, in English or Chinese."),
    )
    text = TextAreaField(
        _l("Or paste the table here"),
        description=_l("Copy the cells in your spreadsheet program, headings included."),
    )


class SheetForm(FlaskForm):  # type: ignore[misc]
    sheet = SelectField(_l("Sheet"), validate_choice=False)


class ChoiceForm(FlaskForm):  # type: ignore[misc]
    existing = RadioField(
        _l("Rows that are in the roadshow already"), choices=pairs(EXISTING), default="skip"
    )
    selected = BooleanField(
        _l("These projects are selected"),
        description=_l("For a list that a committee has decided elsewhere."),
    )


class DoForm(FlaskForm):  # type: ignore[misc]
    """Nothing but the token: for a button."""
