"""Pages set by typst: values are passed in as data, never formatted into the source.

Fonts are the project's own, so the same values give the same page on every machine.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings
from django.utils.translation import gettext as _

from kit.errors import Refusal

_local = threading.local()


def qr_svg(text: str) -> str:
    """The QR code of `text` as SVG; error correction Q survives a fold and a stamp."""
    out = io.BytesIO()
    # Any mask can be read; choosing the prettiest of eight would take longer than the page.
    segno.make(text, error="q", micro=False, mask=0).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


def qr_address(text: str) -> str:
    """The QR code of `text` as the address of a picture in the page itself."""
    return segno.make(text, error="q", micro=False).svg_data_uri(border=2, light="#fff")


def typeset(layout: Path, values: Mapping[str, Any], **how: Any) -> bytes:
    """What typst makes of `layout`, which reads the JSON of `values` from its inputs."""
    inputs = {"values": json.dumps(values, ensure_ascii=False)}
    made = _compiler(layout).compile(sys_inputs=inputs, **how)
    if not isinstance(made, bytes):
        raise TypeError("typst gave several files where one was asked for")
    return made


def _compiler(layout: Path) -> typst.Compiler:
    """One compiler a thread and layout: it keeps the fonts it has read."""
    compilers: dict[Path, typst.Compiler] = _local.__dict__.setdefault("compilers", {})
    if layout not in compilers:
        fonts = settings.PDF_FONTS
        if not any(Path(fonts).glob("*.ttf")):
            raise Refusal(_("The fonts for printing are missing. Please run “make assets”."))
        compilers[layout] = typst.Compiler(
            layout, root=layout.parent, font_paths=[fonts], ignore_system_fonts=True
        )
    return compilers[layout]
