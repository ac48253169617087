from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from accounts.models import User
from h5p.pictures import without_metadata
from kit.dates import now
from kit.errors import Refusal
from media import registering
from media.models import Attachment, LegalDocument
from media.models.documents import LegalDocumentQuerySet


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


class _StatementField(forms.BooleanField):
    """Asked for with every file that is uploaded."""

    def __init__(self) -> None:
        super().__init__(
            label=_("This document is no state secret and bears no mark of secrecy"),
            required=False,
            help_text=_("Confirm this for every file you upload. Without it no file is kept."),
        )


class AttachmentForm(BaseDocumentForm):
    """Wagtail's form of a document, whose file is taken only with the statement."""

    is_not_secret = _StatementField()

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.by = user

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "file" in self.changed_data:
            try:
                registering.check_stated_open(cleaned.get("is_not_secret", False))
            except Refusal as refusal:
                self.add_error("file", str(refusal.message))
        return cleaned

    def save(self, commit: bool = True) -> Attachment:
        if "file" in self.changed_data:
            self.instance.stated_open_at, self.instance.stated_by = now(), self.by
        saved: Attachment = super().save(commit=commit)
        return saved


class LegalDocumentForm(WagtailAdminModelForm):
    """What is known of a document; its file is taken only with the statement."""

    is_not_secret = _StatementField()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            registering.check_file(self._file(), is_not_secret=cleaned.get("is_not_secret", False))
        except Refusal as refusal:
            self.add_error("file", str(refusal.message))
        return cleaned

    def _file(self) -> registering.File:
        return self.cleaned_data.get("file") if "file" in self.changed_data else None

    def write(self, by: User) -> LegalDocument:
        given: dict[str, Any] = {
            "by": by,
            "file": self._file(),
            "is_not_secret": self.cleaned_data["is_not_secret"],
        }
        if self.instance.pk is None:
            return registering.register(self.cleaned_data, **given)
        return registering.change(self.instance, self.cleaned_data, **given)


class LegalDocumentSearchForm(BaseFilterForm):
    """The search of the window a document is chosen in."""

    q = forms.CharField(
        label=_("Symbol or words of the title"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Search, with or without accents")}),
    )

    def filter(self, objects: LegalDocumentQuerySet) -> LegalDocumentQuerySet:
        query = self.cleaned_data["q"]
        if not query:
            return objects
        self.is_searching, self.search_query = True, query
        return objects.matching(query)
