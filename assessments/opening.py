"""Opening a run in its frame: the revision it began with, and where the learner was."""

from __future__ import annotations

from uuid import UUID

from assessments.models import Run
from media.opening import open_revision, slug_of
from media.playing import Playable, Player, Ticket, player_for


def player_of(
    run: Run, *, person: str, language: str, is_kept: bool, state_url: str, submit_url: str
) -> Player:
    """For a page that has found the run to be its reader's own."""
    ticket = Ticket(slug_of(run.revision), person, str(run.pk), language, is_kept)
    return player_for(ticket, title=run.revision.title, state_url=state_url, submit_url=submit_url)


def find_run(ticket: Ticket) -> Playable | None:
    """What the ticket names, with the state its person left it in."""
    try:
        registration = UUID(ticket.registration)
    except ValueError:
        return None
    runs = Run.objects.select_related("revision", "cadre")
    run = runs.filter(pk=registration, cadre__public_id=ticket.person).first()
    if run is None or slug_of(run.revision) != ticket.content:
        return None
    state: dict[str, dict[str, str]] = {}
    for part, kind, content in run.states.values_list("part", "kind", "content"):
        state.setdefault(part, {})[kind] = content
    return open_revision(run.revision, state)
