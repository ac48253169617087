from __future__ import annotations

import io
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from certificates.issuing import sample_values
from certificates.models import Certificate, Issuer
from certificates.rendering import picture, render
from certificates.verifying import stored_file
from tests.certificates.building import NAMES

LONG = "Ủy ban Mặt trận Tổ quốc Việt Nam và các tổ chức chính trị - xã hội phường Đông Hoa Lư "
NEVER_PRINTED = {"heading", "edition", "issuer_name", "date", "place", "number", "sample"}


def an_issuer(**settings: str) -> Issuer:
    values = {
        "name": "Ban Tuyên giáo và Dân vận",
        "superior": "Tỉnh ủy Ninh Bình",
        "heading": "party",
        "number_pattern": "{n}-GCN/BTGDVTU",
        "place": "Ninh Bình",
        "signer_title": "Phó Trưởng ban",
        "signer_name": "Đỗ Quỳnh Trâm",
    }
    return Issuer(**(values | settings))


def values(**changed: Any) -> dict[str, Any]:
    printed = sample_values(an_issuer()) | changed
    printed.pop("sample")
    return printed


def long_words(length: int) -> str:
    return (LONG * 9)[:length].strip()


@pytest.fixture(scope="module")
def longest() -> bytes:
    """Every value as long as its column allows."""
    issuer = an_issuer(
        name=long_words(200),
        superior=long_words(200),
        heading="state",
        number_pattern="{n}/" + "GCN-MTTQ-" * 6,
        place=long_words(60),
        signer_authority=long_words(120),
        signer_title=long_words(120),
        signer_name=long_words(120),
    )
    long = {"full_name": 120, "position": 120, "unit": 200, "course": 200}
    return render(sample_values(issuer) | {key: long_words(size) for key, size in long.items()})


def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(pdf)
    yield document
    document.close()


def text_of(pdf: bytes) -> str:
    """The words of the page as a reader copies them, line ends as spaces."""
    for document in opened(pdf):
        page = document[0].get_textpage().get_text_bounded()
        return re.sub(r"\s+", " ", page)
    return ""


def seen(pdf: bytes) -> Image.Image:
    for document in opened(pdf):
        image: Image.Image = document[0].render(scale=2).to_pil()
        return image
    raise AssertionError


def pages_of(pdf: bytes) -> list[tuple[float, float]]:
    for document in opened(pdf):
        return [page.get_size() for page in document]
    return []


def test_it_is_one_a4_page_lying_down():
    assert [(round(w), round(h)) for w, h in pages_of(render(values()))] == [(842, 595)]


def test_every_printed_value_stands_on_the_page_letter_for_letter(certificate: Certificate):
    text = text_of(stored_file(certificate))
    for key, value in certificate.printed.items():
        if key not in NEVER_PRINTED:
            assert str(value) in text, key


@pytest.mark.parametrize("name", [*NAMES, "Nguyễn Thị Hoà", "Quách Ỷ Ỵ Ợ Ữ Ặ Ẵ Ẩ"])
def test_vietnamese_names_can_be_read_back_from_the_page(name: str):
    assert name in text_of(render(values(full_name=name)))


def test_values_are_never_read_as_layout_code():
    dangerous = '#panic("x") *đậm* $x$ <nhãn> "thẳng" -- \\ @a'
    assert dangerous in text_of(render(values(course=dangerous)))


def test_all_fonts_are_embedded():
    for document in opened(render(values())):
        texts = [o for o in document[0].get_objects() if isinstance(o, pypdfium2.PdfTextObj)]
        fonts = {text.get_font().get_base_name(): text.get_font().is_embedded for text in texts}
        assert len(fonts) == 3
        assert all(fonts.values())


def test_it_says_that_it_is_pdf_a_2b():
    pdf = render(values())
    assert re.search(rb'pdfaid:part(>|=")2', pdf)
    assert re.search(rb'pdfaid:conformance(>|=")B', pdf)
    assert b"/OutputIntent" in pdf


def test_the_same_values_give_the_same_bytes_a_second_later():
    first = render(values())
    time.sleep(1.1)
    assert render(values()) == first


def test_the_longest_words_still_stand_on_one_page(longest: bytes):
    assert len(pages_of(longest)) == 1
    text = text_of(longest)
    assert text.count(long_words(200)) >= 2
    assert long_words(120) in text


def test_the_longest_words_stay_inside_the_frame(longest: bytes):
    for document in opened(longest):
        textpage = document[0].get_textpage()
        boxes = [textpage.get_charbox(i) for i in range(textpage.count_chars())]
        inside = [box for box in boxes if box[2] > box[0]]
        assert min(box[0] for box in inside) > 28
        assert max(box[2] for box in inside) < 842 - 28
        assert min(box[1] for box in inside) > 28


@pytest.mark.parametrize("is_long", [False, True])
def test_the_square_code_leads_to_the_public_page(is_long: bool, longest: bytes):
    pdf = longest if is_long else render(values())
    [found] = zxingcpp.read_barcodes(seen(pdf))
    assert found.text == values()["address"]


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="needs zbarimg")
def test_another_reader_reads_the_square_code_too(tmp_path: Path):
    seen(render(values())).save(tmp_path / "page.png")
    command = ["zbarimg", "--quiet", "--raw", str(tmp_path / "page.png")]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == values()["address"]


def test_a_party_body_and_a_state_body_have_their_own_headings():
    party = text_of(render(values()))
    school = sample_values(an_issuer(heading="state", number_pattern="{n}/GCN-TCT"))
    state = text_of(render(school))
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in party
    assert "Số 12-GCN/BTGDVTU" in party
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc" in state
    assert "Số: 12/GCN-TCT" in state


def test_a_sample_says_so_across_the_page_and_a_certificate_does_not():
    assert "BẢN MẪU" in text_of(render(sample_values(an_issuer())))
    assert "BẢN MẪU" not in text_of(render(values()))


def test_someone_without_a_post_has_no_empty_labels():
    text = text_of(render(values(position="", unit="")))
    assert "Chức vụ" not in text
    assert "Đơn vị" not in text


def test_the_picture_carries_the_same_square_code():
    image = Image.open(io.BytesIO(picture(values())))
    assert image.width == pytest.approx(1200, abs=2)
    assert zxingcpp.read_barcodes(image.convert("RGB"))[0].text == values()["address"]
