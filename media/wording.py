"""What the core of the player says, in the reader's language: its keys, our words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def core_texts() -> dict[str, str]:
    return _buttons() | _licences() | _fallbacks()


def _buttons() -> dict[str, str]:
    return {
        "fullscreen": _("Full screen"),
        "disableFullscreen": _("Leave full screen"),
        "close": _("Close"),
        "copyrights": _("Rights"),
        "copyrightsDescription": _("Who made this, and on what terms it may be used."),
        "copyrightInformation": _("Rights and sources"),
        "noCopyrights": _("Nothing is said about rights and sources."),
        "title": _("Title"),
        "author": pgettext("of a work", "Author"),
        "year": _("Year"),
        "years": _("Years"),
        "source": _("Source"),
        "license": _("Licence"),
        "licenseExtras": _("More on the licence"),
        "changes": _("Changes made"),
        "thumbnail": _("Small picture"),
        "cancelLabel": _("Go back"),
        "confirmLabel": _("Yes"),
        "confirmDialogHeader": _("Do this?"),
        "confirmDialogBody": _("Please confirm. This cannot be undone."),
    }


def _licences() -> dict[str, str]:
    return {
        "licenseU": _("Not said"),
        "licenseCCBY": "CC BY",
        "licenseCCBYSA": "CC BY-SA",
        "licenseCCBYND": "CC BY-ND",
        "licenseCCBYNC": "CC BY-NC",
        "licenseCCBYNCSA": "CC BY-NC-SA",
        "licenseCCBYNCND": "CC BY-NC-ND",
        "licenseCC40": "4.0",
        "licenseCC30": "3.0",
        "licenseCC25": "2.5",
        "licenseCC20": "2.0",
        "licenseCC10": "1.0",
        "licenseCC010": "CC0 1.0",
        "licenseGPL": "GPL",
        "licenseV1": "1",
        "licenseV2": "2",
        "licenseV3": "3",
        "licensePD": _("Public domain"),
        "licensePDM": _("Public domain"),
        "licenseC": _("All rights reserved"),
    }


def _fallbacks() -> dict[str, str]:
    """Of what our player has no button for: the core asks for the key, nobody reads the words."""
    unseen = (
        "advancedHelp contentCopied embed h5pDescription height hideAdvanced offlineDialogBody"
        " offlineDialogHeader offlineDialogRetryButtonLabel offlineDialogRetryMessage"
        " offlineSuccessfulSubmit reuse reuseContent showAdvanced size width"
    )
    return dict.fromkeys(unseen.split(), "") | {
        "contentChanged": _("This content has changed since it was last opened."),
        "startingOver": _("It begins anew."),
    }
