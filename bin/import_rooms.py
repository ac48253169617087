"""A contract for import-linter: inside an app, a module imports only from rooms below its own.

A room is named by the first part of a module's name inside its app. `*` is the room of every
module that no other room names (the deeds); names joined by `|` are separate rooms of one height.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class RoomsContract(Contract):
    apps: Any = fields.ListField(subfield=fields.StringField())
    rooms: Any = fields.ListField(subfield=fields.StringField())

    def validate(self) -> None:
        self.heights = {
            room.strip(): -depth
            for depth, rooms in enumerate(self.rooms)
            for room in rooms.split("|")
        }

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        climbs: list[str] = []
        for app in self.apps:
            inside = sorted(m for m in graph.find_descendants(app) if self._room(m) != "migrations")
            for importer, imported in product(inside, inside):
                if self._climbs(self._room(importer), self._room(imported)):
                    for place in graph.get_import_details(importer=importer, imported=imported):
                        climbs.append(f"{importer}:{place['line_number']} imports {imported}")
        return ContractCheck(kept=not climbs, metadata={"climbs": climbs})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for climb in check.metadata["climbs"]:
            output.print_error(climb)

    def _room(self, module: str) -> str:
        name = module.split(".")[1]
        return name if name in self.heights or name == "migrations" else "*"

    def _climbs(self, importer: str, imported: str) -> bool:
        return importer != imported and self.heights[imported] >= self.heights[importer]
