"""Choosing interactive content for a lesson: only what can be played is offered."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.chooser import ChooserViewSet

from media.models import Interactive, InteractiveRevision


class InteractiveChooser(ChooserViewSet):
    model = Interactive
    icon = "media"
    choose_one_text = _("Choose interactive content")
    choose_another_text = _("Choose other interactive content")
    per_page = 20

    def get_object_list(self) -> QuerySet[Interactive]:
        newest = Interactive.objects.with_latest()
        ready = InteractiveRevision.objects.filter(pk=OuterRef("latest_id"), filtered__isnull=False)
        return newest.filter(Exists(ready))


chooser = InteractiveChooser("interactive_chooser")
# The class that lessons' blocks are made with.
InteractiveChooserBlock: Any = chooser.get_block_class(
    name="InteractiveChooserBlock", module_path="media.choosing"
)
