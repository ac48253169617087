import django.db.models.deletion
import kit.dates
import kit.secrets
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('cadres', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last', models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('source', models.SlugField(max_length=40, verbose_name='system')),
                ('abilities', models.JSONField(verbose_name='abilities')),
                ('prefix', models.CharField(max_length=12, unique=True)),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='to')),
                ('created_at', models.DateTimeField(default=kit.dates.now)),
                ('last_used_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API key',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='exchange_key_has_length')],
            },
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True, verbose_name='name')),
                ('address', models.URLField(max_length=300, verbose_name='address')),
                ('secret', kit.secrets.EncryptedTextField(editable=False)),
                ('kinds', models.JSONField(verbose_name='events')),
                ('created_at', models.DateTimeField(default=kit.dates.now)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'webhook',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('person.created', 'A person was entered'), ('person.changed', 'A record was changed'), ('person.moved', 'A person moved to another unit'), ('person.left', 'A person left'), ('unit.changed', 'A unit was established or changed'), ('course.completed', 'A course was completed'), ('certificate.issued', 'A certificate was issued'), ('certificate.revoked', 'A certificate was revoked')], max_length=20)),
                ('at', models.DateTimeField(default=kit.dates.now)),
                ('content', models.JSONField()),
                ('position', models.PositiveBigIntegerField(null=True, unique=True)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('position', None)), fields=['id'], name='exchange_event_waiting')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up')], default='waiting', max_length=9)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(default=kit.dates.now)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('problem', models.CharField(blank=True, max_length=200)),
                ('delivered_at', models.DateTimeField(null=True)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='exchange.endpoint')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exchange.event')),
            ],
            options={
                'ordering': ['-event_id'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['endpoint', 'next_at'], name='exchange_delivery_due')],
                'constraints': [models.UniqueConstraint(fields=('event', 'endpoint'), name='exchange_delivery_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'delivered'), _negated=True), ('delivered_at__isnull', False), _connector='OR'), name='exchange_delivered_when')],
            },
        ),
        migrations.CreateModel(
            name='EventUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit_id', models.PositiveBigIntegerField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='exchange.event')),
            ],
            options={
                'indexes': [models.Index(fields=['unit_id', 'event'], name='exchange_event_unit')],
                'constraints': [models.UniqueConstraint(fields=('event', 'unit_id'), name='exchange_event_unit_once')],
            },
        ),
        migrations.CreateModel(
            name='Replay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('request_hash', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField()),
                ('body', models.JSONField()),
                ('at', models.DateTimeField(default=kit.dates.now)),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='exchange.apikey')),
            ],
            options={
                'indexes': [models.Index(fields=['at'], name='exchange_replay_at')],
                'constraints': [models.UniqueConstraint(fields=('key', 'name'), name='exchange_replay_once')],
            },
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(choices=[('person', 'Person'), ('unit', 'Unit')], max_length=6)),
                ('public_id', models.UUIDField()),
                ('digest', models.CharField(max_length=64)),
                ('main_unit', models.UUIDField(null=True)),
                ('unit_ids', models.JSONField(default=list)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('subject', 'public_id'), name='exchange_seen_once')],
            },
        ),
    ]
