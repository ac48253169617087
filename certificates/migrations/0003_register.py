from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from kit.text import fold


def fill_folded(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    certificates = apps.get_model("certificates", "Certificate").objects
    for row in certificates.only("printed", "number", "code").iterator():
        row.folded = fold(f"{row.printed['full_name']} {row.number} {row.code}")
        row.save(update_fields=["folded"])


class Migration(migrations.Migration):

    dependencies = [
        ("certificates", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="folded",
            field=models.CharField(default="", editable=False, max_length=220),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["file_hash"], name="certificates_file_hash"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["-issued_at", "-id"], name="certificates_latest"),
        ),
        migrations.RunPython(fill_folded, migrations.RunPython.noop),
    ]
