"""What stands in the journal is digested and linked."""

import secrets

from django.db import migrations

from kit.secrets import keyed_hash
from operations.chaining import CONTENT, digest_of, hash_of


def link_all(apps, schema_editor):
    JournalEntry = apps.get_model('operations', 'JournalEntry')
    JournalLink = apps.get_model('operations', 'JournalLink')
    JournalHead = apps.get_model('operations', 'JournalHead')
    for entry in JournalEntry.objects.exclude(address=None).iterator(1000):
        entry.address_salt = secrets.token_hex(16)
        entry.address_digest = digest_of(entry.address_salt, entry.address)
        entry.save(update_fields=['address_salt', 'address_digest'])
    head, links = JournalHead(id=1), []
    for content in JournalEntry.objects.order_by('pk').values_list(*CONTENT).iterator(1000):
        hashed = hash_of(head.hash, content)
        head.number += 1
        links.append(JournalLink(number=head.number, entry_id=content[0], previous=head.hash, hash=hashed))
        head.hash = hashed
    JournalLink.objects.bulk_create(links, batch_size=500)
    head.seal = keyed_hash(f'journal {head.number} {head.hash}')
    head.save()


class Migration(migrations.Migration):

    dependencies = [
        ('operations', '0004_journal_is_chained'),
    ]

    operations = [
        migrations.RunPython(link_all, migrations.RunPython.noop),
    ]
