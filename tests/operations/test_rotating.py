from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, InvalidToken
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

import cadres.keeping
from accounts.models import User
from cadres.models import Cadre
from cadres.requesting import ask, evidence_of
from cadres.roster import keeping as rosters
from operations.changing import Recorder, undo
from operations.models import ChangeSet, Correction, JournalEntry
from tests import cast
from tests.accounts.knocking import six_digits

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
LOST = Fernet.generate_key().decode()
NUMBER, OTHER = "037180123456", "037180123457"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def cadre(db: Any, settings: Any, tmp_path: Path) -> Cadre:
    settings.FIELD_KEYS = [OLD]
    settings.MEDIA_ROOT = str(tmp_path)
    units = cast.build_units()
    known = cast.make_cadre(units, identity_number=NUMBER)
    cast.make_cadre(units)
    file = SimpleUploadedFile("giay.pdf", b"%PDF-1.7")
    ask(known, "identity_number", OTHER, reason="Gõ nhầm", file=file)
    return known


@pytest.fixture
def changed(cadre: Cadre) -> ChangeSet:
    recorder = Recorder("Sửa số", by=None)
    cadre.identity_number = OTHER
    recorder.update([cadre], ["identity_number"])
    return recorder.change_set


@pytest.fixture
def user(cadre: Cadre) -> User:
    assert cadre.user
    TOTP.activate(cadre.user, SECRET)
    RecoveryCodes.activate(cadre.user)
    return cadre.user


def rotate(capsys: Any, *options: str) -> dict[str, int]:
    call_command("rotate_field_keys", "--json", *options)
    counts: dict[str, int] = json.loads(capsys.readouterr().out)
    return {what: count for what, count in counts.items() if count}


def test_after_rotating_the_old_key_can_be_dropped(
    cadre: Cadre, settings: Any, capsys: Any
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    assert rotate(capsys) == {
        "cadres.Cadre.identity_number": 1,
        "operations.Correction.value": 1,
        "corrections": 1,
    }
    settings.FIELD_KEYS = [NEW]
    assert Cadre.objects.get(pk=cadre.pk).identity_number == NUMBER
    asked = Correction.objects.get()
    assert (asked.value, evidence_of(asked)) == (OTHER, b"%PDF-1.7")


def test_a_change_can_still_be_undone(
    cadre: Cadre, changed: ChangeSet, settings: Any, capsys: Any
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    assert rotate(capsys)["changes"] == 1
    settings.FIELD_KEYS = [NEW]
    undo(changed, by=None, reason="Nhầm")
    assert Cadre.objects.get(pk=cadre.pk).identity_number == NUMBER


def test_one_still_gets_in_with_the_second_step(user: User, settings: Any, capsys: Any) -> None:
    codes = recovery_codes(user)
    settings.FIELD_KEYS = [NEW, OLD]
    assert rotate(capsys)["second_steps"] == 2
    settings.FIELD_KEYS = [NEW]
    app = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert app.wrap().validate_code(six_digits(SECRET))
    assert recovery_codes(user) == codes


def recovery_codes(user: User) -> list[str]:
    held = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    codes: list[str] = held.wrap().generate_codes()
    return codes


def test_uploaded_lists_are_still_read(cadre: Cadre, settings: Any, capsys: Any) -> None:
    assert cadre.user
    token = cadres.keeping.keep("ds.xlsx", b"PK-1", {}, by=cadre.user)
    name = rosters.keep(b"PK-2")
    before = default_storage.get_modified_time(name)
    settings.FIELD_KEYS = [NEW, OLD]
    counts = rotate(capsys)
    assert (counts["imports"], counts["rosters"]) == (1, 1)
    settings.FIELD_KEYS = [NEW]
    assert cadres.keeping.kept(token, by=cadre.user).content == b"PK-1"
    assert rosters.kept(name) == b"PK-2"
    assert default_storage.get_modified_time(name) == before
    assert default_storage.listdir("rosters")[1] == [name.rpartition("/")[2]]


def test_rotating_again_finds_nothing_left(
    changed: ChangeSet, user: User, settings: Any, capsys: Any
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    rotate(capsys)
    assert rotate(capsys) == {}


def test_a_run_that_stopped_is_run_again(cadre: Cadre, settings: Any, capsys: Any) -> None:
    settings.FIELD_KEYS = [LOST]
    rosters.keep(b"PK")
    settings.FIELD_KEYS = [NEW, OLD]
    with pytest.raises(CommandError, match="FIELD_KEYS"):
        call_command("rotate_field_keys")
    settings.FIELD_KEYS = [NEW, OLD, LOST]
    assert rotate(capsys) == {"rosters": 1, "corrections": 1}


def test_it_says_what_it_did_and_the_journal_keeps_it(
    cadre: Cadre, settings: Any, capsys: Any
) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    call_command("rotate_field_keys")
    said = capsys.readouterr().out
    assert "Giấy tờ gửi kèm đề nghị sửa thông tin: 1" in said
    assert "nay bỏ được" in said
    assert JournalEntry.objects.get(deed="key.rotate").after == {"count": 3}


def test_a_trial_writes_nothing(cadre: Cadre, settings: Any, capsys: Any) -> None:
    settings.FIELD_KEYS = [NEW, OLD]
    assert rotate(capsys, "--dry-run")["cadres.Cadre.identity_number"] == 1
    assert not JournalEntry.objects.filter(deed="key.rotate").exists()
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        Cadre.objects.get(pk=cadre.pk)
    with pytest.raises(InvalidToken):
        evidence_of(Correction.objects.defer("value").get())


def test_a_lost_key_is_said(cadre: Cadre, settings: Any) -> None:
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(CommandError, match="FIELD_KEYS"):
        call_command("rotate_field_keys")
