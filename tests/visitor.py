"""Somebody at a browser without JavaScript: opens pages, fills forms, presses buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit


@dataclass
class Form:
    """A form as it stands in a page: what would be sent if nobody touched it."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """(words, name, value)"""


class _Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._by_id: dict[str, Form] = {}
        self._open: Form | None = None
        self._select: tuple[Form, str] | None = None
        self._first: str | None = None
        self._several = False
        self._area: tuple[Form, str] | None = None
        self._text: list[str] | None = None
        self._button: tuple[Form, str, str] | None = None
        self._href = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
            if "id" in given:
                self._by_id[given["id"]] = self._open
        elif tag == "a" and "href" in given:
            self._href, self._text = given["href"], []
        form = self._by_id.get(given["form"]) if "form" in given else self._open
        if form is None or "disabled" in given:
            return
        name = given.get("name", "")
        if tag == "input":
            self._input(form, name, given)
        elif tag == "select" and name:
            self._select, self._first, self._several = (form, name), None, "multiple" in given
            form.names.add(name)
        elif tag == "option" and self._select is not None:
            self._option(given)
        elif tag == "textarea" and name:
            self._area, self._text = (form, name), []
            form.names.add(name)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._button, self._text = (form, name, given.get("value", "")), []

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        if kind == "submit":
            form.buttons.append((given.get("value", ""), name, given.get("value", "")))
        if not name or kind in ("submit", "button", "file", "reset"):
            return
        form.names.add(name)
        if kind in ("checkbox", "radio"):
            if "checked" in given:
                form.values.setdefault(name, []).append(given.get("value", "on"))
            return
        form.values.setdefault(name, []).append(given.get("value", ""))

    def _option(self, given: dict[str, str]) -> None:
        assert self._select is not None
        form, name = self._select
        if self._first is None:
            self._first = given.get("value", "")
        if "selected" in given:
            form.values.setdefault(name, []).append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select" and self._select is not None:
            form, name = self._select
            if name not in form.values and self._first is not None and not self._several:
                form.values[name] = [self._first]
            self._select = None
        elif tag == "textarea" and self._area is not None:
            form, name = self._area
            form.values[name] = ["".join(self._text or []).removeprefix("\n")]
            self._area = self._text = None
        elif tag == "button" and self._button is not None:
            form, name, value = self._button
            form.buttons.append((" ".join("".join(self._text or []).split()), name, value))
            self._button = self._text = None
        elif tag == "a" and self._href:
            self.links.append((" ".join("".join(self._text or []).split()), self._href))
            self._href, self._text = "", None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)


class Visitor:
    """Follows redirects, keeps cookies and the page it is on."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.answer: Any = None
        self.path = "/"

    def open(self, path: str) -> Visitor:
        """Go to an address (or a link of this page)."""
        return self._now(self.client.get(self._to(path)))

    @property
    def html(self) -> str:
        return str(self.answer.text)

    @property
    def text(self) -> str:
        """The words of the page."""
        body = re.sub(r"<(script|style|template)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return " ".join(re.sub(r"<[^>]+>", " ", body).split())

    @property
    def status(self) -> int:
        return int(self.answer.status_code)

    def link(self, words: str) -> str:
        """The address behind a link with these words."""
        found = [href for text, href in _Forms(self.html).links if words in text]
        assert found, f"no link {words!r} on {self.path}: {_Forms(self.html).links}"
        return found[0]

    def follow(self, words: str) -> Visitor:
        return self.open(self.link(words))

    def has_button(self, words: str) -> bool:
        return any(words in one for form in _Forms(self.html).forms for one, _, _ in form.buttons)

    def form(self, words: str) -> Form:
        """The form that has a button with these words, as it would be sent."""
        forms = _Forms(self.html).forms
        return next(form for form in forms if any(words in one for one, _, _ in form.buttons))

    def press(self, words: str, *, within: str = "", **values: Any) -> Visitor:
        """Fill the form that has this button and press it; ``within``: its address contains this.

        A value may be a text, a list of texts, or None to leave the field out.
        """
        found = [
            (form, button)
            for form in _Forms(self.html).forms
            for button in form.buttons
            if words in button[0]
            and within in (form.action or self.path)
            and set(values) <= form.names
        ]
        assert found, f"no button {words!r} on {self.path} ({self.status}): {self.buttons()}"
        form, (_, name, value) = found[0]
        sent = {key: list(one) for key, one in form.values.items()}
        for key, one in values.items():
            sent[key] = [] if one is None else one if isinstance(one, list) else [str(one)]
        if name:
            sent[name] = [value]
        to = self._to(form.action or self.path)
        if form.method == "get":
            return self._now(self.client.get(to, query_string=sent))
        return self._now(self.client.post(to, data=sent, headers={"Referer": self._here()}))

    def buttons(self) -> list[tuple[str, str, list[str]]]:
        """What can be pressed here: words, address, fields."""
        return [
            (button[0], form.action or self.path, sorted(form.names))
            for form in _Forms(self.html).forms
            for button in form.buttons
        ]

    def _to(self, path: str) -> str:
        parts = urlsplit(urljoin(self._here(), path))
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def _here(self) -> str:
        return f"http://localhost{self.path}"

    def _now(self, answer: Any) -> Visitor:
        for _ in range(8):
            if answer.status_code not in (301, 302, 303, 307, 308):
                break
            self.path = self._to(answer.headers["Location"])
            answer = self.client.get(self.path)
        self.answer = answer
        self.path = answer.request.path + (
            f"?{answer.request.query_string.decode()}" if answer.request.query_string else ""
        )
        assert answer.status_code < 500, f"{answer.status_code} on {self.path}"
        return self
