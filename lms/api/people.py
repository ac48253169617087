"""People, posts, positions and units as a personnel system reads and writes them."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from cadres.coding import upsert_position, upsert_unit
from cadres.describing import PersonFace, describe
from cadres.models import Cadre, ExternalId, Position
from cadres.records import Result
from cadres.searching import find_posts
from cadres.upserting import upsert, upsert_all
from exchange.following import MOST, changes_since
from exchange.replaying import answer_once
from lms.api import records
from lms.api.access import KeyView, SharedView
from lms.api.pages import PagedSchema, paged
from lms.api.reading import DAY, UNIT, day_of_request, not_found, unit_of_request
from lms.api.serializers import Problem

_ETAG = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description=gettext_lazy("The ETag that was read; a record changed since answers 412"),
)
_IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description=gettext_lazy("A name of one's own; repeated, it answers the same and does nothing"),
)
_CURSOR = OpenApiParameter(
    "cursor", int, description=gettext_lazy("What was last answered; 0 or nothing: from the start")
)
_SIZE = OpenApiParameter("size", int, description=gettext_lazy("At most 200"))
_EXTERNAL = OpenApiParameter(
    "external_id",
    str,
    OpenApiParameter.PATH,
    description=gettext_lazy("Id of the person in the key's system"),
    pattern=f"^{records.EXTERNAL_ID}$",
)
_MISTAKES = {
    400: OpenApiResponse(records.Mistake, gettext_lazy("A field is missing or malformed")),
    401: Problem,
    403: Problem,
    409: OpenApiResponse(records.Mistake, gettext_lazy("It may be somebody known already")),
    422: OpenApiResponse(records.Mistake, gettext_lazy("A field says what cannot be")),
}


def _quoted(face: PersonFace) -> str:
    return f'"{face.digest[:32]}"'


# --- People -------------------------------------------------------------------------------------


class PersonByExternalId(KeyView):
    @extend_schema(
        summary=gettext_lazy("One person by the id of the key's system"),
        parameters=[_EXTERNAL],
        responses={200: records.PersonDetail, 401: Problem, 403: Problem, 404: Problem},
    )
    def get(self, request: Request, external_id: str) -> Response:
        face = self._find(external_id)
        if face is None:
            raise not_found()
        return _person(face, {face.pk: external_id})

    @extend_schema(
        summary=gettext_lazy("Enter or change a person; the same twice changes nothing"),
        parameters=[_EXTERNAL, _ETAG],
        request=records.PersonInput,
        responses={
            200: records.PersonOutcome,
            201: records.PersonOutcome,
            412: Problem,
            **_MISTAKES,
        },
    )
    def put(self, request: Request, external_id: str) -> Response:
        if not re.fullmatch(records.EXTERNAL_ID, external_id):
            words = _("An id has at most 64 letters, digits, dots, colons, hyphens.")
            raise ValidationError({"external_id": [words]})
        given = records.PersonInput(data=request.data)
        given.is_valid(raise_exception=True)
        outcome = upsert(
            given.record(external_id, given.validated_data),
            source=self.key.source,
            access=self.access,
            by=self.key.user,
            if_match=self._matched(request, external_id),
        )
        assert outcome.person  # noqa: S101 (only a refusal has none)
        context = {"external_ids": {outcome.person.pk: external_id}}
        body = records.PersonOutcome(outcome, context=context).data
        status = 201 if outcome.result == Result.CREATED else 200
        return Response(body, status, headers={"ETag": _quoted(outcome.person)})

    def _matched(self, request: Request, external_id: str) -> str:
        """The whole digest that `If-Match` means; what matches nothing stays as it came."""
        wanted = request.headers.get("If-Match", "")
        face = self._find(external_id) if wanted else None
        return face.digest if face and wanted in {"*", _quoted(face)} else wanted

    def _find(self, external_id: str) -> PersonFace | None:
        linked = ExternalId.objects.filter(source=self.key.source, value=external_id)
        seen = Cadre.objects.visible_to(self.access).filter(pk__in=linked.values("cadre"))
        faces = describe(seen.values_list("pk", flat=True))
        return next(iter(faces.values()), None)


class PersonPage(SharedView):
    @extend_schema(
        summary=gettext_lazy("One person whose record I may read, with all posts"),
        responses={200: records.PersonDetail, 401: Problem, 404: Problem},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        seen = Cadre.objects.visible_to(self.access).filter(public_id=public_id)
        face = next(iter(describe(seen.values_list("pk", flat=True)).values()), None)
        if face is None:
            raise not_found()
        return _person(face, _external_ids(request, [face.pk]))


class PersonBatch(KeyView):
    @extend_schema(
        summary=gettext_lazy("Enter or change many people at once, at most 500"),
        parameters=[_IDEMPOTENCY],
        request=records.BatchInput,
        responses={200: records.BatchAnswer, **_MISTAKES, 422: records.BatchAnswer},
    )
    def post(self, request: Request) -> Response:
        given = records.BatchInput(data=request.data)
        given.is_valid(raise_exception=True)
        name = request.headers.get("Idempotency-Key", "")
        answer = answer_once(self.key, name, request.data, lambda: self._write(given))
        headers = {"Idempotent-Replayed": "true"} if answer.is_replay else {}
        return Response(answer.body, answer.status, headers=headers)

    def _write(self, given: records.BatchInput) -> tuple[int, Any]:
        skip = given.validated_data["skip_refused"]
        outcomes = upsert_all(
            given.records(),
            source=self.key.source,
            access=self.access,
            by=self.key.user,
            skip_refused=skip,
        )
        written = skip or all(o.result != Result.REFUSED for o in outcomes)
        body = records.BatchAnswer({"written": written, "outcomes": outcomes}).data
        return (200 if written else 422), body


class PersonChangeList(KeyView):
    @extend_schema(
        summary=gettext_lazy("Who was entered, changed, moved or left since a cursor"),
        parameters=[_CURSOR, _SIZE],
        responses={200: records.PersonChanges, 400: records.Mistake, 401: Problem, 403: Problem},
    )
    def get(self, request: Request) -> Response:
        cursor = _number(request, "cursor", 0, 0, 2**63 - 1)
        size = _number(request, "size", MOST, 1, MOST)
        changes = changes_since(cursor, self.access, size=size)
        pks = [step.person.pk for step in changes.steps if step.person]
        context = {"external_ids": _external_ids(request, pks)}
        return Response(records.PersonChanges(changes, context=context).data)


def _number(request: Request, name: str, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()) or not least <= int(text) <= most:
        words = _("Write a whole number from %(least)d to %(most)d.")
        raise ValidationError({name: [words % {"least": least, "most": most}]})
    return int(text)


def _person(face: PersonFace, external_ids: dict[int, str]) -> Response:
    body = records.PersonDetail(face, context={"external_ids": external_ids}).data
    return Response(body, headers={"ETag": _quoted(face)})


def _external_ids(request: Request, cadre_ids: list[int]) -> dict[int, str]:
    """The ids of the key's system; one who has signed in knows none."""
    source = getattr(request.auth, "source", None)
    if source is None:
        return {}
    ids = ExternalId.objects.filter(source=source, cadre__in=cadre_ids)
    return dict(ids.values_list("cadre_id", "value"))


# --- Posts, positions, units --------------------------------------------------------------------


class PostList(SharedView):
    schema = PagedSchema()

    @extend_schema(
        summary=gettext_lazy("Posts held on a day by the people whose records I may read"),
        parameters=[DAY, UNIT],
        responses={
            200: records.PostOnDay(many=True), 400: records.Mistake, 401: Problem, 404: Problem,
        },
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        day = day_of_request(request) or self.access.day
        unit = unit_of_request(request, self.access)
        posts = find_posts(self.access, day, unit_id=unit.pk if unit else None)
        return paged(self, posts, records.PostOnDay, "pk")


class PositionList(SharedView):
    schema = PagedSchema()

    @extend_schema(
        summary=gettext_lazy("Positions by their codes"),
        responses={200: records.PositionName(many=True), 401: Problem},
    )
    def get(self, request: Request) -> Response:
        return paged(self, Position.objects.all(), records.PositionName, "code")


class PositionByCode(KeyView):
    @extend_schema(
        summary=gettext_lazy("Name a position; the same twice changes nothing"),
        request=records.PositionName,
        responses={200: records.PositionOutcome, 201: records.PositionOutcome, **_MISTAKES},
    )
    def put(self, request: Request, code: str) -> Response:
        given = records.PositionName(data=request.data)
        given.is_valid(raise_exception=True)
        named, result = upsert_position(code, given.validated_data["name"], by=self.key.user)
        body = records.PositionOutcome({"result": result, "position": named}).data
        return Response(body, 201 if result == Result.CREATED else 200)


class UnitByCode(KeyView):
    @extend_schema(
        summary=gettext_lazy("Establish a unit, or put it under another one"),
        request=records.UnitInput,
        responses={200: records.UnitOutcome, 201: records.UnitOutcome, **_MISTAKES},
    )
    def put(self, request: Request, code: str) -> Response:
        given = records.UnitInput(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = given.record(records.CODE.run_validation(code))
        unit, result = upsert_unit(wanted, access=self.access, by=self.key.user)
        body = records.UnitOutcome({"result": result, "id": unit.public_id}).data
        return Response(body, 201 if result == Result.CREATED else 200)
