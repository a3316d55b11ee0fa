"""what is submitted, published or journalled never changes

Revision ID: 20261124_guards
Revises: 20261124_first

Triggers on both databases. Deleting stays possible where a whole project or roadshow goes.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect

revision = "20261124_guards"
down_revision = "20261124_first"
branch_labels = None
depends_on = None

# table -> (columns that may still change, what makes a row fixed; {row} is OLD or NEW)
FIXED = {
    "project_version": ({"submitted_by_id"}, "{row}.number IS NOT NULL"),
    "project_registered": (set(), "{version}"),
    "project_confidential": (set(), "{version}"),
    "investor_mandate": ({"submitted_by_id"}, "{row}.number IS NOT NULL"),
    "mandate_terms": (set(), "{mandate}"),
    "placement": (set(), "{timetable}"),
    "journal_entry": (set(), "1 = 1"),
}
PARENTS = {
    "{version}": "EXISTS (SELECT 1 FROM project_version v"
    " WHERE v.id = {row}.version_id AND v.number IS NOT NULL)",
    "{mandate}": "EXISTS (SELECT 1 FROM investor_mandate m"
    " WHERE m.id = {row}.mandate_id AND m.number IS NOT NULL)",
    "{timetable}": "EXISTS (SELECT 1 FROM timetable t"
    " WHERE t.id = {row}.timetable_id AND t.state <> 'draft')",
}
ALIVE = (
    " AND EXISTS (SELECT 1 FROM project p WHERE p.id = OLD.project_id)"
    " AND EXISTS (SELECT 1 FROM investor i WHERE i.id = OLD.investor_id)"
)


def upgrade() -> None:
    for name, when, table, moment in _guards():
        _create(name, table, moment, when)
    if _postgres():
        op.execute(
            "CREATE TRIGGER journal_entry_truncate BEFORE TRUNCATE ON journal_entry"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_delete_guard()"
        )


def downgrade() -> None:
    if _postgres():
        op.execute("DROP TRIGGER journal_entry_truncate ON journal_entry")
    for name, _, table, _ in _guards():
        if _postgres():
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}_guard()")
        else:
            op.execute(f"DROP TRIGGER {name}")


def _guards() -> list[tuple[str, str, str, str]]:
    guards = []
    for table, (free, fixed) in FIXED.items():
        when = PARENTS.get(fixed, fixed)
        columns = sorted(
            column["name"]
            for column in inspect(op.get_bind()).get_columns(table)
            if column["name"] not in free
        )
        quoted = ", ".join(f'"{column}"' for column in columns)
        guards.append(
            (f"{table}_update", when.format(row="OLD"), table, f"UPDATE OF {quoted}")
        )
    guards.append(("journal_entry_delete", "1 = 1", "journal_entry", "DELETE"))
    published = PARENTS["{timetable}"]
    guards.append(("placement_insert", published.format(row="NEW"), "placement", "INSERT"))
    guards.append(
        ("placement_delete", published.format(row="OLD") + ALIVE, "placement", "DELETE")
    )
    return guards


def _create(name: str, table: str, moment: str, when: str) -> None:
    if not _postgres():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {moment} ON {table} WHEN {when}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is fixed'); END"
        )
        return
    back = "OLD" if moment == "DELETE" else "NEW"
    truth = "TG_OP = 'TRUNCATE' OR true" if when == "1 = 1" else when
    op.execute(
        f"CREATE FUNCTION {name}_guard() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN IF {truth} THEN RAISE EXCEPTION '{table} is fixed'"
        f" USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {back}; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {moment} ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION {name}_guard()"
    )


def _postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
