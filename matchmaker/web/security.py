"""Signing in: the sign-in library with our tables, our mail and our limits."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

from flask import Flask, g
from flask_babel import lazy_gettext as _l
from flask_security import (
    Security,
    SQLAlchemySessionUserDatastore,
    current_user,
    user_registered,
)
from flask_security.forms import RegisterFormV2
from flask_security.mail_util import MailUtil
from wtforms import BooleanField
from wtforms.validators import InputRequired

from matchmaker.paths import TRANSLATIONS
from matchmaker.services import outbox
from matchmaker.services.account import viewer_of
from matchmaker.services.personal import give_consent
from matchmaker.settings import Settings
from matchmaker.store.account import Account, InstallRole
from matchmaker.web.text import locale


def sign_in(app: Flask, settings: Settings) -> None:
    """Add sign-in, registration, recovery and second factors to the application."""
    app.config.update(_options(settings))
    datastore = SQLAlchemySessionUserDatastore(app.extensions["session"], Account, InstallRole)
    Security(app, datastore, mail_util_cls=OutboxMail, register_form=RegisterForm)
    user_registered.connect(_registered, app)

    @app.before_request
    def who() -> None:
        account = current_user._get_current_object() if current_user.is_authenticated else None
        g.account = account
        g.viewer = viewer_of(g.session, account)
        g.locale = locale()


def _options(settings: Settings) -> dict[str, Any]:
    digest = hashlib.sha256(f"second-factor {settings.secret_key}".encode()).hexdigest()
    return {
        "SECURITY_PASSWORD_SALT": settings.secret_key,
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_PASSWORD_CONFIRM_REQUIRED": False,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_REGISTERABLE": settings.registration == "open",
        "SECURITY_USE_REGISTER_V2": True,
        "SECURITY_CONFIRMABLE": True,
        "SECURITY_AUTO_LOGIN_AFTER_CONFIRM": False,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_TRACKABLE": True,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_REQUIRED": False,
        "SECURITY_TOTP_SECRETS": {"1": digest},
        "SECURITY_TOTP_ISSUER": "matchmaker",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_EMAIL_SENDER": settings.mail_sender,
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_POST_LOGIN_VIEW": "/",
        "SECURITY_POST_LOGOUT_VIEW": "/",
        "SECURITY_POST_REGISTER_VIEW": "/login",
        "SECURITY_UNAUTHORIZED_VIEW": "/login",
        "SECURITY_REDIRECT_VALIDATE_MODE": ["absolute", "regex"],
        "SECURITY_FLASH_MESSAGES": True,
        "SECURITY_DATETIME_FACTORY": lambda: datetime.now(UTC),  # our columns refuse naive times
        "SECURITY_I18N_DIRNAME": ["builtin", str(TRANSLATIONS)],
        "SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS": False,
    }


class RegisterForm(RegisterFormV2):  # type: ignore[misc]
    """The library's form, with a word on privacy."""

    agree = BooleanField(
        _l("I have read the text on privacy and agree to it"),
        [InputRequired(_l("Without this nothing may be stored about you."))],
    )


def _registered(_app: Flask, user: Account, **_rest: Any) -> None:
    """Note the language of the page, which mails speak from now on, and the consent."""
    user.locale = locale()
    give_consent(g.session(), user, now=g.now)


class OutboxMail(MailUtil):  # type: ignore[misc]
    """The library's mails go into our outbox, in its transaction."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str,
        sender: Any,
        body: str,
        html: str | None,
        **kwargs: Any,
    ) -> None:
        outbox.post(
            g.session(),
            "security",
            recipient,
            dedupe=f"security-{secrets.token_hex(16)}",
            now=g.now,
            locale=locale(),
            subject=str(subject),
            body=body,
        )
