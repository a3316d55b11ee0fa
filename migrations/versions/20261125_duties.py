"""who leads, edits or only reads for a team or a firm; never without somebody who leads

Revision ID: 20261125_duties
Revises: 20261125_privacy

The rule is a trigger on both databases; on PostgreSQL it locks the party first, so that two who
lead cannot both step back at once, nor the last one go while another comes. Where a whole party
or person goes, it holds nobody back.
"""

from __future__ import annotations

from alembic import op

revision = "20261125_duties"
down_revision = "20261125_privacy"
branch_labels = None
depends_on = None

KIND = "VARCHAR(24) CONSTRAINT ck_{table}_duty CHECK (duty IN ('lead', 'editor', 'reader'))"
SEATS = {"team_member": ("project", "project_id"), "delegate": ("investor", "investor_id")}
OTHER = (
    "EXISTS (SELECT 1 FROM {table} o WHERE o.{key} = {row}.{key}"
    " AND o.person_id <> {row}.person_id{and_leads})"
)


def upgrade() -> None:
    for table, (party, key) in SEATS.items():
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN duty {KIND.format(table=table)}"
            " DEFAULT 'editor' NOT NULL"
        )
        op.execute(
            f"UPDATE {table} SET duty = 'lead' WHERE NOT EXISTS (SELECT 1 FROM {table} o"
            f" WHERE o.{key} = {table}.{key} AND (o.rank < {table}.rank"
            f" OR (o.rank = {table}.rank AND o.person_id < {table}.person_id)))"
        )
        for event, when in _rules(table, party, key).items():
            _guard(f"{table}_leads_{event.split()[0].lower()}", table, party, key, event, when)
    op.execute(f"ALTER TABLE invitation ADD COLUMN duty {KIND.format(table='invitation')}")


def downgrade() -> None:
    op.execute("ALTER TABLE invitation DROP COLUMN duty")
    for table, (party, key) in SEATS.items():
        for event in _rules(table, party, key):
            name = f"{table}_leads_{event.split()[0].lower()}"
            if _postgres():
                op.execute(f"DROP TRIGGER {name} ON {table}")
                op.execute(f"DROP FUNCTION {name}_guard()")
            else:
                op.execute(f"DROP TRIGGER {name}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN duty")


def _rules(table: str, party: str, key: str) -> dict[str, str]:
    """What no row may do: the first one lead nobody, the last one who leads step back or go."""
    leads = " AND o.duty = 'lead'"
    new = OTHER.format(table=table, key=key, row="NEW", and_leads=leads)
    old = OTHER.format(table=table, key=key, row="OLD", and_leads=leads)
    left = OTHER.format(table=table, key=key, row="OLD", and_leads="")
    stays = (
        f"EXISTS (SELECT 1 FROM {party} p WHERE p.id = OLD.{key})"
        " AND EXISTS (SELECT 1 FROM person q WHERE q.id = OLD.person_id)"
    )
    return {
        "INSERT": f"NEW.duty <> 'lead' AND NOT {new}",
        "UPDATE OF duty": f"OLD.duty = 'lead' AND NEW.duty <> 'lead' AND NOT {old}",
        "DELETE": f"OLD.duty = 'lead' AND {stays} AND {left} AND NOT {old}",
    }


def _guard(name: str, table: str, party: str, key: str, event: str, when: str) -> None:
    said = f"a {party} needs somebody who leads"
    if not _postgres():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{said}'); END"
        )
        return
    comes = event == "INSERT"
    row, leads, lock = ("NEW", "<>", "KEY SHARE") if comes else ("OLD", "=", "UPDATE")
    back = "OLD" if event == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {row}.duty {leads} 'lead' THEN"
        f" PERFORM 1 FROM {party} WHERE id = {row}.{key} FOR {lock}; END IF;"
        f" IF {when} THEN RAISE EXCEPTION '{said}'"
        f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {back}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {event} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}_guard()"
    )


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
