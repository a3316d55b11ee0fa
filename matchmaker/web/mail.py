"""Mail from templates: written for the receiver in their language, sent as the settings say."""

from __future__ import annotations

import smtplib
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Any

from flask import Flask, g, render_template
from flask_babel import force_locale

from matchmaker.settings import Settings
from matchmaker.store.journal import Mail
from matchmaker.web.text import LOCALES

BILINGUAL = ("invitation",)
"""Mails to people whose language nobody knows yet."""
RULE = "-" * 24
PATIENCE = 20  # seconds a mail server may take


def write(app: Flask, mail: Mail, shown: Mapping[str, Any]) -> EmailMessage:
    """Return the message: the template's first line is the subject, the rest the text."""
    settings: Settings = app.extensions["settings"]
    language = mail.locale if mail.locale in LOCALES else "en"
    subject, body = _text(app, mail, shown, language)
    if mail.template in BILINGUAL:
        other_subject, other = _text(app, mail, shown, "en" if language == "zh" else "zh")
        subject, body = f"{subject} | {other_subject}", f"{body}\n\n{RULE}\n\n{other}"
    message = EmailMessage()
    message["From"] = settings.mail_sender
    message["To"] = mail.to
    message["Subject"] = " ".join(subject.split())[:200]
    message["Date"] = format_datetime(mail.written_at)
    domain = parseaddr(settings.mail_sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{mail.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body + "\n")
    return message


def _text(app: Flask, mail: Mail, shown: Mapping[str, Any], language: str) -> tuple[str, str]:
    """Return the subject and the text in a language."""
    settings: Settings = app.extensions["settings"]
    with app.test_request_context(base_url=settings.public_url), force_locale(LOCALES[language]):
        g.locale, g.now = language, mail.written_at
        text = render_template(f"mail/{mail.template}.txt", **shown)
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip()


def send(app: Flask, settings: Settings, message: EmailMessage) -> None:
    """Hand the message over; raises what the mail server answers."""
    if settings.mail == "memory":
        app.extensions.setdefault("sent", []).append(message)
    elif settings.mail == "console":
        sys.stderr.write(f"{message}\n")
    elif settings.mail == "file":
        folder = settings.letter_dir
        folder.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        (folder / f"{name}.eml").write_bytes(message.as_bytes())
    else:
        _smtp(settings, message)


def _smtp(settings: Settings, message: EmailMessage) -> None:
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=PATIENCE) as server:
        if settings.smtp_tls:
            server.starttls()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(message)
