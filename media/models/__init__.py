from media.models.contents import Interactive, InteractiveRevision
from media.models.documents import Citation, LegalDocument
from media.models.files import Attachment, Picture, Recording, Rendition
from media.models.libraries import LibraryVersion

__all__ = [
    "Attachment",
    "Citation",
    "Interactive",
    "InteractiveRevision",
    "LegalDocument",
    "LibraryVersion",
    "Picture",
    "Recording",
    "Rendition",
]
