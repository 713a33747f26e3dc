"""Who acts, and in what words: what every write of a person needs."""

from __future__ import annotations

import unicodedata

from graph.errors import BadInput

LONGEST_REASON = 2_000
LONGEST_USER = 100
LONGEST_KEY = 200
"""Letters of an idempotency key."""


def acting_user(user: str | None) -> str:
    """Who acts. Raises BadInput where nobody is named, or by no name that can be kept."""
    who = " ".join((user or "").split())
    if not who:
        raise BadInput("A write needs a name: give --user NAME, or the header X-Guanxi-User.", field="user")
    check_letters(who, "user")
    if len(who) > LONGEST_USER:
        raise BadInput(f"The user's name has {len(who)} letters; give at most {LONGEST_USER}.", field="user")
    return who


def check_letters(text: str, field: str) -> None:
    """Raises BadInput for control letters, which a terminal would obey: a name or word has none."""
    for letter in text:
        if unicodedata.category(letter) == "Cc":
            raise BadInput(f"{field} holds the control letter {letter!a}; leave it out.", field=field)


def reason_given(text: str, what: str) -> str:
    """Why. what: what needs it, such as `A decision`. Raises BadInput for none, or one that is too long."""
    why = text.strip()
    if not why:
        raise BadInput(f"{what} needs a reason: say in a sentence why.", field="reason")
    if len(why) > LONGEST_REASON:
        raise BadInput(f"The reason has {len(why):,} letters; give at most {LONGEST_REASON:,}.", field="reason")
    return why
