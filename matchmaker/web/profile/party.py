"""A project or an investor behind one and the same form: what differs between them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from matchmaker.core.policy import Action, may
from matchmaker.services import profile
from matchmaker.services.files import files_of
from matchmaker.services.profile.freezing import frozen_names
from matchmaker.services.profile.leaking import PUBLIC_TEXTS
from matchmaker.services.profile.suggesting import Suggestion, suggested
from matchmaker.services.profile.values import CONFIDENTIAL
from matchmaker.store.disputed import DisputedAnswer
from matchmaker.store.profile import Investor, Project
from matchmaker.web.profile.limits import rule_words
from matchmaker.web.profile.mandate_steps import MANDATE_STEPS
from matchmaker.web.profile.project_steps import PROJECT_STEPS
from matchmaker.web.profile.step import StepForm

BODY = "body_"
LANGUAGES = ("en", "zh")
Half = tuple[str, str, str]
"""(step, field that is empty, its question)"""
Gap = tuple[str, str, str]
"""(step, field, sentence)"""


class Party(ABC):
    """Reads and writes one party's draft for the pages."""

    kind: str
    steps: Mapping[str, tuple[Any, type[StepForm] | None]]
    people: Any
    files: Any = ()

    def __init__(self, thing: Project | Investor) -> None:
        self.thing: Any = thing
        self.draft: Any = self.find_draft()

    @abstractmethod
    def find_draft(self) -> Any:
        """Return the draft that the pages read and write."""

    @property
    def own(self) -> bool:
        """Whether the viewer is one of the party's people; otherwise they write on its behalf."""
        return self.thing.id in g.viewer.projects | g.viewer.investors

    @property
    def edits(self) -> bool:
        """Whether the viewer may write for the party."""
        return bool(may(g.viewer, Action(f"edit_{self.kind}"), self.thing))

    @property
    def leads(self) -> bool:
        """Whether the viewer may decide who does what for the party."""
        return bool(may(g.viewer, Action(f"lead_{self.kind}"), self.thing))

    def halves(self) -> list[Half]:
        """Return the texts that stand in one of the two languages only."""
        values, found = self.values(), []
        for step in self.open_steps():
            made = self.steps[step][1]
            for name in _field_names(made) if made is not None else ():
                twin = f"{name[:-3]}_zh"
                if not name.endswith("_en") or twin not in values:
                    continue
                if bool(values.get(name)) != bool(values[twin]):
                    missing = twin if values.get(name) else name
                    found.append((step, missing, str(getattr(made, missing).args[0])))
        return found

    def values(self) -> dict[str, Any]:
        """Return everything the viewer may edit, under the names of the form's fields."""
        body = self.thing.organisation
        names = ("name_en", "name_zh", "kind", "country", "region", "city_en", "city_zh", "website")
        return {**self.own_values(), **{BODY + name: getattr(body, name) for name in names}}

    @abstractmethod
    def own_values(self) -> dict[str, Any]:
        """Return the draft's answers under the names of the form's fields."""

    def save(self, values: Mapping[str, Any], revision: int) -> None:
        """Write the values of a step to the draft and to the body."""
        body = {
            name.removeprefix(BODY): one for name, one in values.items() if name.startswith(BODY)
        }
        own = {name: one for name, one in values.items() if not name.startswith(BODY)}
        if body:
            if body.get("kind", "x") is None:
                del body["kind"]
            profile.save_organisation(g.session(), self.thing, body, actor=g.account, now=g.now)
        if own:
            self.save_own(own, revision)

    @abstractmethod
    def save_own(self, values: Mapping[str, Any], revision: int) -> None:
        """Write answers to the draft, if it still has that revision."""

    def form(self, key: str) -> StepForm:
        """Return the step's form: what was sent, or what stands in the draft."""
        made = self.steps[key][1]
        if made is None:
            raise LookupError(key)
        values = self.values()
        form = made(data=values)
        form.freeze(self.frozen, values)
        return form

    @cached_property
    def frozen(self) -> frozenset[str]:
        """The fields that the viewer can no longer change."""
        return frozen_names(g.session(), self.thing, actor=g.account, now=g.now)

    @cached_property
    def disputed(self) -> dict[str, dict[str, DisputedAnswer]]:
        """The viewer's own texts that wait to be compared, by step and answer."""
        found: dict[str, dict[str, DisputedAnswer]] = {}
        for row in profile.disputed_of(g.session(), self.thing, actor=g.account):
            if row.step in self.open_steps():
                found.setdefault(row.step, {})[row.answer] = row
        return found

    def url(self, endpoint: str, **values: Any) -> str:
        values[f"{self.kind}_id"] = self.thing.id
        return url_for(f"profile.{endpoint}_{self.kind}", slug=g.roadshow.slug, **values)

    def open_steps(self) -> list[str]:
        return list(self.steps)

    @abstractmethod
    def texts(self) -> list[str]:
        """Return what was written so far for others to read; nothing that a CDA protects."""

    def spoken_of(self, step: str) -> list[Suggestion]:
        """Return the fields that the texts speak of, where a step asks for fields."""
        if step not in ("field", "looks") or "fields" in self.frozen:
            return []
        return suggested(self.texts(), [row.code for row in self.draft.fields])

    @abstractmethod
    def needed(self) -> list[Gap]:
        """What must still be said before handing in."""

    @abstractmethod
    def useful(self) -> list[Gap]:
        """What would help others to find the party."""

    def progress(self, current: str) -> list[dict[str, Any]]:
        """Return the steps as ``macros/steps.html`` wants them."""
        values, wrong = self.values(), {step for step, _field, _why in self.needed()}
        return [
            {
                "label": self.steps[key][0],
                "url": self.url("edit", step=key),
                "current": key == current,
                "done": key not in wrong and self.answered(key, values),
                "wrong": key in self.disputed or (key in wrong and self.answered(key, values)),
            }
            for key in self.open_steps()
        ]

    def answered(self, key: str, values: Mapping[str, Any]) -> bool:
        made = self.steps[key][1]
        if made is None:
            return False
        names = [name for name in _field_names(made) if name not in _PRESET]
        return any(values.get(name) not in (None, "", [], False) for name in names)


class ProjectParty(Party):
    kind = "project"
    steps = PROJECT_STEPS

    def __init__(self, thing: Project) -> None:
        self.confidential = bool(may(g.viewer, Action.SEE_CONFIDENTIAL, thing))
        super().__init__(thing)

    def find_draft(self) -> Any:
        return profile.project_draft(g.session(), self.thing)

    @cached_property
    def files(self) -> list[Any]:
        """The files of the project that the viewer may know of."""
        found = files_of(g.session(), self.thing)
        return [one for one in found if one.tier != "cda" or self.confidential]

    def answered(self, key: str, values: Mapping[str, Any]) -> bool:
        return bool(self.files) if key == "files" else super().answered(key, values)

    def own_values(self) -> dict[str, Any]:
        return profile.project_values(self.draft, confidential=self.confidential)

    def save_own(self, values: Mapping[str, Any], revision: int) -> None:
        kept = {
            name: one
            for name, one in values.items()
            if self.confidential or name not in CONFIDENTIAL
        }
        profile.save_project(
            g.session(), self.thing, kept, revision=revision, actor=g.account, now=g.now
        )

    def open_steps(self) -> list[str]:
        return [key for key in self.steps if key != "confidential" or self.confidential]

    def people(self) -> list[Any]:
        return profile.team_of(g.session(), self.thing)

    def texts(self) -> list[str]:
        draft = self.draft
        rows = ((draft, PUBLIC_TEXTS), (draft.registered, ("unmet_need", "differentiation")))
        return [
            getattr(row, f"{name}_{code}")
            for row, names in rows
            for name in names
            for code in LANGUAGES
        ]

    def needed(self) -> list[Gap]:
        draft, body = self.draft, self.thing.organisation
        rows = [
            (draft.title_en or draft.title_zh, "basics", "title_en", _("a title")),
            (body.name_en or body.name_zh, "basics", "body_name_en", _("the organisation")),
            (draft.fields, "field", "fields", _("at least one field")),
            (draft.pitch_en or draft.pitch_zh, "summary", "pitch_en", _("a pitch in one sentence")),
        ]
        return [(step, field, words) for said, step, field, words in rows if not said]

    def useful(self) -> list[Gap]:
        draft, body, registered = self.draft, self.thing.organisation, self.draft.registered
        rows = [
            (body.country, "basics", "body_country", _("the country")),
            (draft.stage or draft.trl, "field", "stage", _("the stage or the TRL")),
            (draft.summary_en or draft.summary_zh, "summary", "summary_en", _("a summary")),
            (registered.amount is not None, "money", "amount", _("the amount sought")),
            (registered.instruments, "money", "instruments", _("what you offer")),
            (draft.languages, "team", "languages", _("the languages of the meetings")),
            (
                draft.title_en and draft.title_zh,
                "basics",
                "title_en",
                _("the title in both languages"),
            ),
            (
                (draft.pitch_en and draft.pitch_zh) or not (draft.pitch_en or draft.pitch_zh),
                "summary",
                "pitch_en",
                _("the pitch in both languages"),
            ),
        ]
        return [(step, field, words) for said, step, field, words in rows if not said]


class InvestorParty(Party):
    kind = "investor"
    steps = MANDATE_STEPS

    def find_draft(self) -> Any:
        return profile.mandate_draft(g.session(), self.thing)

    def own_values(self) -> dict[str, Any]:
        values = profile.mandate_values(self.draft, terms=True)
        if self.frozen and (newest := profile.current_mandate(self.thing)) is not None:
            stood = profile.mandate_values(newest, terms=True)
            values |= {name: one for name, one in stood.items() if name in self.frozen}
        rules = [
            dict(zip(("what", "unless"), rule_words(rule), strict=True))
            for rule in values["exclusions"]
        ]
        return {
            **values,
            "exclusions": rules,
            "min_meetings": self.thing.min_meetings,
            "max_meetings": self.thing.max_meetings,
            "visibility": self.thing.visibility.value,
        }

    def save_own(self, values: Mapping[str, Any], revision: int) -> None:
        profile.save_mandate(
            g.session(), self.thing, values, revision=revision, actor=g.account, now=g.now
        )

    def people(self) -> list[Any]:
        return profile.delegates_of(g.session(), self.thing)

    def texts(self) -> list[str]:
        draft = self.draft
        told = [
            getattr(draft, f"{name}_{code}") for name in ("thesis", "value") for code in LANGUAGES
        ]
        return [*told, draft.terms.deals]

    def needed(self) -> list[Gap]:
        body = self.thing.organisation
        rows = [
            (body.name_en or body.name_zh, "firm", "body_name_en", _("the firm's name")),
            (self.draft.fields, "looks", "fields", _("at least one field")),
        ]
        return [(step, field, words) for said, step, field, words in rows if not said]

    def useful(self) -> list[Gap]:
        draft = self.draft
        ticket = draft.ticket_low or draft.ticket_typical or draft.ticket_high
        rows = [
            (draft.stages or draft.trl_min, "looks", "stages", _("the stages")),
            (draft.countries, "looks", "countries", _("the countries")),
            (ticket, "ticket", "ticket_low", _("the ticket")),
            (draft.instruments, "ticket", "instruments", _("the instruments")),
            (draft.thesis_en or draft.thesis_zh, "thesis", "thesis_en", _("the thesis")),
            (draft.languages, "delegates", "languages", _("the languages of the meetings")),
        ]
        return [(step, field, words) for said, step, field, words in rows if not said]


_PRESET = ("currency", "body_kind", "visibility", "revision", "csrf_token")


def _field_names(made: type[StepForm]) -> list[str]:
    return [name for name in dir(made) if hasattr(getattr(made, name), "field_class")]
