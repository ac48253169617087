"""The printed certificate: one A4 landscape page, as PDF and as a picture."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from kit.printing import qr_svg, typeset

SOURCE = Path(__file__).parent / "layouts" / "certificate.typ"
PAGE_INCHES = 297 / 25.4


@cache
def layout_hash() -> str:
    """Changes when the layout does."""
    return hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]


def render(printed: Mapping[str, Any]) -> bytes:
    """The PDF/A-2b of a certificate whose printed values are given; about 15 ms."""
    return typeset(SOURCE, _values(printed), format="pdf", pdf_standards=["a-2b"])


def picture(printed: Mapping[str, Any], *, wide: int = 1200) -> bytes:
    """The same page as a PNG of few colours, `wide` pixels across, to show and to send."""
    png = typeset(SOURCE, _values(printed), format="png", ppi=wide / PAGE_INCHES)
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(48, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _values(printed: Mapping[str, Any]) -> dict[str, Any]:
    return {**printed, "qr": qr_svg(str(printed["address"]))}
