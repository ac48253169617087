import django.core.validators
import django.db.models.deletion
import kit.dates
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('cadres', '0001_initial'),
        ('media', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuestionBank',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
            ],
            options={
                'verbose_name': 'question bank',
                'verbose_name_plural': 'question banks',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draw', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='questions drawn')),
                ('minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(300)], verbose_name='minutes allowed')),
                ('tries', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='tries allowed')),
                ('pass_grade', models.DecimalField(decimal_places=2, default=Decimal('5'), max_digits=4, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('10'))], verbose_name='pass mark (of 10)')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.questionbank', verbose_name='question bank')),
            ],
            options={
                'verbose_name': 'paper',
                'verbose_name_plural': 'papers',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('topic', models.CharField(blank=True, max_length=60, verbose_name='topic')),
                ('practice_only', models.BooleanField(default=False, verbose_name='for practice only')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retired at')),
                ('bank', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='assessments.questionbank')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='QuestionVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('single', 'Single choice'), ('multiple', 'Multiple choice'), ('true_false', 'True or false')], max_length=12, verbose_name='kind')),
                ('stem', models.TextField(verbose_name='question')),
                ('body', models.JSONField()),
                ('feedback', models.TextField(blank=True, verbose_name='explanation')),
                ('content_hash', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=kit.dates.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assessments.question')),
            ],
            options={
                'verbose_name': 'question version',
                'ordering': ['question_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('question', 'number'), name='assessments_question_version_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['single', 'multiple', 'true_false'])), name='assessments_question_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='PaperVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('draw', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='questions drawn')),
                ('minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(300)], verbose_name='minutes allowed')),
                ('tries', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20)], verbose_name='tries allowed')),
                ('pass_grade', models.DecimalField(decimal_places=2, default=Decimal('5'), max_digits=4, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('10'))], verbose_name='pass mark (of 10)')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('content_hash', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(default=kit.dates.now)),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='assessments.paper')),
                ('pool', models.ManyToManyField(related_name='+', to='assessments.questionversion')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('paper', 'number'), name='assessments_paper_version_once'), models.CheckConstraint(condition=models.Q(('pass_grade__gte', 0), ('pass_grade__lte', 10)), name='assessments_paper_pass_grade')],
            },
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField(default=kit.dates.now)),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('paper_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.paperversion')),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('seed', models.BigIntegerField()),
                ('started_at', models.DateTimeField()),
                ('deadline', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('end', models.CharField(blank=True, choices=[('learner', 'Submitted by the learner'), ('deadline', 'Time was up')], max_length=8)),
                ('grade', models.DecimalField(decimal_places=2, max_digits=4, null=True)),
                ('passed', models.BooleanField(null=True)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='assessments.sitting')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('sitting', 'number'), name='assessments_attempt_number_once'), models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('sitting',), name='assessments_attempt_one_running'), models.CheckConstraint(condition=models.Q(('deadline__gt', models.F('started_at'))), name='assessments_attempt_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('grade', None), ('passed', None)), models.Q(('finished_at__isnull', False), ('grade__isnull', False), ('passed__isnull', False)), _connector='OR'), name='assessments_attempt_graded_when_finished')],
            },
        ),
        migrations.CreateModel(
            name='Slot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('choice_order', models.JSONField(default=list)),
                ('max_mark', models.DecimalField(decimal_places=3, default=1, max_digits=6)),
                ('fraction', models.DecimalField(decimal_places=7, max_digits=8, null=True)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='assessments.attempt')),
                ('question_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.questionversion')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('attempt', 'position'), name='assessments_slot_position_once'), models.UniqueConstraint(fields=('attempt', 'question_version'), name='assessments_slot_question_once'), models.CheckConstraint(condition=models.Q(('fraction', None), models.Q(('fraction__gte', 0), ('fraction__lte', 1)), _connector='OR'), name='assessments_slot_fraction_range')],
            },
        ),
        migrations.CreateModel(
            name='AnswerEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('device', models.CharField(max_length=36)),
                ('sequence', models.PositiveIntegerField()),
                ('response', models.JSONField()),
                ('answered_at', models.DateTimeField()),
                ('received_at', models.DateTimeField(default=kit.dates.now)),
                ('verdict', models.CharField(choices=[('accepted', 'Accepted'), ('late', 'Refused: given after the end')], max_length=8)),
                ('slot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='assessments.slot')),
            ],
            options={
                'ordering': ['answered_at', 'device', 'sequence'],
                'constraints': [models.UniqueConstraint(fields=('slot', 'device', 'sequence'), name='assessments_event_once')],
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('place', models.UUIDField()),
                ('number', models.PositiveSmallIntegerField()),
                ('started_at', models.DateTimeField()),
                ('deadline', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('is_handed_in', models.BooleanField(default=False)),
                ('strength', models.CharField(blank=True, choices=[('verified', 'Verified by the server'), ('claimed', "Only the browser's word"), ('unverifiable', 'Cannot be verified')], max_length=12)),
                ('points', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('maximum', models.DecimalField(decimal_places=3, max_digits=9, null=True)),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='media.interactiverevision')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('cadre', 'place', 'number'), name='assessments_run_number_once'), models.UniqueConstraint(condition=models.Q(('finished_at', None)), fields=('cadre', 'place'), name='assessments_run_one_open'), models.CheckConstraint(condition=models.Q(('deadline', None), ('deadline__gt', models.F('started_at')), _connector='OR'), name='assessments_run_has_time'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('is_handed_in', False), ('maximum', None), ('points', None), ('strength', '')), models.Q(('finished_at__isnull', False), ('maximum__isnull', False), ('points__isnull', False), ('strength__in', ['verified', 'claimed', 'unverifiable'])), _connector='OR'), name='assessments_run_scored_when_finished'), models.CheckConstraint(condition=models.Q(('points', None), models.Q(('points__gte', 0), ('points__lte', models.F('maximum'))), _connector='OR'), name='assessments_run_points_in_range')],
            },
        ),
        migrations.CreateModel(
            name='RunQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('part', models.CharField(blank=True, max_length=200)),
                ('library', models.CharField(max_length=280)),
                ('question', models.TextField(blank=True)),
                ('given', models.TextField(blank=True)),
                ('right', models.TextField(blank=True)),
                ('strength', models.CharField(choices=[('verified', 'Verified by the server'), ('claimed', "Only the browser's word"), ('unverifiable', 'Cannot be verified')], max_length=12)),
                ('points', models.DecimalField(decimal_places=3, max_digits=9)),
                ('maximum', models.DecimalField(decimal_places=3, max_digits=9)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='assessments.run')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('run', 'position'), name='assessments_run_question_once'), models.CheckConstraint(condition=models.Q(('points__gte', 0), ('points__lte', models.F('maximum'))), name='assessments_run_question_in_range')],
            },
        ),
        migrations.CreateModel(
            name='RunState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(max_length=200)),
                ('kind', models.CharField(max_length=50)),
                ('content', models.TextField()),
                ('saved_at', models.DateTimeField(default=kit.dates.now)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='states', to='assessments.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'part', 'kind'), name='assessments_run_state_once')],
            },
        ),
        migrations.CreateModel(
            name='Grading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fractions', models.JSONField()),
                ('grade', models.DecimalField(decimal_places=2, max_digits=4)),
                ('passed', models.BooleanField()),
                ('graded_at', models.DateTimeField(default=kit.dates.now)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gradings', to='assessments.attempt')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='RunSubmission',
            fields=[
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='submission', serialize=False, to='assessments.run')),
                ('content', models.TextField()),
                ('digest', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField(default=kit.dates.now)),
            ],
        ),
    ]
