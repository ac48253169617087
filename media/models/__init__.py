from media.models.contents import Interactive, InteractiveRevision
from media.models.files import Attachment, Picture, Recording, Rendition
from media.models.libraries import LibraryVersion

__all__ = [
    "Attachment",
    "Interactive",
    "InteractiveRevision",
    "LibraryVersion",
    "Picture",
    "Recording",
    "Rendition",
]
