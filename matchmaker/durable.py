"""DBOS's side of the worker: durable workflows on the embedded file or on PostgreSQL."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dbos import DBOS, DBOSConfig, SetWorkflowID

from matchmaker.settings import Settings

if TYPE_CHECKING:
    from matchmaker.worker import Worker

QUEUE = "work"
_worker: Worker | None = None


def launch(worker: Worker, settings: Settings) -> None:
    """Start DBOS for this process; takes up what a crash left behind."""
    global _worker
    _worker = worker
    config: DBOSConfig = {
        "name": "matchmaker",
        "system_database_url": _dbos_url(settings.jobs_url),
        "run_admin_server": False,  # type: ignore[typeddict-unknown-key]
        "executor_id": settings.worker_id,
        "application_version": "1",
        "log_level": "WARNING",
        "console_log_level": "WARNING",
    }
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS(config=config)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=2, polling_interval_sec=0.2)


def end() -> None:
    """Shut DBOS down."""
    DBOS.destroy(workflow_completion_timeout_sec=0)


def hand_over_job(job_id: str) -> None:
    """Give a job to DBOS; its id makes a second time harmless."""
    with SetWorkflowID(f"job-{job_id}"):
        DBOS.enqueue_workflow(QUEUE, job_workflow, job_id)


def hand_over_mail(mail_id: str, name: str) -> None:
    """Give one attempt to send a mail to DBOS."""
    with SetWorkflowID(name):
        DBOS.enqueue_workflow(QUEUE, mail_workflow, mail_id)


@DBOS.workflow(name="job")
def job_workflow(job_id: str) -> None:
    do_job(job_id)


@DBOS.workflow(name="mail")
def mail_workflow(mail_id: str) -> None:
    send_mail(mail_id)


@DBOS.step(name="do_job")
def do_job(job_id: str) -> None:
    assert _worker is not None
    _worker.do(job_id)


@DBOS.step(name="send_mail")
def send_mail(mail_id: str) -> None:
    assert _worker is not None
    _worker.send(mail_id)


def _dbos_url(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
