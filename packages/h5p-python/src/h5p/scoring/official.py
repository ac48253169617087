"""The official content types, as far as their marks follow from responses."""

from __future__ import annotations

from h5p.scoring import containers
from h5p.scoring.choices import multiple_choice, true_false
from h5p.scoring.dragging import drag_question
from h5p.scoring.fields import Params
from h5p.scoring.gaps import blanks, drag_text, flashcards
from h5p.scoring.kinds import CompletionOnly, Container, Kind, Registry, Scored, Unverifiable
from h5p.scoring.words import mark_the_words


def _always(_params: Params) -> bool:
    return True


_KINDS: dict[str, Kind] = {
    "H5P.Blanks": Scored(blanks),
    "H5P.DragQuestion": Scored(drag_question),
    "H5P.DragText": Scored(drag_text),
    "H5P.Flashcards": Scored(flashcards),
    "H5P.MarkTheWords": Scored(mark_the_words),
    "H5P.MultiChoice": Scored(multiple_choice),
    "H5P.TrueFalse": Scored(true_false),
    "H5P.Column": Container(containers.column),
    "H5P.CoursePresentation": Container(containers.course_presentation),
    "H5P.QuestionSet": Container(
        containers.question_set, drawn=containers.pool, in_order=containers.is_in_order
    ),
    "H5P.SingleChoiceSet": Container(containers.single_choice_set, in_order=_always),
    "H5P.Summary": Container(containers.summary, in_order=_always),
    "H5P.Accordion": CompletionOnly(signal="consumed"),
    "H5P.BranchingScenario": Unverifiable("the path taken is not told by responses"),
    "H5P.Essay": Unverifiable("an essay is read by a person"),
    "H5P.InteractiveVideo": Unverifiable("which interactions were met is not told"),
}
# They emit nothing: that somebody went through them is for the platform to say.
_SILENT = (
    "H5P.AdvancedText",
    "H5P.Audio",
    "H5P.Chart",
    "H5P.Collage",
    "H5P.ContinuousText",
    "H5P.Dialogcards",
    "H5P.Image",
    "H5P.ImageHotspots",
    "H5P.ImageSlider",
    "H5P.Link",
    "H5P.Nil",
    "H5P.Shape",
    "H5P.Table",
    "H5P.Text",
    "H5P.Timeline",
    "H5P.Video",
)


def official() -> Registry:
    """A register of its own; `OFFICIAL` is the one everybody shares."""
    registry = Registry()
    for machine_name, kind in _KINDS.items():
        registry.register(machine_name, kind)
    for machine_name in _SILENT:
        registry.register(machine_name, CompletionOnly())
    return registry


OFFICIAL = official()
register = OFFICIAL.register
