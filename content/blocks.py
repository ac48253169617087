"""The blocks a lesson is written with. Each renders itself once, when an edition is made."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from media.choosing import InteractiveChooserBlock

LINE_FEATURES = ["bold", "italic", "superscript", "subscript", "link"]
TEXT_FEATURES = [*LINE_FEATURES, "h2", "h3", "ol", "ul", "document-link", "hr"]


class TextBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "content/blocks/text.html"

    def __init__(self, **kwargs: object) -> None:
        super().__init__(features=TEXT_FEATURES, **kwargs)


class QuotationBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"), rows=3)
    source = blocks.CharBlock(label=_("Source"), help_text=_("Work, year, volume and page"))
    checked = blocks.BooleanBlock(label=_("Compared with the source"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "content/blocks/quotation.html"


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("Alternative text"), help_text=_("What is seen, for those who cannot see it")
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "content/blocks/picture.html"


class TableBlock(blocks.StructBlock):
    """Rows under named columns; on a phone each row is a card that keeps the columns' names."""

    table = TypedTableBlock(
        [
            ("text", blocks.TextBlock(label=_("Plain text"), required=False, rows=2)),
            (
                "rich",
                blocks.RichTextBlock(
                    label=_("Text with bold or links"), required=False, features=LINE_FEATURES
                ),
            ),
            ("number", blocks.CharBlock(label=_("Number"), required=False)),
        ],
        label=_("Table"),
    )
    is_named_by_row = blocks.BooleanBlock(label=_("The first column names its row"), required=False)

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        headings = [column["heading"] for column in value["table"].columns]
        context["has_headings"] = any(headings)
        context["rows"] = [list(zip(headings, row, strict=True)) for row in value["table"].rows]
        return context

    class Meta:
        icon = "table"
        label = _("Table")
        template = "content/blocks/table.html"


class NotesBlock(blocks.StructBlock):
    """Notes at the foot of a lesson; its text links to "#ghi-chu-1" and so on."""

    notes = blocks.ListBlock(
        blocks.RichTextBlock(label=_("Note at the foot"), features=LINE_FEATURES), label=_("Notes")
    )

    class Meta:
        icon = "list-ol"
        label = _("Notes")
        template = "content/blocks/notes.html"
        help_text = _("A reference in the text is a link to #ghi-chu-1, #ghi-chu-2 and so on.")


class RecordingBlock(blocks.StructBlock):
    recording = SnippetChooserBlock("media.Recording", label=_("Recording"))
    caption = blocks.CharBlock(label=_("Caption"), required=False)

    class Meta:
        icon = "media"
        label = _("Video or audio")
        template = "content/blocks/recording.html"


class DocumentBlock(blocks.StructBlock):
    document = DocumentChooserBlock(label=_("Document"))
    note = blocks.CharBlock(label=_("What it is for"), required=False)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "content/blocks/document.html"


class CalloutBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("remember", _("Remember")), ("note", _("Note")), ("warning", _("Warning"))],
        default="remember",
    )
    title = blocks.CharBlock(label=_("Title"))
    text = blocks.TextBlock(label=_("Text"), rows=3)

    class Meta:
        icon = "info-circle"
        label = _("Callout")
        template = "content/blocks/callout.html"


class CaseBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    situation = blocks.TextBlock(label=_("Situation"), rows=5)
    question = blocks.TextBlock(label=_("Question to the learner"), rows=2)
    suggestion = blocks.TextBlock(label=_("A way to think about it"), rows=4)

    class Meta:
        icon = "group"
        label = _("Case")
        template = "content/blocks/case.html"


class PracticeBlock(blocks.StructBlock):
    question = SnippetChooserBlock("assessments.Question", label=_("Question"))

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        question = value["question"]
        context["version"] = question.versions.order_by("-number").first() if question else None
        return context

    class Meta:
        icon = "help"
        label = _("Practice question")
        template = "content/blocks/practice.html"


class InteractiveBlock(blocks.StructBlock):
    content = InteractiveChooserBlock(label=_("Interactive content"))
    required = blocks.BooleanBlock(
        label=_("Must be finished"),
        required=False,
        help_text=_("Then the lesson is done only once this has been finished."),
    )
    rule = blocks.ChoiceBlock(
        label=_("Finished means"),
        choices=[
            ("verified", _("A result the server has verified")),
            ("completed", _("Gone through to the end, whatever the result")),
        ],
        default="verified",
        help_text=_("Contents that ask nothing, or that cannot be verified, need the second."),
    )
    least = blocks.IntegerBlock(
        label=_("Least result (%)"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Of a verified result; blank: any"),
    )
    minutes = blocks.IntegerBlock(
        label=_("Minutes allowed"), required=False, min_value=1, help_text=_("Blank: no limit")
    )

    class Meta:
        icon = "media"
        label = _("Interactive content")
        template = "content/blocks/interactive.html"


class CiteBlock(blocks.StructBlock):
    document = SnippetChooserBlock(
        "media.LegalDocument", label=pgettext_lazy("legal document", "Document")
    )
    article = blocks.CharBlock(
        label=_("Article"),
        required=False,
        max_length=120,
        help_text=_("For example: Điều 4, khoản 2. Blank: the whole document"),
    )

    class Meta:
        icon = "doc-full-inverse"
        label = _("Legal basis")


class Cites(blocks.StreamBlock):
    cite = CiteBlock()


class LessonBody(blocks.StreamBlock):
    text = TextBlock()
    quotation = QuotationBlock()
    picture = PictureBlock()
    table = TableBlock()
    recording = RecordingBlock()
    document = DocumentBlock()
    callout = CalloutBlock()
    case = CaseBlock()
    practice = PracticeBlock()
    interactive = InteractiveBlock()
    notes = NotesBlock()

    class Meta:
        # Their anchors are numbered from one.
        block_counts = {"notes": {"max_num": 1}}
