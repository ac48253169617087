"""Collects what Wagtail, Django, allauth and the others leave without Vietnamese.

    bin/upstream_messages.py                  brings lms/upstream/locale up to date
    bin/upstream_messages.py --offer FOLDER   writes the libraries' own catalogues, filled

What we translated is kept. A string a library has since translated stays ours, as does one we
say better. What a library dropped goes.
"""

from __future__ import annotations

import argparse
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import polib

LIBRARIES = Path(sysconfig.get_paths()["purelib"])
OURS = Path(__file__).resolve().parent.parent / "lms/upstream/locale/vi/LC_MESSAGES"
DOMAINS = ["django", "djangojs"]
# A folder here stands for every catalogue below it. Django's admin and what hangs on it are not
# installed, so nobody meets their strings.
SOURCES = [
    "wagtail",
    "allauth",
    "taggit",
    "django_filters",
    "rest_framework",
    "django/conf",
    "django/contrib/auth",
    "django/contrib/contenttypes",
    "django/contrib/humanize",
    "django/contrib/postgres",
    "django/contrib/sessions",
]
HEADER = """\
Vietnamese for Wagtail, django-allauth, Django and others, where theirs is missing or reads badly.
Collected by bin/upstream_messages.py; the words are chosen in lms/upstream/README.md.
Each entry names the catalogues it belongs to, so it can be offered to them.
"""
METADATA = {
    "Project-Id-Version": "Kheo",
    "Language": "vi",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
Key = tuple[str | None, str]


def key(entry: polib.POEntry | polib.MOEntry) -> Key:
    return (entry.msgctxt or None, entry.msgid)


def is_done(entry: polib.POEntry | polib.MOEntry) -> bool:
    text = entry.msgstr_plural.get(0) if entry.msgid_plural else entry.msgstr
    return bool(text) and not (isinstance(entry, polib.POEntry) and entry.fuzzy)


def catalogues(domain: str) -> Iterator[Path]:
    """The `locale` folders of the sources that have this domain."""
    for source in SOURCES:
        found = (LIBRARIES / source).rglob(f"locale/*/LC_MESSAGES/{domain}.[pm]o")
        yield from sorted({path.parents[2] for path in found})


def entries(locale: Path, language: str, domain: str) -> dict[Key, polib.POEntry]:
    """One catalogue; some libraries ship it compiled only."""
    po = locale / language / "LC_MESSAGES" / f"{domain}.po"
    if po.exists():
        return {key(e): e for e in polib.pofile(str(po)) if not e.obsolete}
    mo = po.with_suffix(".mo")
    if not mo.exists():
        return {}
    fields = ["msgctxt", "msgid", "msgid_plural", "msgstr", "msgstr_plural"]
    return {
        key(e): polib.POEntry(**{name: getattr(e, name) for name in fields})
        for e in polib.mofile(str(mo))
    }


def english(locale: Path, domain: str) -> dict[Key, polib.POEntry]:
    """Every message id; a library without an English catalogue is read off its other languages."""
    found = entries(locale, "en", domain)
    if not found:
        for language in sorted(path.name for path in locale.iterdir() if path.is_dir()):
            found = entries(locale, language, domain) | found
    return found


def origin(locale: Path) -> str:
    return ".".join(locale.parent.relative_to(LIBRARIES).parts)


def blank(entry: polib.POEntry) -> polib.POEntry:
    fresh = polib.POEntry(
        msgctxt=entry.msgctxt,
        msgid=entry.msgid,
        msgid_plural=entry.msgid_plural,
        comment=entry.comment,
        flags=[flag for flag in entry.flags if flag != "fuzzy"],
    )
    if fresh.msgid_plural:
        fresh.msgstr_plural = {0: ""}
    return fresh


def collected(domain: str, kept: dict[Key, polib.POEntry]) -> dict[Key, polib.POEntry]:
    """What needs our Vietnamese, in the order of the sources, with where each comes from."""
    wanted: dict[Key, polib.POEntry] = {}
    origins: dict[Key, list[str]] = {}
    for locale in catalogues(domain):
        theirs = entries(locale, "vi", domain)
        for name, entry in english(locale, domain).items():
            is_theirs = name in theirs and is_done(theirs[name])
            if (is_theirs and name not in kept) or not name[1]:
                continue
            wanted.setdefault(name, blank(entry))
            origins.setdefault(name, []).append(origin(locale))
    for name, entry in wanted.items():
        # Where it comes from, then the makers' own hint to translators.
        hints = [line for line in entry.comment.splitlines() if line]
        entry.comment = "\n".join([", ".join(origins[name]), *hints])
        if name in kept:
            entry.msgstr = kept[name].msgstr
            entry.msgstr_plural = kept[name].msgstr_plural or entry.msgstr_plural
            entry.tcomment = kept[name].tcomment
    return wanted


def update(domain: str) -> None:
    path = OURS / f"{domain}.po"
    kept = {key(e): e for e in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.header = HEADER
    catalogue.metadata = METADATA
    catalogue.extend(collected(domain, kept).values())
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    left = sum(not is_done(entry) for entry in catalogue)
    print(f"{path.name}: {len(catalogue)} strings, {left} without Vietnamese")


def for_anyone(text: str) -> str:
    """The house says "đồng chí" to its readers; elsewhere the word is "bạn"."""
    return text.replace("đồng chí", "bạn").replace("Đồng chí", "Bạn")


def offer(folder: Path, domain: str) -> None:
    """Each library's own Vietnamese catalogue with ours put in, ready for a pull request."""
    ours = {key(e): e for e in polib.pofile(str(OURS / f"{domain}.po")) if is_done(e)}
    for locale in catalogues(domain):
        theirs = entries(locale, "vi", domain)
        catalogue = polib.POFile(wrapwidth=78)
        catalogue.metadata = METADATA | {"Project-Id-Version": origin(locale)}
        for name, entry in english(locale, domain).items():
            filled = blank(entry)
            source = ours.get(name) or theirs.get(name)
            if source is not None and is_done(source):
                filled.msgstr = for_anyone(source.msgstr)
                filled.msgstr_plural = {
                    number: for_anyone(text) for number, text in source.msgstr_plural.items()
                }
            catalogue.append(filled)
        path = folder / locale.relative_to(LIBRARIES) / "vi/LC_MESSAGES" / f"{domain}.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue.save(str(path))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--offer", type=Path, metavar="FOLDER")
    folder = parser.parse_args().offer
    for domain in DOMAINS:
        if folder:
            offer(folder, domain)
        else:
            update(domain)


if __name__ == "__main__":
    main()
