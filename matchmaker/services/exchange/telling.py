"""Problems in English, for the command line and as the page's fallback."""

from __future__ import annotations

from matchmaker.services.exchange.rows import Problem

SENTENCES = {
    "no-column": "No column says {columns}; name the heading that does.",
    "missing": "This must not be empty.",
    "unknown-word": "“{value}” is not known here; say what it means, or ignore it.",
    "too-long": "“{value}” has {length} characters; at most {limit} fit.",
    "not-an-amount": "“{value}” is not an amount of money.",
    "failed-formula": "The spreadsheet has an error here ({value}); the cell is read as empty.",
    "uncounted-formula": "This is a formula without a result; save the workbook where it counts.",
    "small-amounts": "No amount is above {most}; are the numbers thousands or millions?",
    "negative": "“{value}” is negative.",
    "too-much": "“{value}” is more money than can be meant.",
    "not-a-whole-number": "“{value}” is not a whole number.",
    "out-of-range": "“{value}” is not between {low} and {high}.",
    "not-a-range": "“{value}” is not a range such as 4-7.",
    "not-a-day": "“{value}” is not a day that can be told for certain; write 2026-09-12.",
    "not-a-moment": "“{value}” is not a day with a time; write 2026-09-12 09:00.",
    "not-yes-or-no": "“{value}” is neither yes nor no.",
    "unknown-currency": "“{value}” is not a currency.",
    "not-an-email": "“{value}” is not an e-mail address.",
    "not-an-address": "“{value}” is not a web address.",
    "two-currencies": "This is in {own}, but the row is in {currency}.",
    "not-in-order": "{high} is below {low}; the numbers must go up.",
    "not-whole-ticks": "“{value}” minutes: a slot has a multiple of {step} minutes.",
    "spilled": "“{value}” stands to the right of the last heading.",
    "code-twice": "The code “{value}” stands in row {other} already.",
    "looks-like": "This looks like row {other}: {value}.",
    "already-there": "“{value}” is in this roadshow already.",
    "unknown-project": "“{value}” is not the code of a project of this roadshow.",
    "overlaps": "This overlaps the slot at {other}.",
    "no-minutes": "Neither an end nor minutes are given.",
    "refused": "{hint}",
}


def sentence(problem: Problem) -> str:
    """Return one line: where it is, and what is wrong there."""
    what = SENTENCES.get(problem.reason, problem.reason)
    facts = {
        key: ", ".join(map(str, fact)) if isinstance(fact, list | tuple) else fact
        for key, fact in problem.facts.items()
    }
    what = what.format(**{**facts, "value": problem.value})
    where = f"row {problem.row}" if problem.row else ""
    column = problem.heading or problem.column
    place = ", ".join(part for part in (where, f"“{column}”" if column else "") if part)
    return f"{place}: {what}" if place else what
