"""A reviewer's pages: what to review, the review beside the application, conflicts."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from matchmaker.core.journey import ProjectState
from matchmaker.core.policy import Action, may
from matchmaker.core.refusal import Refusal
from matchmaker.core.selection import weighted_score
from matchmaker.services import selection
from matchmaker.store.profile import Project, ProjectVersion
from matchmaker.store.selection import Criterion, Review
from matchmaker.web import access
from matchmaker.web.access import needs
from matchmaker.web.lists import active_filters, known_parameters
from matchmaker.web.refusals import sentence
from matchmaker.web.selection.blueprint import bp
from matchmaker.web.selection.forms import ConflictForm, RemarkForm, ReviewForm, review_form
from matchmaker.web.selection.narrowing import OwnFilter, is_in, says
from matchmaker.web.text import local


@bp.get("/r/<slug>/reviews")
@needs(Action.JOIN_COMMITTEE)
def mine() -> str:
    known_parameters("q", "state")
    session = g.session()
    form = OwnFilter(request.args)
    reviews = selection.my_reviews(session, g.roadshow, access.actor())
    versions = selection.versions(session, [review.project for review in reviews])
    rubric = _rubric(selection.criteria(session, g.roadshow))
    return render_template(
        "selection/mine.html",
        reviews=reviews,
        shown=[
            row
            for row in reviews
            if is_in(form.state.data, row)
            and says(form.q.data, row.project, versions.get(row.project_id))
        ],
        form=form,
        active=active_filters(form),
        versions=versions,
        scores={review.id: _score(review, rubric) for review in reviews},
        done=sum(1 for review in reviews if review.submitted_at),
    )


@bp.route("/r/<slug>/reviews/<project_id>", methods=["GET", "POST"])
@needs(Action.REVIEW_PROJECT, access.project)
def review(project: Project) -> str | Response | tuple[str, int]:
    session = g.session()
    row = _own(project)
    rubric = selection.criteria(session, g.roadshow)
    form = review_form(
        rubric, row, lambda line: local(line, "name"), lambda line: local(line, "hint")
    )
    if form.validate_on_submit():
        try:
            return _saved(project, row, form, rubric)
        except Refusal as refusal:
            session.rollback()
            form.form_errors.append(sentence(refusal))
    return _page(project, _own(project), form, rubric), 422 if form.errors else 200


@bp.post("/r/<slug>/reviews/<project_id>/remarks")
@needs(Action.SEE_PROJECT, access.project)
def discuss(project: Project) -> Response | tuple[str, int]:
    """For reviewers of the application and organisers; the service knows who may read it."""
    reviewer = may(g.viewer, Action.REVIEW_PROJECT, project)
    if not reviewer:
        access.ask(Action.SEE_REVIEWS, project)
    form = RemarkForm()
    back = url_for(
        ".review" if reviewer else ".application", slug=g.roadshow.slug, project_id=project.id
    )
    if not form.validate_on_submit():
        raise Refusal("nothing-said")
    selection.discuss(
        g.session(),
        project,
        form.text.data,
        actor=access.actor(),
        viewer=g.viewer,
        now=g.now,
    )
    flash(_("Your remark is added."), "confirmed")
    return redirect(f"{back}#discussion", 303)


@bp.route("/r/<slug>/reviews/<project_id>/conflict", methods=["GET", "POST"])
@needs(Action.SEE_PROJECT, access.project)
def conflict(project: Project) -> str | Response | tuple[str, int]:
    """Declare one's own conflict of interest; only somebody with a right on the review has one."""
    reviewer = may(g.viewer, Action.REVIEW_PROJECT, project)
    if not reviewer:
        access.ask(Action.SEE_REVIEWS, project)
    form = ConflictForm()
    if form.validate_on_submit():
        selection.declare_conflict(
            g.session(),
            project,
            access.actor(),
            reason=form.reason.data or "",
            actor=access.actor(),
            now=g.now,
        )
        flash(_("Your conflict of interest is declared. Thank you for saying so."), "confirmed")
        return redirect(url_for(".mine" if reviewer else ".board", slug=g.roadshow.slug), 303)
    page = render_template(
        "selection/conflict.html",
        form=form,
        back=url_for(
            ".review" if reviewer else ".application",
            slug=g.roadshow.slug,
            project_id=project.id,
        ),
        version=selection.versions(g.session(), [project]).get(project.id),
        project=project,
    )
    return (page, 422) if form.errors else page


def _saved(project: Project, row: Review, form: ReviewForm, rubric: list[Criterion]) -> Response:
    session, actor = g.session(), access.actor()
    revision = form.revision.data or ""
    selection.save_review(
        session,
        row,
        form.points(rubric),
        comment=form.comment.data or "",
        feedback=form.feedback.data or "",
        revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
        actor=actor,
        now=g.now,
    )
    if "submit" not in request.form or row.submitted_at is not None:
        flash(_("Your review is saved."), "confirmed")
        return redirect(url_for(".review", slug=g.roadshow.slug, project_id=project.id), 303)
    selection.submit_review(session, row, actor=actor, now=g.now)
    flash(_("Your review is submitted and counts. You can now read the others'."), "confirmed")
    return redirect(url_for(".review", slug=g.roadshow.slug, project_id=project.id), 303)


def _page(project: Project, row: Review, form: ReviewForm, rubric: list[Criterion]) -> str:
    session = g.session()
    version = session.get_one(ProjectVersion, row.version_id)
    newest = selection.versions(session, [project])[project.id]
    own = row.submitted_at is not None
    return render_template(
        "selection/review.html",
        project=project,
        review=row,
        version=version,
        newer=newest if newest.id != version.id else None,
        form=form,
        rubric=rubric,
        most=sum(line.points * line.weight for line in rubric),
        open=project.state is ProjectState.SUBMITTED,
        reviews=selection.reviews_of(session, project, g.viewer) if own else [],
        scores=review_scores(project) if own else {},
        remarks=selection.discussion(session, project, g.viewer) if own else [],
        remark=RemarkForm(formdata=None),
    )


def review_scores(project: Project) -> dict[str, float | None]:
    """Return each readable review's score on 0 to 100 by its id."""
    rubric = _rubric(selection.criteria(g.session(), g.roadshow))
    return {
        row.id: _score(row, rubric) for row in selection.reviews_of(g.session(), project, g.viewer)
    }


def _own(project: Project) -> Review:
    row = selection.my_review(g.session(), project, access.actor())
    if row is None:
        raise LookupError("the policy lets only reviewers of the project in")
    return row


def _rubric(rows: list[Criterion]) -> dict[str, tuple[float, int]]:
    return {row.id: (row.weight, row.points) for row in rows}


def _score(review: Review, rubric: dict[str, tuple[float, int]]) -> float | None:
    return weighted_score({row.criterion_id: row.points for row in review.scores}, rubric)
