"""Reads H5P packages safely: judges, installs, filters, resolves and writes them."""

from h5p.archive import Limits, Member
from h5p.exporting import export, write_package
from h5p.filtering import Filtered, filter_content, filter_metadata
from h5p.libraries import Library, Release, library_named
from h5p.manifest import Manifest
from h5p.package import Package, PackagedLibrary, read_package
from h5p.pictures import without_metadata
from h5p.problems import InvalidPackage, Problem
from h5p.proposing import Change, Kind, Proposal, affected
from h5p.resolving import Resolved, resolve
from h5p.semantics import parse_semantics
from h5p.store import Content, Store

__all__ = [
    "Change",
    "Content",
    "Filtered",
    "InvalidPackage",
    "Kind",
    "Library",
    "Limits",
    "Manifest",
    "Member",
    "Package",
    "PackagedLibrary",
    "Problem",
    "Proposal",
    "Release",
    "Resolved",
    "Store",
    "affected",
    "export",
    "filter_content",
    "filter_metadata",
    "library_named",
    "parse_semantics",
    "read_package",
    "resolve",
    "without_metadata",
    "write_package",
]
