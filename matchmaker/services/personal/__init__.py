"""What is stored about somebody: seen, taken along, agreed to, erased."""

from matchmaker.services.personal.consent import PRIVACY, agrees, consents_of, give_consent
from matchmaker.services.personal.erasing import erase_account, erase_person
from matchmaker.services.personal.stored import Group, everything, groups

__all__ = [
    "PRIVACY",
    "Group",
    "agrees",
    "consents_of",
    "erase_account",
    "erase_person",
    "everything",
    "give_consent",
    "groups",
]
