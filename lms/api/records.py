"""What other systems send and are told of people, posts, positions and units."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from cadres.coding import UnitRecord
from cadres.models import Cadre, UnitVersion
from cadres.records import PersonRecord, PostRecord, Result
from cadres.upserting import MOST
from exchange.models import Event

EXTERNAL_ID = r"[A-Za-z0-9][A-Za-z0-9._:\-]{0,63}"
_CODE = r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,19}$"
RESULTS = [
    (Result.CREATED, _("Entered")),
    (Result.LINKED, _("Joined to a record that stands: number, name and birth agree")),
    (Result.CHANGED, _("Changed")),
    (Result.UNCHANGED, _("Nothing was written: nothing differs but what is kept")),
    (Result.REFUSED, _("Refused; “errors” says why")),
]
# What “overrule” may name.
FIELDS = [
    "full_name", "gender", "born_on", "identity_number", "kind", "phone", "email", "posts",
]  # fmt: skip
PERSON = {
    "full_name": "Nguyễn Thị Diễm Hương",
    "gender": "female",
    "born_on": "1980-09-05",
    "kind": "civil_servant",
    "identity_number": "037180001234",
    "phone": "0912345678",
    "posts": [
        {
            "unit": "14329",
            "position": "can-bo-dan-van",
            "valid_from": "2025-07-01",
            "valid_to": None,
            "is_main": True,
        }
    ],
}


KEPT = {
    "field": "phone",
    "code": "kept_by_hand",
    "message": "Đã được sửa tay tại đây ngày 26/11/2026 nên giữ nguyên. Muốn lấy giá trị của hệ"
    " thống gửi, hãy ghi tên trường này vào “overrule”.",
}


class FieldProblem(serializers.Serializer[Any]):
    field = serializers.CharField(help_text=_("Such as posts.0.unit"))
    code = serializers.CharField(help_text=_("For machines; it does not change"))
    message = serializers.CharField(help_text=_("For readers, in Vietnamese"))


class Mistake(serializers.Serializer[Any]):
    """Why a record was not taken, field by field."""

    detail = serializers.CharField(help_text=_("What is wrong, in Vietnamese"))
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment]
    candidates = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        help_text=_("Records that may be the same person: a person decides"),
    )


# --- People -------------------------------------------------------------------------------------


class PostInput(serializers.Serializer[Any]):
    unit = serializers.CharField(max_length=20, help_text=_("Code of the unit on the first day"))
    position = serializers.SlugField(max_length=50, help_text=_("Code of the position"))
    valid_from = serializers.DateField(help_text=_("First day"))
    valid_to = serializers.DateField(
        allow_null=True, required=False, default=None, help_text=_("First day after the last one")
    )
    is_main = serializers.BooleanField(default=True)


@extend_schema_serializer(
    examples=[OpenApiExample("person", value=PERSON, request_only=True)],
)
class PersonInput(serializers.Serializer[Any]):
    full_name = serializers.CharField(max_length=120)
    gender = serializers.ChoiceField(choices=Cadre.Gender.choices)
    born_on = serializers.DateField()
    born_year_only = serializers.BooleanField(
        default=False, help_text=_("Only the year is known; send January 1 of it")
    )
    kind = serializers.ChoiceField(choices=Cadre.Kind.choices)
    identity_number = serializers.CharField(
        required=False, max_length=12, help_text=_("Taken in encrypted; never given out")
    )
    phone = serializers.CharField(
        required=False, max_length=16, allow_blank=True, help_text=_("Left out: stays as it is")
    )
    email = serializers.EmailField(
        required=False, max_length=254, allow_blank=True, help_text=_("Left out: stays as it is")
    )
    posts = PostInput(  # type: ignore[call-arg]
        many=True, max_length=50, help_text=_("Those not sent stay; one is ended by its valid_to")
    )
    same_as = serializers.UUIDField(
        required=False, help_text=_("A person has decided: it is this record")
    )
    not_same_as = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=20,
        help_text=_("A person has decided: it is none of these records"),
    )
    overrule = serializers.ListField(
        child=serializers.ChoiceField(choices=FIELDS),
        required=False,
        max_length=len(FIELDS),
        help_text=_("A person has decided: take these fields although a hand corrected them here"),
    )

    def record(self, external_id: str, given: dict[str, Any]) -> PersonRecord:
        fields = {name: value for name, value in given.items() if name != "external_id"}
        fields["posts"] = tuple(PostRecord(**post) for post in given["posts"])
        fields["not_same_as"] = tuple(given.get("not_same_as", ()))
        fields["overrule"] = frozenset(given.get("overrule", ()))
        return PersonRecord(external_id=external_id, **fields)


class BatchPerson(PersonInput):
    external_id = serializers.RegexField(f"^{EXTERNAL_ID}$", max_length=64)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "people", value={"people": [{"external_id": "NV-0042", **PERSON}]}, request_only=True
        )
    ],
)
class BatchInput(serializers.Serializer[Any]):
    people = BatchPerson(  # type: ignore[call-arg]
        many=True, max_length=MOST, allow_empty=False
    )
    skip_refused = serializers.BooleanField(
        default=False, help_text=_("Write the others although some are refused")
    )

    def records(self) -> list[PersonRecord]:
        one = PersonInput()
        given: list[dict[str, Any]] = self.validated_data["people"]
        return [one.record(person["external_id"], person) for person in given]


class HeldPost(serializers.Serializer[Any]):
    unit = serializers.UUIDField()
    unit_code = serializers.CharField(allow_blank=True)
    position = serializers.CharField()
    is_main = serializers.BooleanField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class PersonDetail(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    external_id = serializers.SerializerMethodField(help_text=_("Of the key's system"))
    code = serializers.CharField(help_text=_("Cadre code"))
    full_name = serializers.CharField()
    gender = serializers.ChoiceField(choices=Cadre.Gender.choices)
    born_on = serializers.DateField()
    born_year_only = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=Cadre.Kind.choices)
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    posts = HeldPost(many=True)

    def get_external_id(self, face: Any) -> str | None:
        ids: dict[int, str] = self.context.get("external_ids", {})
        return ids.get(face.pk)


_KEPT = _("What differs but was corrected by hand here, and stays so until “overrule” names it")


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "kept",
            value={
                "result": "unchanged",
                "kept": [KEPT],
                "person": {
                    "id": "0b1f3c1e-6f0e-4a52-9d3c-2f6f5a1d7c11",
                    "external_id": "NV-0042",
                    "code": "NB000042",
                    **{name: PERSON[name] for name in ("full_name", "gender", "born_on", "kind")},
                    "born_year_only": False,
                    "phone": "0987654321",
                    "email": "",
                    "posts": [],
                },
            },
            response_only=True,
        )
    ],
)
class PersonOutcome(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=RESULTS)
    kept = FieldProblem(many=True, help_text=_KEPT)
    person = PersonDetail()


class BatchOutcome(serializers.Serializer[Any]):
    external_id = serializers.CharField()
    result = serializers.ChoiceField(choices=RESULTS)
    id = serializers.UUIDField(source="person.id", allow_null=True, default=None)
    kept = FieldProblem(many=True, help_text=_KEPT)
    errors = FieldProblem(many=True)  # type: ignore[assignment]
    candidates = serializers.ListField(child=serializers.UUIDField())


class BatchAnswer(serializers.Serializer[Any]):
    written = serializers.BooleanField(help_text=_("Whether anything was written"))
    outcomes = BatchOutcome(many=True)


class PersonStep(serializers.Serializer[Any]):
    event = serializers.UUIDField(source="event.public_id")
    type = serializers.ChoiceField(
        choices=[c for c in Event.Kind.choices if c[0].startswith("person.")], source="event.kind"
    )
    at = serializers.DateTimeField(source="event.at")
    person_id = serializers.UUIDField()
    person = PersonDetail(
        allow_null=True, help_text=_("As they are now; null: no longer in the key's units")
    )


class PersonChanges(serializers.Serializer[Any]):
    results = PersonStep(many=True, source="steps")
    cursor = serializers.IntegerField(help_text=_("Ask with it the next time"))
    has_more = serializers.BooleanField()


# --- Posts, positions, units --------------------------------------------------------------------


class PostOnDay(serializers.Serializer[Any]):
    person = serializers.UUIDField(source="cadre.public_id")
    unit = serializers.UUIDField(source="unit.public_id")
    position = serializers.CharField(source="position.code")
    is_main = serializers.BooleanField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class PositionName(serializers.Serializer[Any]):
    code = serializers.CharField(read_only=True)
    name = serializers.CharField(max_length=120)


class PositionOutcome(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=RESULTS)
    position = PositionName()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "unit",
            value={
                "name": "Phường Hoa Lư",
                "kind": "ward",
                "parent": "TU",
                "valid_from": "2025-07-01",
                "document": "Nghị quyết số 1687/NQ-UBTVQH15",
            },
            request_only=True,
        )
    ],
)
class UnitInput(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=UnitVersion.Kind.choices)
    parent = serializers.CharField(  # type: ignore[assignment]
        max_length=20, allow_blank=True, default="", help_text=_("Code of the unit above")
    )
    valid_from = serializers.DateField(help_text=_("Since when it stands there"))
    document = serializers.CharField(
        max_length=200, allow_blank=True, default="", help_text=_("That puts it elsewhere")
    )

    def record(self, code: str) -> UnitRecord:
        return UnitRecord(code=code, **self.validated_data)


class UnitOutcome(serializers.Serializer[Any]):
    result = serializers.ChoiceField(choices=RESULTS)
    id = serializers.UUIDField()


CODE = serializers.RegexField(_CODE, max_length=20)


# --- Completed training -------------------------------------------------------------------------


class TrainingRecord(serializers.Serializer[Any]):
    """One completed course, as a row of “quá trình bồi dưỡng”."""

    person = serializers.UUIDField(source="cadre.public_id")
    code = serializers.CharField(source="cadre.code", help_text=_("Cadre code"))
    full_name = serializers.CharField(source="cadre.full_name")
    programme = serializers.CharField()
    form = serializers.CharField(help_text=_("Online or blended, in Vietnamese"))
    hours = serializers.FloatField(help_text=_("Hours (tiết)"))
    begun_on = serializers.DateField()
    completed_on = serializers.DateField()
    grade = serializers.FloatField(help_text=_("Of ten"))
    result = serializers.CharField(help_text=_("Class of result, in Vietnamese"))
    certificate_number = serializers.CharField(allow_null=True)
    certificate_state = serializers.CharField(allow_null=True, help_text=_("valid or revoked"))
    issuer = serializers.CharField(allow_null=True)
    unit_then = serializers.CharField(allow_null=True, help_text=_("Unit when completed"))
