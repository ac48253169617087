"""What happened in a test, for the floors above."""

from django.dispatch import Signal

attempt_started = Signal()  # sender: Attempt; attempt
attempt_graded = Signal()  # sender: Attempt; attempt
run_finished = Signal()  # sender: Run; run
