import django.db.models.deletion
import kit.constraints
import kit.dates
import kit.secrets
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('operations', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cadre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='cadre code')),
                ('full_name', models.CharField(max_length=120, verbose_name='full name')),
                ('name_key', models.CharField(db_index=True, editable=False, max_length=400)),
                ('folded', models.CharField(editable=False, max_length=120)),
                ('gender', models.CharField(choices=[('female', 'Female'), ('male', 'Male')], max_length=6, verbose_name='gender')),
                ('born_on', models.DateField(verbose_name='date of birth')),
                ('born_year_only', models.BooleanField(default=False, verbose_name='only the year of birth is known')),
                ('identity_number', kit.secrets.EncryptedTextField(blank=True, editable=False)),
                ('identity_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('civil_number', models.CharField(blank=True, max_length=30, verbose_name='civil servant number')),
                ('kind', models.CharField(choices=[('official', 'Official (cán bộ)'), ('civil_servant', 'Civil servant (công chức)'), ('public_employee', 'Public employee (viên chức)'), ('part_time', 'Part-time worker at commune level'), ('village', 'Village or residential group worker'), ('armed_forces', 'Armed forces')], max_length=15, verbose_name='kind')),
                ('political_level', models.CharField(blank=True, choices=[('elementary', 'Elementary (sơ cấp)'), ('intermediate', 'Intermediate (trung cấp)'), ('advanced', 'Advanced (cao cấp)'), ('bachelor', 'Bachelor (cử nhân)')], max_length=12, verbose_name='level of political theory')),
                ('expertise', models.CharField(blank=True, choices=[('secondary', 'Vocational secondary'), ('college', 'College'), ('university', 'University'), ('master', 'Master'), ('doctor', 'Doctor')], max_length=10, verbose_name='professional level')),
                ('phone', models.CharField(blank=True, max_length=16, verbose_name='phone number')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cadre', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'cadre',
                'verbose_name_plural': 'cadres',
                'ordering': ['name_key', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('identity_hash', ''), _negated=True), fields=('identity_hash',), name='cadres_cadre_identity_unique')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
            ],
            options={
                'verbose_name': 'position',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TargetGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
            ],
            options={
                'verbose_name': 'target group',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
            ],
            options={
                'verbose_name': 'unit',
                'verbose_name_plural': 'units',
            },
        ),
        migrations.CreateModel(
            name='RosterMemory',
            fields=[
                ('cadre', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='cadres.cadre')),
                ('said', models.JSONField(default=dict)),
                ('refused', models.JSONField(default=dict)),
                ('at', models.DateTimeField(default=kit.dates.now)),
            ],
            options={
                'verbose_name': 'memory of a roster',
            },
        ),
        migrations.CreateModel(
            name='ExternalId',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.SlugField(max_length=40, verbose_name='system')),
                ('value', models.CharField(max_length=64, verbose_name='id there')),
                ('linked_at', models.DateTimeField(default=kit.dates.now)),
                ('said', models.JSONField(default=dict, editable=False)),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_ids', to='cadres.cadre')),
            ],
            options={
                'verbose_name': 'external id',
                'constraints': [models.UniqueConstraint(fields=('source', 'value'), name='cadres_external_id_once'), models.UniqueConstraint(fields=('source', 'cadre'), name='cadres_external_one_each')],
            },
        ),
        migrations.CreateModel(
            name='Reorganisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('establish', 'Establish'), ('rename', 'Rename'), ('merge', 'Merge'), ('absorb', 'Absorb into another'), ('split', 'Split'), ('transfer', 'Put under another unit'), ('dissolve', 'Dissolve'), ('compound', 'Several in one act')], max_length=10)),
                ('title', models.CharField(max_length=250)),
                ('effective_on', models.DateField()),
                ('document', models.CharField(max_length=200)),
                ('number', models.CharField(blank=True, max_length=20)),
                ('symbol', models.CharField(blank=True, max_length=40)),
                ('issued_on', models.DateField(null=True)),
                ('abstract', models.CharField(blank=True, max_length=300)),
                ('recorded_at', models.DateTimeField(default=kit.dates.now)),
                ('change_set', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='operations.changeset')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'reorganisation',
                'ordering': ['effective_on', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RosterRun',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('file', models.CharField(blank=True, max_length=200)),
                ('effective_on', models.DateField(default=kit.dates.today)),
                ('coverage', models.CharField(choices=[('part', 'No: it holds some people'), ('listed', 'Yes, for every unit that occurs in it'), ('below', 'Yes, for a unit and all below it')], default='part', max_length=6)),
                ('state', models.CharField(choices=[('checking', 'Being checked'), ('refused', 'Cannot be read'), ('open', 'Waiting for decisions'), ('written', 'Written'), ('undone', 'Undone'), ('dropped', 'Put aside')], default='checking', max_length=8)),
                ('started_at', models.DateTimeField(default=kit.dates.now)),
                ('counts', models.JSONField(default=dict)),
                ('errors', models.JSONField(default=list)),
                ('warnings', models.JSONField(default=list)),
                ('guessed', models.CharField(blank=True, max_length=20)),
                ('stop_share', models.DecimalField(decimal_places=2, default=Decimal('10'), max_digits=5)),
                ('stop_above', models.PositiveIntegerField(default=5)),
                ('overruled_reason', models.TextField(blank=True)),
                ('written_at', models.DateTimeField(null=True)),
                ('written', models.JSONField(default=dict)),
                ('change_set', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='operations.changeset')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='operations.job')),
                ('overruled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('covers', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'roster run',
                'ordering': ['-started_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['written', 'undone']), _negated=True), models.Q(('change_set__isnull', False), ('written_at__isnull', False)), _connector='OR'), name='cadres_roster_run_written_whole'), models.CheckConstraint(condition=models.Q(('stop_share__gte', 0), ('stop_share__lte', 100)), name='cadres_roster_run_share'), models.CheckConstraint(condition=models.Q(models.Q(('coverage', 'below'), _negated=True), ('covers__isnull', False), _connector='OR'), name='cadres_roster_run_covers')],
            },
        ),
        migrations.CreateModel(
            name='RosterDifference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('row', models.PositiveIntegerField(default=0)),
                ('kind', models.CharField(choices=[('new', 'New'), ('changed', 'Changed'), ('edited', 'Corrected by hand here'), ('duplicate', 'Perhaps known'), ('left', 'Not in the list'), ('lacking', 'Data lacking')], max_length=9)),
                ('name', models.CharField(max_length=120)),
                ('folded', models.CharField(max_length=120)),
                ('place', models.CharField(blank=True, max_length=250)),
                ('born', models.CharField(blank=True, max_length=10)),
                ('details', models.JSONField(default=dict)),
                ('decision', models.CharField(blank=True, choices=[('take', 'Take'), ('keep', 'Keep ours'), ('skip', 'Skip'), ('same', 'Same person')], max_length=4)),
                ('decided_at', models.DateTimeField(null=True)),
                ('cadre', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('same_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='cadres.rosterrun')),
            ],
            options={
                'verbose_name': 'difference of a roster',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['run', 'kind', 'decision'], name='cadres_roster_difference_kind')],
                'constraints': [models.UniqueConstraint(fields=('run', 'key'), name='cadres_roster_difference_once'), models.CheckConstraint(condition=models.Q(models.Q(('decision', 'same'), ('same_as__isnull', False)), models.Q(models.Q(('decision', 'same'), _negated=True), ('same_as', None)), _connector='OR'), name='cadres_roster_difference_same_as')],
            },
        ),
        migrations.CreateModel(
            name='GroupListing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_excluded', models.BooleanField(default=False)),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='to')),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('made_at', models.DateTimeField(default=kit.dates.now)),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cadres.cadre')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='cadres.targetgroup')),
            ],
            options={
                'verbose_name': 'person listed in a target group',
                'ordering': ['valid_from', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='cadres_grouplisting_has_length'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='cadres_grouplisting_has_reason'), kit.constraints.NoOverlap(fields=('group', 'cadre'), name='cadres_grouplisting_one_at_a_time', only='')],
            },
        ),
        migrations.CreateModel(
            name='Succession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.DecimalField(decimal_places=4, default=Decimal('1'), max_digits=5)),
                ('reorganisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='successions', to='cadres.reorganisation')),
                ('predecessor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='successors', to='cadres.unit')),
                ('successor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'succession',
                'constraints': [models.UniqueConstraint(fields=('predecessor', 'successor', 'reorganisation'), name='cadres_succession_once'), models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', 1)), name='cadres_succession_share')],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('trainer', 'Trainer'), ('reviewer', 'Reviewer'), ('manager', 'Unit manager'), ('issuer', 'Certificate issuer'), ('owner', 'Plan owner'), ('auditor', 'Auditor'), ('admin', 'Administrator')], max_length=8)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('granted_at', models.DateTimeField(default=kit.dates.now)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason or document')),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawal_reason', models.CharField(blank=True, max_length=200)),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'role grant',
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), models.Q(('valid_to', models.F('valid_from')), ('withdrawn_at__isnull', False)), _connector='OR'), name='cadres_grant_has_length'), models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['manager', 'issuer']), _negated=True), ('unit__isnull', False), _connector='OR'), name='cadres_grant_manager_has_unit')],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_main', models.BooleanField(default=True, verbose_name='main post')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='to')),
                ('document', models.CharField(blank=True, max_length=200, verbose_name='document')),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='cadres.cadre')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.position')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'post',
                'indexes': [models.Index(fields=['unit', 'cadre'], name='cadres_post_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='cadres_post_has_length'), kit.constraints.NoOverlap(fields=('cadre',), name='cadres_post_one_main', only='is_main'), models.UniqueConstraint(fields=('cadre', 'unit', 'position', 'valid_from'), name='cadres_post_once')],
            },
        ),
        migrations.CreateModel(
            name='GroupRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, max_length=15, verbose_name='kind')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='to')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('made_at', models.DateTimeField(default=kit.dates.now)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('position', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.position')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='cadres.targetgroup')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'rule of a target group',
                'ordering': ['valid_from', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='cadres_grouprule_has_length')],
            },
        ),
        migrations.CreateModel(
            name='Attestation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attested_on', models.DateField()),
                ('recorded_at', models.DateTimeField(default=kit.dates.now)),
                ('counts', models.JSONField()),
                ('open', models.JSONField(default=dict)),
                ('attested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'attestation',
                'ordering': ['-attested_on', '-id'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'attested_on'), name='cadres_attestation_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Ancestry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('depth', models.PositiveSmallIntegerField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('ancestor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cadres.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ancestry', to='cadres.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['unit', 'ancestor'], name='cadres_ancestry_up')],
                'constraints': [models.UniqueConstraint(fields=('ancestor', 'unit', 'valid_from'), name='cadres_ancestry_once')],
            },
        ),
        migrations.CreateModel(
            name='UnitVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_key', models.CharField(editable=False, max_length=500)),
                ('folded', models.CharField(editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('province', 'Province'), ('district', 'District'), ('commune', 'Commune'), ('ward', 'Ward'), ('town', 'Town'), ('body', 'Body'), ('school', 'School'), ('union', 'Union')], max_length=10, verbose_name='kind')),
                ('code', models.CharField(blank=True, max_length=20, verbose_name='code')),
                ('valid_from', models.DateField(verbose_name='from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='to')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'unit version',
                'ordering': ['unit_id', 'valid_from'],
                'indexes': [models.Index(fields=['code'], name='cadres_unit_code')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'valid_from'), name='cadres_unit_one_start'), models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('unit',), name='cadres_unit_one_open_version'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='cadres_unit_version_has_length'), models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('unit')), _negated=True), _connector='OR'), name='cadres_unit_not_own_parent')],
            },
        ),
    ]
