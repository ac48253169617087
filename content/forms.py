from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from content.reading import KINDS


class DocumentForm(forms.Form):
    """A document somebody has written elsewhere."""

    file = forms.FileField(
        label=_("File of the document"),
        help_text=_(
            "Word (.docx), Markdown (.md), a web page (.html), or the .zip that Google Docs gives"
            " under File → Download → Web page. At most 20 MB."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in KINDS)}),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Save it anew and choose it again."),
        },
    )
    is_not_secret = forms.BooleanField(
        label=_("This document is no state secret and bears no mark of secrecy"),
        error_messages={"required": _("Confirm it; without this nothing is taken in.")},
    )
