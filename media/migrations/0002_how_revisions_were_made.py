"""Every revision says how it was made; of those that are there, the journal knows."""

import django.db.models.deletion
from django.db import migrations, models

WAYS = {
    "interactive.begin": "begun",
    "interactive.copy": "copied",
    "interactive.edit": "edited",
}


def tell_ways(apps, schema_editor):
    entries = apps.get_model("operations", "JournalEntry").objects.filter(
        deed__in=WAYS, subject_type="media.interactive"
    )
    revisions = apps.get_model("media", "InteractiveRevision").objects
    for entry in entries.iterator():
        made = revisions.filter(content=int(entry.subject_id), number=entry.after["number"])
        made.update(way=WAYS[entry.deed])


class Migration(migrations.Migration):
    dependencies = [("media", "0001_initial"), ("operations", "0001_initial")]
    operations = [
        migrations.AddField(
            "interactiverevision",
            "way",
            models.CharField(
                choices=[
                    ("uploaded", "Uploaded"),
                    ("edited", "Edited in place"),
                    ("copied", "Made from another content"),
                    ("begun", "Begun from a template"),
                    ("restored", "Restored"),
                    ("moved", "Moved to another version"),
                ],
                default="uploaded",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "interactiverevision",
            "source",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="media.interactiverevision",
            ),
        ),
        migrations.RunPython(tell_ways, migrations.RunPython.noop),
        migrations.AddConstraint(
            "interactiverevision",
            models.CheckConstraint(
                condition=models.Q(
                    ("way__in", ["uploaded", "edited", "copied", "begun"]),
                    models.Q(("source__isnull", False), ("way__in", ["restored", "moved"])),
                    _connector="OR",
                ),
                name="media_revision_made_somehow",
            ),
        ),
    ]
