"""An organiser's own pages: settings, phases, people, invitations, the journal and the mail."""

from matchmaker.web.roadshow import inviting, organising
from matchmaker.web.roadshow.blueprint import bp
from matchmaker.web.roadshow.inviting import read_guests

__all__ = ["bp", "inviting", "organising", "read_guests"]
