import certificates.models
import django.db.models.deletion
import kit.dates
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('cadres', '0001_initial'),
        ('courses', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Issuer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name as printed')),
                ('superior', models.CharField(blank=True, max_length=200, verbose_name='superior body as printed')),
                ('heading', models.CharField(choices=[('party', 'Party body'), ('state', 'State body or school')], max_length=5, verbose_name='heading')),
                ('number_pattern', models.CharField(help_text='{n} stands for the number', max_length=60, verbose_name='number pattern')),
                ('place', models.CharField(max_length=60, verbose_name='place')),
                ('signer_authority', models.CharField(blank=True, max_length=120, verbose_name='signing authority')),
                ('signer_title', models.CharField(max_length=120, verbose_name="signer's title")),
                ('signer_name', models.CharField(max_length=120, verbose_name="signer's name")),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'issuer',
                'verbose_name_plural': 'issuers',
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(default=certificates.models.new_code, max_length=23, unique=True)),
                ('year', models.PositiveSmallIntegerField()),
                ('serial', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=60)),
                ('printed', models.JSONField()),
                ('issued_at', models.DateTimeField(default=kit.dates.now)),
                ('issued_on', models.DateField()),
                ('state', models.CharField(choices=[('valid', 'Valid'), ('revoked', 'Revoked')], default='valid', max_length=7)),
                ('file_hash', models.CharField(max_length=64)),
                ('file_size', models.PositiveIntegerField()),
                ('folded', models.CharField(default='', editable=False, max_length=220)),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('completion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='certificate', to='courses.completion')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.issuer')),
            ],
            options={
                'verbose_name': 'certificate',
                'verbose_name_plural': 'certificates',
                'ordering': ['issuer_id', '-year', '-serial'],
                'indexes': [models.Index(fields=['cadre'], name='certificates_cadre'), models.Index(fields=['file_hash'], name='certificates_file_hash'), models.Index(fields=['-issued_at', '-id'], name='certificates_latest')],
                'constraints': [models.UniqueConstraint(fields=('issuer', 'year', 'serial'), name='certificates_serial_once'), models.CheckConstraint(condition=models.Q(('serial__gte', 1)), name='certificates_serial_from_one')],
            },
        ),
        migrations.CreateModel(
            name='CertificateEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issued', 'Issued'), ('revoked', 'Revoked')], max_length=7)),
                ('at', models.DateTimeField(default=kit.dates.now)),
                ('reason', models.TextField(blank=True)),
                ('document', models.CharField(blank=True, max_length=200)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='certificates.certificate')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'issued'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='certificates_revoked_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='certificates.issuer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('issuer', 'year'), name='certificates_counter_once')],
            },
        ),
    ]
