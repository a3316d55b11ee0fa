"""Templates compile, say everything through gettext, carry no inline code, and can be reached."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from matchmaker.app import create_app
from matchmaker.paths import TEMPLATES
from matchmaker.settings import Settings

ALL = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
PAGES = [
    name
    for name in ALL
    if name.endswith(".html")
    and not name.startswith(("macros/", "base.html"))
    and not Path(name).name.startswith("_")
]
LETTERS = [n for n in ALL if n.startswith("mail/") and not Path(n).name.startswith("_")]
SAID_IN_BOTH_LANGUAGES = {"matchmaker", "English", "Esc", "PDF", "XLSX", "CSV", "ICS", "JSON"}
MOST_LINES = 150
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
NOT_SAID = re.compile(r"\{#.*?#\}|\{%-? (from|import|set|extends) .*?%\}", re.DOTALL)
BETWEEN_TAGS = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("pages")
    made = create_app(Settings(data_dir=folder, mail="memory", worker="outside"))
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.mark.parametrize("name", ALL)
def test_template_compiles(pages: Flask, name: str) -> None:
    assert pages.jinja_env.get_template(name).name == name


@pytest.mark.parametrize("name", PAGES)
def test_page_has_a_title_and_a_ground(name: str) -> None:
    text = read(name)

    assert re.search(r'\{% extends "(base|security/base|errors/_error)\.html" %\}', text)
    assert name == "security/base.html" or "{% block title %}" in text


@pytest.mark.parametrize("name", [name for name in ALL if name.endswith(".html")])
def test_template_carries_no_inline_style_or_script(name: str) -> None:
    template = Words()
    template.feed(JINJA.sub(" ", read(name)))

    assert [] == template.inline


@pytest.mark.parametrize("name", [name for name in ALL if name.endswith(".html")])
def test_template_says_everything_through_gettext(name: str) -> None:
    template = Words()
    template.feed(JINJA.sub(" ", read(name)))

    assert [] == [word for word in template.words if word not in SAID_IN_BOTH_LANGUAGES]


@pytest.mark.parametrize("name", ALL)
def test_template_is_short_enough_to_read(name: str) -> None:
    lines = read(name).count("\n")

    assert lines <= MOST_LINES or name == "macros/forms.html", f"{lines} lines"


@pytest.mark.parametrize("name", LETTERS)
def test_letter_has_a_subject_of_one_line(name: str) -> None:
    text = re.sub(
        r"\{#.*?#\}|\{% (from|import|set|extends) .*?%\}", "", read(name), flags=re.DOTALL
    )
    block = re.search(r"\{% block subject %\}(.*?)\{% endblock", text, re.DOTALL)
    subject = block.group(1) if block else text.strip().partition("\n")[0]

    assert subject.strip()
    assert "\n" not in subject


def test_every_page_that_code_renders_exists() -> None:
    code = "\n".join(
        path.read_text("utf-8") for path in Path(TEMPLATES.parent).glob("matchmaker/web/**/*.py")
    )
    named = set(re.findall(r"""render_template\(\s*["']([^"']+)["']""", code))

    assert [] == sorted(named - set(ALL))


class Example(FlaskForm):
    title = StringField("Title", [DataRequired(), Length(max=200)], description="As printed.")
    note = TextAreaField("Note", [Optional()])
    stage = SelectField(
        "Stage", [DataRequired()], choices=[SelectChoice("", "Choose"), SelectChoice("a", "A")]
    )
    kind = RadioField(
        "Kind", [DataRequired()], choices=[SelectChoice("u", "School"), SelectChoice("h", "Clinic")]
    )
    agreed = BooleanField("Agreed")


def draw(pages: Flask, source: str, **values: Any) -> Page:
    with pages.test_request_context("/", method="POST", data={"note": "<b>"}):
        form = Example()
        form.validate()
        page = Page()
        page.feed(render_template_string(source, form=form, **values))
        return page


FORMS = '{% from "macros/forms.html" import field, summary %}'


def test_field_says_hint_and_error_to_screen_readers(pages: Flask) -> None:
    page = draw(pages, FORMS + "{{ field(form.title) }}")

    box = page.by_id["title"]
    assert ("title-hint title-error", "true") == (box["aria-describedby"], box["aria-invalid"])
    assert {"title-hint", "title-error"} <= page.by_id.keys()


def test_only_what_is_optional_says_so(pages: Flask) -> None:
    assert "optional" in draw(pages, FORMS + "{{ field(form.note) }}").text
    assert "optional" not in draw(pages, FORMS + "{{ field(form.title) }}").text


def test_a_refused_form_loses_nothing_and_runs_nothing(pages: Flask) -> None:
    page = draw(pages, FORMS + "{{ field(form.note) }}")

    assert "<b>" in page.text
    assert "b" not in page.tags


def test_choices_share_one_legend_and_its_error(pages: Flask) -> None:
    page = draw(pages, FORMS + "{{ field(form.kind) }}")

    assert ("kind-error", 1) == (page.by_id["kind"]["aria-describedby"], page.tags.count("legend"))
    assert [] == page.unlabelled()


def test_summary_links_every_message_to_its_field(pages: Flask) -> None:
    page = draw(pages, FORMS + "{{ summary(form) }}{% for f in form %}{{ field(f) }}{% endfor %}")

    assert ["#title", "#stage", "#kind"] == page.links
    assert {link[1:] for link in page.links} <= page.by_id.keys()


CHARTS = '{% from "macros/charts.html" import bars, heatmap, meter %}'


def test_bars_show_sign_size_and_what_is_not_known(pages: Flask) -> None:
    items = [
        {"label": "Field", "contribution": 20.0, "text": "Yours"},
        {"label": "Ticket", "contribution": -5.0, "text": "Too big"},
        {"label": "Language", "contribution": None, "text": ""},
    ]
    page = draw(pages, CHARTS + "{{ bars(items, 'Why') }}", items=items)

    assert [("0", "50.0"), ("-12.5", "12.5")] == [
        (tag["x"], tag["width"]) for tag in page.all["rect"]
    ]
    assert all(text in page.text for text in ("+20.0", "−5.0", "not known"))


def test_unknown_score_is_no_zero(pages: Flask) -> None:
    page = draw(pages, CHARTS + "{{ meter(none) }}")

    assert ("–", 0) == (page.text.strip(), page.tags.count("rect"))


def test_heat_map_is_a_table_with_a_number_in_each_cell(pages: Flask) -> None:
    row, one, two = ({"id": name, "label": name.title()} for name in ("firm", "one", "two"))
    cells = {("firm", "one"): {"score": 99.9}, ("firm", "two"): {"score": 5, "excluded": True}}
    page = draw(
        pages,
        CHARTS + "{{ heatmap([row], columns, cells, 'Scores') }}",
        row=row,
        columns=[one, two],
        cells=cells,
    )

    assert ["s9", "sx"] == [tag["class"] for tag in page.all["td"]]
    assert ["col", "col", "col", "row"] == [tag["scope"] for tag in page.all["th"]]
    assert "100" in page.text


def test_progress_asks_again_only_while_work_goes_on(pages: Flask) -> None:
    source = '{% from "macros/progress.html" import progress %}{{ progress(job, "/jobs/1") }}'
    job = {"done": 1, "total": 4, "step": "Ranking", "left": None}

    going = draw(pages, source, job=job | {"state": "running"})
    over = draw(pages, source, job=job | {"state": "done"})

    assert ("every 1s", None) == (
        going.by_id["job"]["hx-trigger"],
        over.by_id["job"].get("hx-trigger"),
    )


def read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


class Words(HTMLParser):
    """Collects a template's own words (text, and attributes people see or hear) and inline code."""

    SEEN = ("title", "alt", "placeholder", "aria-label", "label")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inline: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += BETWEEN_TAGS.findall(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.inline.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
            if name in self.SEEN and value:
                self.words += BETWEEN_TAGS.findall(value)


class Page(HTMLParser):
    """What a rendered piece holds: tags, attributes by id, links, text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.all: dict[str, list[dict[str, str]]] = {}
        self.by_id: dict[str, dict[str, str]] = {}
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        self.all.setdefault(tag, []).append(values)
        if "id" in values:
            self.by_id[values["id"]] = values
        if tag == "a":
            self.links.append(values.get("href", ""))

    def handle_data(self, data: str) -> None:
        self.text += data

    def unlabelled(self) -> list[str]:
        labelled = {label.get("for") for label in self.all.get("label", [])}
        return [box["id"] for box in self.all.get("input", []) if box["id"] not in labelled]
