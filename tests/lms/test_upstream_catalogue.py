"""Authors meet no English label: what the libraries leave out, lms/upstream has in Vietnamese."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from bin.upstream_messages import (
    DOMAINS,
    OURS,
    catalogues,
    english,
    entries,
    is_done,
    key,
    origin,
)

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z](?![a-zA-Z])|\{[^{}]*\}")
TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# Said by the redirects' import only; ours read well with the same words.
SHARED = {"From", "To"}


def ours(domain: str) -> polib.POFile:
    return polib.pofile(str(OURS / f"{domain}.po"))


def vietnamese(entry: polib.POEntry) -> str:
    return entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr


def marks(pattern: re.Pattern[str], text: str) -> Counter[str]:
    return Counter(pattern.findall(text))


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]{2,}", PLACEHOLDER.sub(" ", TAG.sub(" ", text)))


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_string_of_the_libraries_has_its_vietnamese(domain):
    known = {key(entry) for entry in ours(domain) if is_done(entry)}
    missing = []
    for locale in catalogues(domain):
        known_here = known | {k for k, e in entries(locale, "vi", domain).items() if is_done(e)}
        missing += [(origin(locale), k) for k in english(locale, domain) if k not in known_here]
    assert not missing, "run bin/upstream_messages.py, then translate what it added"


def test_wagtail_and_allauth_are_among_the_libraries():
    seen = {origin(locale) for locale in catalogues("django")}
    assert {"wagtail", "wagtail.admin", "wagtail.images", "allauth", "django.conf"} <= seen
    assert [origin(locale) for locale in catalogues("djangojs")] == ["wagtail.admin"]


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("pattern", [PLACEHOLDER, TAG], ids=["placeholder", "tag"])
def test_a_translation_keeps_every_placeholder_and_tag(domain, pattern):
    lost = [
        (entry.msgid, vietnamese(entry))
        for entry in ours(domain)
        if marks(pattern, vietnamese(entry)) != marks(pattern, entry.msgid_plural or entry.msgid)
    ]
    assert not lost


@pytest.mark.parametrize("domain", DOMAINS)
def test_no_english_sentence_stands_as_its_own_translation(domain):
    copied = [e.msgid for e in ours(domain) if vietnamese(e) == e.msgid and len(words(e.msgid)) > 1]
    assert not copied


@pytest.mark.parametrize("domain", DOMAINS)
def test_spaces_at_the_ends_are_kept(domain):
    def ends(text: str) -> tuple[bool, bool]:
        return text[0].isspace(), text[-1].isspace()

    assert not [e.msgid for e in ours(domain) if ends(vietnamese(e)) != ends(e.msgid)]


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_libraries_do_not_speak_over_our_own_pages(domain):
    """LOCALE_PATHS come before an app's catalogue: one message id can have one Vietnamese only."""
    theirs = {key(entry): vietnamese(entry) for entry in ours(domain)}
    clashes = []
    for path in Path(settings.BASE_DIR).glob(f"*/locale/vi/LC_MESSAGES/{domain}.po"):
        for entry in polib.pofile(str(path)):
            other = theirs.get(key(entry))
            if other and is_done(entry) and vietnamese(entry) != other:
                clashes.append((str(path), entry.msgid, vietnamese(entry), other))
    clashes = [clash for clash in clashes if clash[1] not in SHARED]
    assert not clashes, "say it with the same words, or give yours a context (pgettext)"


def test_the_catalogue_is_read_by_the_site():
    with override("vi"):
        assert gettext("Save draft") == "Lưu bản nháp"
        assert gettext("Unpublish") == "Gỡ xuất bản"
        assert ngettext("%(count)s image", "%(count)s images", 3) == "%(count)s hình ảnh"
