"""What happened among units and people, for the floors above."""

from django.dispatch import Signal

role_changed = Signal()  # sender: RoleGrant; user
groups_changed = Signal()  # sender: TargetGroup; group_ids
people_changed = Signal()  # sender: Cadre; cadre_ids; their records, whatever the field
posts_changed = Signal()  # sender: Cadre; cadre_ids
# Sender: Cadre; cadre_ids, since, by, reason. Posts are again as they were before `since`; what
# followed from others meanwhile is to be taken back. `posts_changed` comes after it.
posts_put_back = Signal()
# Sender: Cadre; cadre_ids, by, reason. Entered by mistake, about to be removed.
people_withdrawn = Signal()
tree_changed = Signal()  # sender: Ancestry; who stands above whom is no longer what it was

# Sender: Act; unit_ids, ended_ids, cadre_ids, day. Asked before anything is written: receivers
# answer a list of (what, words), what of theirs rests on those units.
reorganisation_planned = Signal()
