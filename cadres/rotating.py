"""What this floor has sealed: files on disk."""

from __future__ import annotations

from functools import partial

from django.utils.translation import gettext_lazy

from cadres import keeping, requesting
from cadres.roster import keeping as rosters
from kit.rotating import Sealed, renew_folder

SEALED = [
    Sealed(folder, title, partial(renew_folder, folder))
    for folder, title in {
        keeping.FOLDER: gettext_lazy("Uploaded files that wait for a decision"),
        rosters.FOLDER: gettext_lazy("Lists of people that were uploaded"),
        requesting.FOLDER: gettext_lazy("Papers sent with requests for correction"),
    }.items()
]
