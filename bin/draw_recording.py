"""Draws lms/demo/recordings/sau-phuong-phap.mp4: the drawing of the six ways, one after another.

Needed only when the drawing changes; the film is committed. Silent: its words are the captions.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import typst
from PIL import Image

DEMO = Path(__file__).resolve().parent.parent / "lms" / "demo"
NAME = "sau-phuong-phap"
SIZE, RATE, FADE = (960, 540), 10, 5
COLUMNS, ROWS = ((0, 330), (330, 630), (630, 960)), ((0, 275), (275, 540))
CELLS = [(left, top, right, bottom) for top, bottom in ROWS for left, right in COLUMNS]
# Seconds a scene lasts: all six, each alone, all six again. The captions keep the same times.
SCENES = [(None, 4), *((cell, 5) for cell in CELLS), (None, 5)]


def drawing() -> Image.Image:
    pictures = DEMO / "pictures"
    png = typst.compile(
        pictures / "page.typ",
        root=pictures,
        font_paths=[DEMO.parent.parent / "build" / "fonts"],
        format="png",
        ppi=96,
        sys_inputs={"name": NAME},
    )
    assert isinstance(png, bytes)  # noqa: S101 (one page, one file)
    return Image.open(io.BytesIO(png)).convert("RGB").resize(SIZE)


def alone(whole: Image.Image, cell: tuple[int, int, int, int] | None) -> Image.Image:
    """The drawing with all but one of the six faded into the paper."""
    if cell is None:
        return whole
    faded = Image.blend(whole, Image.new("RGB", SIZE, "#faf6ee"), 0.84)
    faded.paste(whole.crop(cell), cell)
    return faded


def frames() -> Iterator[Image.Image]:
    whole = drawing()
    before = whole
    for cell, seconds in SCENES:
        scene = alone(whole, cell)
        for number in range(seconds * RATE):
            share = min(1.0, (number + 1) / FADE)
            yield Image.blend(before, scene, share)
        before = scene


def main() -> None:
    size = f"{SIZE[0]}x{SIZE[1]}"
    read = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(RATE), "-i", "-"]
    write = ["-c:v", "libx264", "-crf", "30", "-preset", "veryslow", "-pix_fmt", "yuv420p"]
    film = DEMO / "recordings" / f"{NAME}.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-loglevel", "error", *read, *write]
    process = subprocess.Popen(
        [*command, "-movflags", "+faststart", str(film)], stdin=subprocess.PIPE
    )
    assert process.stdin  # noqa: S101 (asked for above)
    for frame in frames():
        process.stdin.write(frame.tobytes())
    process.stdin.close()
    if process.wait():
        raise SystemExit("the film could not be written")
    print(f"{film.name}: {film.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
