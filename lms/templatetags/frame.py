"""What the page frame asks of a visitor."""

from __future__ import annotations

from django import template

from cadres.scopes import Access

register = template.Library()


@register.filter
def has(access: Access | None, roles: str) -> bool:
    """`{% if access|has:"manager auditor" %}`: does the visitor hold one of these roles?"""
    return bool(access) and access.has(*roles.split())  # type: ignore[union-attr]
