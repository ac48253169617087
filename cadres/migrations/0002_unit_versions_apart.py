"""The database itself refuses two versions of a unit that share a day."""

from django.db import migrations

_OVERLAP = """
    SELECT 1 FROM cadres_unitversion other
    WHERE other.unit_id = NEW.unit_id AND other.id <> NEW.id
      AND (NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to)
      AND (other.valid_to IS NULL OR NEW.valid_from < other.valid_to)
"""
_NAME = "cadres_unit_versions_apart"
_POSTGRESQL = f"""
CREATE FUNCTION {_NAME}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS ({_OVERLAP}) THEN
        RAISE EXCEPTION USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{_NAME}',
            MESSAGE = 'two versions of a unit share a day';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {_NAME} AFTER INSERT OR UPDATE OF unit_id, valid_from, valid_to
    ON cadres_unitversion FOR EACH ROW EXECUTE FUNCTION {_NAME}();
"""
_SQLITE = [
    f"""
    CREATE TRIGGER {_NAME}_{event.split()[0].lower()} AFTER {event} ON cadres_unitversion
    WHEN EXISTS ({_OVERLAP})
    BEGIN SELECT RAISE(ABORT, '{_NAME}: two versions of a unit share a day'); END
    """
    for event in ("INSERT", "UPDATE OF unit_id, valid_from, valid_to")
]


def keep_versions_apart(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL)
    else:
        for statement in _SQLITE:
            schema_editor.execute(statement)


def let_versions_be(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {_NAME} ON cadres_unitversion")
        schema_editor.execute(f"DROP FUNCTION {_NAME}()")
    else:
        for event in ("insert", "update"):
            schema_editor.execute(f"DROP TRIGGER {_NAME}_{event}")


class Migration(migrations.Migration):
    dependencies = [("cadres", "0001_initial")]

    # After the tables: on SQLite one that is remade loses its triggers.
    operations = [migrations.RunPython(keep_versions_apart, let_versions_be)]
