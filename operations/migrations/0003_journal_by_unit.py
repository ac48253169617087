import django.db.models.deletion
from django.db import migrations, models

TABLE = 'operations_entryunit'
TRIGGERS = {'operations_unit_fixed': 'UPDATE', 'operations_unit_kept': 'DELETE'}


def sqlite_triggers():
    return [
        f'CREATE TRIGGER {name} BEFORE {event} ON {TABLE} '
        "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
        for name, event in TRIGGERS.items()
    ]


def postgresql_triggers():
    return [
        f'CREATE TRIGGER {name} BEFORE {event} ON {TABLE} FOR EACH ROW '
        'EXECUTE FUNCTION operations_journal_refuse()'
        for name, event in TRIGGERS.items()
    ]


def keep(apps, schema_editor):
    kinds = {'sqlite': sqlite_triggers, 'postgresql': postgresql_triggers}
    for statement in kinds[schema_editor.connection.vendor]():
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    on = {'sqlite': '', 'postgresql': f' ON {TABLE}'}[schema_editor.connection.vendor]
    for name in TRIGGERS:
        schema_editor.execute(f'DROP TRIGGER {name}{on}')


class Migration(migrations.Migration):

    dependencies = [
        ('operations', '0002_journal_is_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='EntryUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_id', models.BigIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='operations.journalentry')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit_id', 'entry'), name='operations_entry_unit_once')],
            },
        ),
        migrations.RunPython(keep, let_go),
    ]
