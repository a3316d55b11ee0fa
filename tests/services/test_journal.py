"""The journal cannot be changed unseen; mail and jobs end as they should."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from matchmaker.core.journey import JobState, MailState
from matchmaker.services import jobs, journal, outbox
from matchmaker.store.journal import Job, JournalEntry, Mail
from tests.makers import make_account, make_roadshow


def entries(session: Session) -> list[JournalEntry]:
    return list(session.scalars(select(JournalEntry).order_by(JournalEntry.seq)))


def test_an_untouched_chain_is_whole(session: Session, now: datetime) -> None:
    make_roadshow(session, make_account(session, "olga", now), now)
    assert 3 == len(entries(session))
    assert [] == journal.broken_links(entries(session))


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: setattr(rows[1], "action", "nothing"),
        lambda rows: setattr(rows[1], "facts", {"role": "reviewer"}),
        lambda rows: rows.pop(1),
        lambda rows: rows.insert(0, rows.pop()),
    ],
    ids=["action", "facts", "removed", "swapped"],
)
def test_tampering_is_found(session: Session, now: datetime, change: object) -> None:
    make_roadshow(session, make_account(session, "olga", now), now)
    rows = entries(session)
    change(rows)  # type: ignore[operator]
    assert journal.broken_links(rows)
    session.expunge_all()


@pytest.mark.parametrize(
    "statement", ["UPDATE journal_entry SET action = 'x'", "DELETE FROM journal_entry"]
)
def test_the_database_refuses_to_change_the_journal(
    session: Session, now: datetime, statement: str
) -> None:
    make_account(session, "olga", now)
    with pytest.raises(DBAPIError, match="journal_entry is fixed"):
        session.execute(text(statement))


def test_a_mail_is_written_once_for_its_reason(session: Session, now: datetime) -> None:
    said = {"dedupe": "same", "now": now, "subject": "Hi", "body": "there"}
    first = outbox.post(session, "security", "a@example.org", **said)
    session.flush()
    assert first is not None
    assert outbox.post(session, "security", "a@example.org", **said) is None


def test_a_mail_that_fails_waits_longer_each_time_and_is_given_up(
    session: Session, now: datetime
) -> None:
    mail = outbox.post(
        session, "security", "a@example.org", dedupe="x", now=now, subject="", body=""
    )
    assert mail is not None
    session.flush()
    waits = []
    for _ in range(outbox.MOST_ATTEMPTS):
        outbox.settle(mail, "refused", now=now)
        waits.append((mail.next_at - now).total_seconds())
    assert [60, 300, 1800, 7200, 7200] == waits
    assert MailState.FAILED is mail.state
    assert [] == outbox.due(session, now + timedelta(days=9))


def test_the_same_live_job_is_not_queued_twice(session: Session, now: datetime) -> None:
    @jobs.job("test-once")
    def do(work: jobs.Work) -> dict[str, object]:
        return {}

    roadshow = make_roadshow(session, make_account(session, "olga", now), now)
    asked = [
        jobs.enqueue(session, "test-once", roadshow, actor=None, now=now, once=True).id
        for _ in range(2)
    ]
    assert 1 == len(set(asked))


def test_a_job_that_keeps_crashing_is_given_up(session: Session, now: datetime) -> None:
    row = Job(kind="test-once", queued_at=now, attempts=0, state=JobState.QUEUED)
    begun = [jobs.begin(row, now=now) for _ in range(jobs.MOST_ATTEMPTS + 1)]
    assert [True, True, True, False] == begun
    assert JobState.FAILED is row.state


def test_a_finished_job_does_not_begin_again(session: Session, now: datetime) -> None:
    row = Job(kind="test-once", queued_at=now, attempts=1, state=JobState.RUNNING)
    jobs.finish(row, JobState.DONE, now=now)
    assert not jobs.begin(row, now=now)


def test_sent_mail_forgets_its_secret_body(app: object, now: datetime) -> None:
    worker = app.extensions["worker"]  # type: ignore[attr-defined]
    with worker._write() as session:
        outbox.post(
            session, "security", "a@example.org", dedupe="x", now=now, subject="Hi", body="SECRET"
        )
    worker.send_due()
    with worker.sessions() as session:
        mail = session.scalars(select(Mail)).one()
    assert (MailState.SENT, {"subject": "Hi"}) == (mail.state, mail.params)
    assert "SECRET" in app.extensions["sent"][0].get_content()  # type: ignore[attr-defined]
