from cadres.models.attestations import Attestation
from cadres.models.external import ExternalId
from cadres.models.grants import RoleGrant
from cadres.models.groups import GroupListing, GroupRule, Position, TargetGroup
from cadres.models.people import Cadre, Post
from cadres.models.roles import Role
from cadres.models.roster import RosterDifference, RosterMemory, RosterRun
from cadres.models.units import Ancestry, Reorganisation, Succession, Unit, UnitVersion

__all__ = [
    "Ancestry",
    "Attestation",
    "Cadre",
    "ExternalId",
    "GroupListing",
    "GroupRule",
    "Position",
    "Post",
    "Reorganisation",
    "Role",
    "RoleGrant",
    "RosterDifference",
    "RosterMemory",
    "RosterRun",
    "Succession",
    "TargetGroup",
    "Unit",
    "UnitVersion",
]
