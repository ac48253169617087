"""Whose a file is and where it comes from, as fields of a form."""

from __future__ import annotations

from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from h5p.metadata import COPYRIGHT
from h5p.semantics import Field, Group, Option, Select

_LABELS: dict[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "author": pgettext_lazy("of a work", "Author"),
    "year": gettext_lazy("Year"),
    "source": gettext_lazy("Source"),
    "license": gettext_lazy("Licence"),
    "version": pgettext_lazy("of a licence", "Version"),
}
_LICENCES: dict[str, str | Promise] = {
    "U": gettext_lazy("Not said"),
    "PD": gettext_lazy("Public domain"),
    "C": gettext_lazy("All rights reserved"),
}


def credits_group() -> Group:
    """The fields of `copyright`, none of which must be filled in, in the reader's language."""
    fields = tuple(_worded(described) for described in COPYRIGHT.fields)
    label = _("Rights and sources")
    return replace(COPYRIGHT, label=label, importance="low", fields=fields)


def _worded(described: Field) -> Field:
    label = str(_LABELS[described.name])
    if not isinstance(described, Select):
        return replace(described, label=label, optional=True)
    options = tuple(
        Option(option.value, str(_LICENCES.get(str(option.value), option.label)))
        for option in described.options
    )
    return replace(described, label=label, optional=True, options=options)
