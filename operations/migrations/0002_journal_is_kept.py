"""The database itself refuses to change or delete what stands in the journal."""

from django.db import migrations

from operations.chaining import CONTENT

# Erasing an address, with its salt, is all that may ever be done to an entry.
FIXED = list(CONTENT)
ENTRY, LINK = 'operations_journalentry', 'operations_journallink'


def sqlite_triggers():
    def refuse(name, event, table, when=''):
        return (
            f'CREATE TRIGGER {name} BEFORE {event} ON {table} {when} '
            "BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
        )

    return [
        refuse('operations_entry_fixed', f'UPDATE OF {", ".join(FIXED)}', ENTRY),
        refuse(
            'operations_entry_erased_only', 'UPDATE OF address, address_salt', ENTRY,
            "WHEN NEW.address IS NOT NULL OR NEW.address_salt <> ''",
        ),
        refuse('operations_entry_kept', 'DELETE', ENTRY),
        refuse('operations_link_fixed', 'UPDATE', LINK),
        refuse('operations_link_kept', 'DELETE', LINK),
    ]


def postgresql_triggers():
    def refuse(name, event, table, when=''):
        return (
            f'CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when} '
            'EXECUTE FUNCTION operations_journal_refuse()'
        )

    return [
        'CREATE OR REPLACE FUNCTION operations_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS '
        "$$ BEGIN RAISE EXCEPTION 'the journal is only added to'; END $$",
        refuse('operations_entry_fixed', f'UPDATE OF {", ".join(FIXED)}', ENTRY),
        refuse(
            'operations_entry_erased_only', 'UPDATE OF address, address_salt', ENTRY,
            "WHEN (NEW.address IS NOT NULL OR NEW.address_salt <> '')",
        ),
        refuse('operations_entry_kept', 'DELETE', ENTRY),
        refuse('operations_link_fixed', 'UPDATE', LINK),
        refuse('operations_link_kept', 'DELETE', LINK),
    ]


def keep(apps, schema_editor):
    kinds = {'sqlite': sqlite_triggers, 'postgresql': postgresql_triggers}
    for statement in kinds[schema_editor.connection.vendor]():
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    on = {'sqlite': '', 'postgresql': ' ON {}'}[schema_editor.connection.vendor]
    for name, table in [
        ('operations_entry_fixed', ENTRY), ('operations_entry_erased_only', ENTRY),
        ('operations_entry_kept', ENTRY), ('operations_link_fixed', LINK), ('operations_link_kept', LINK),
    ]:
        schema_editor.execute(f'DROP TRIGGER {name}' + on.format(table))


class Migration(migrations.Migration):

    dependencies = [
        ('operations', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(keep, let_go),
    ]
