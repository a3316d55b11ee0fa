"""Exports that take longer than a page may: made as a job, fetched by who asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from matchmaker.core.policy import Action, may
from matchmaker.core.refusal import Refusal
from matchmaker.services import jobs
from matchmaker.services.account import viewer_of
from matchmaker.services.exchange import giving
from matchmaker.store.account import Account
from matchmaker.store.exchange import ExportFile
from matchmaker.store.journal import Job
from matchmaker.store.roadshow import Roadshow

SLOW = ("matches", "schedules", "packs")
"""Kinds that grow with the number of pairs or of people."""
KEPT_FOR = timedelta(days=1)


def queue_export(
    session: Session,
    roadshow: Roadshow,
    kind: str,
    form: str,
    *,
    language: str,
    url: str,
    host: str,
    actor: Account,
    now: datetime,
) -> Job:
    """Queue the making of a document; see ``giving.export``. Old documents go."""
    if kind not in giving.KINDS or form not in giving.offers(kind):
        raise Refusal("no-such-export", hint=f"There is no export of {kind} as {form}.")
    session.execute(delete(ExportFile).where(ExportFile.made_at < now - KEPT_FOR))
    return jobs.enqueue(
        session,
        "export",
        roadshow,
        actor=actor,
        now=now,
        kind_of_export=kind,
        form=form,
        language=language,
        url=url,
        host=host,
    )


@jobs.job("export")
def do_export(work: jobs.Work) -> Mapping[str, Any]:
    """Make the document with the rights that its reader has now, and keep it for them."""
    asked = work.arguments
    work.progress(0.1, "reading")
    with work.reading() as session:
        roadshow = session.get_one(Roadshow, work.roadshow_id)
        account = session.get_one(Account, work.actor_id)
        viewer = viewer_of(session, account)
        if not may(viewer, Action.RUN_ROADSHOW, roadshow):
            raise Refusal("not-an-organiser", hint="Only organisers export a roadshow.")
        document = giving.export(
            session,
            roadshow,
            str(asked["kind_of_export"]),
            str(asked["form"]),
            language=str(asked["language"]),
            url=str(asked["url"]),
            host=str(asked["host"]),
            viewer=viewer,
            now=work.now(),
        )
    work.progress(0.9, "writing")
    with work.writing() as session:
        made = ExportFile(
            roadshow_id=roadshow.id,
            account_id=account.id,
            name=document.filename,
            mime=document.mime,
            content=document.content,
            made_at=work.now(),
        )
        session.add(made)
        session.flush()
        return {"url": f"/r/{roadshow.slug}/exports/ready/{made.id}"}
