from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.images.forms import BaseImageForm

from h5p.pictures import without_metadata


class PictureForm(BaseImageForm):
    """Pictures are kept without what the camera wrote beside them: the place, the time, whose."""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not isinstance(file, UploadedFile):  # the picture that is there already
            return file
        file.seek(0)
        content = without_metadata(file.read())
        return SimpleUploadedFile(file.name or "", content, file.content_type or "")


class PackageForm(forms.Form):
    """A package somebody has made elsewhere."""

    file = forms.FileField(
        label=_("H5P package (.h5p)"),
        help_text=_("At most 200 MB. It is looked through before anything of it is kept."),
        widget=forms.FileInput(attrs={"accept": ".h5p,.zip"}),
        error_messages={
            "required": _("Choose the package."),
            "empty": _("The package is empty. Export it again and upload it."),
        },
    )


class DecisionForm(forms.Form):
    """The button says which; why is written where it is refused."""

    reason = forms.CharField(
        label=_("Why it is refused"),
        required=False,
        max_length=300,
        help_text=_("Whoever uploaded it reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
