"""What happened in learning, for the floors above."""

from django.dispatch import Signal

edition_published = Signal()  # sender: Edition; edition
course_completed = Signal()  # sender: Completion; completion
obligations_changed = Signal()  # sender: Obligation; cadre_ids
hours_changed = Signal()  # sender: HourRule; how many hours a kind of cadre must learn
