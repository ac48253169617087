"""Who may ask: a session, as on the pages, or another system's key; without one, 401."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from cadres.scopes import Access
from exchange.models import ApiKey


class Session(SessionAuthentication):
    """The cookie of signing in. Naming a scheme makes the answer to nobody a 401."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "lms.api.access.Session"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class Key(BaseAuthentication):
    """The key of another system, which the roles table has asked about already."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        key: ApiKey | None = getattr(request._request, "api_key", None)
        return (key.user, key) if key else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "lms.api.access.Key"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class PublicView(APIView):
    """For anyone."""

    authentication_classes = [Session]
    permission_classes = [AllowAny]

    @property
    def access(self) -> Access:
        access: Access = self.request._request.access  # type: ignore[attr-defined]
        return access


class SignedInView(PublicView):
    """For one who has signed in; what is found depends on the roles. No cache keeps it."""

    permission_classes = [IsAuthenticated]

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


class SharedView(SignedInView):
    """For one who has signed in, and for another system's key."""

    authentication_classes = [Key, Session]


class KeyView(SignedInView):
    """For another system's key only."""

    authentication_classes = [Key]

    @property
    def key(self) -> ApiKey:
        assert isinstance(self.request.auth, ApiKey)  # noqa: S101 (the roles table sees to it)
        return self.request.auth
