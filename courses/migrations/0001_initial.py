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
        ('assessments', '0001_initial'),
        ('cadres', '0001_initial'),
        ('content', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('slug', models.SlugField(unique=True)),
                ('page', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.coursepage')),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('summary', models.TextField()),
                ('audience', models.TextField()),
                ('outcomes', models.JSONField()),
                ('hours', models.DecimalField(decimal_places=1, max_digits=5)),
                ('picture', models.JSONField(default=dict)),
                ('outline', models.JSONField()),
                ('lesson_count', models.PositiveSmallIntegerField()),
                ('folded', models.TextField()),
                ('content_hash', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField(default=kit.dates.now)),
                ('issuing_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
                ('paper_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.paperversion')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='courses.course')),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'ordering': ['course_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('course', 'number'), name='courses_edition_once')],
            },
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('enrolled_at', models.DateTimeField(default=kit.dates.now)),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.edition')),
                ('enrolled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sitting', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.sitting')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'enrolment',
                'verbose_name_plural': 'enrolments',
                'constraints': [models.UniqueConstraint(fields=('cadre', 'course'), name='courses_enrolment_once')],
            },
        ),
        migrations.CreateModel(
            name='EditionLesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('position', models.PositiveSmallIntegerField()),
                ('slug', models.SlugField(max_length=120)),
                ('code', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('summary', models.TextField(blank=True)),
                ('minutes', models.PositiveSmallIntegerField()),
                ('segments', models.JSONField()),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='courses.edition')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('edition', 'position'), name='courses_lesson_position_once'), models.UniqueConstraint(fields=('edition', 'slug'), name='courses_lesson_slug_once'), models.UniqueConstraint(fields=('edition', 'key'), name='courses_lesson_key_once')],
            },
        ),
        migrations.CreateModel(
            name='Progress',
            fields=[
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='progress', serialize=False, to='courses.enrolment')),
                ('lessons_done', models.PositiveSmallIntegerField(default=0)),
                ('last_active_at', models.DateTimeField(default=kit.dates.now)),
                ('tries_used', models.PositiveSmallIntegerField(default=0)),
                ('best_grade', models.DecimalField(decimal_places=2, max_digits=4, null=True)),
                ('passed', models.BooleanField(default=False)),
                ('last_lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.editionlesson')),
            ],
        ),
        migrations.CreateModel(
            name='Completion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('completed_at', models.DateTimeField()),
                ('completed_on', models.DateField()),
                ('hours', models.DecimalField(decimal_places=1, max_digits=5)),
                ('grade', models.DecimalField(decimal_places=2, max_digits=4)),
                ('evidence', models.JSONField()),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course')),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.edition')),
                ('enrolment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='completion', to='courses.enrolment')),
            ],
            options={
                'verbose_name': 'completion',
                'indexes': [models.Index(fields=['course', 'completed_on'], name='courses_completion_course'), models.Index(fields=['cadre', 'completed_on'], name='courses_completion_cadre')],
            },
        ),
        migrations.CreateModel(
            name='HourRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('official', 'Official (cán bộ)'), ('civil_servant', 'Civil servant (công chức)'), ('public_employee', 'Public employee (viên chức)'), ('part_time', 'Part-time worker at commune level'), ('village', 'Village or residential group worker'), ('armed_forces', 'Armed forces')], max_length=15)),
                ('hours', models.DecimalField(decimal_places=1, default=Decimal('40'), max_digits=5)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('document', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'valid_from'), name='courses_hour_rule_once')],
            },
        ),
        migrations.CreateModel(
            name='LessonDone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('done_at', models.DateTimeField(default=kit.dates.now)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons_done', to='courses.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.editionlesson')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('enrolment', 'lesson'), name='courses_done_once')],
            },
        ),
        migrations.CreateModel(
            name='LessonRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.UUIDField()),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='courses.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.editionlesson')),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.run')),
            ],
            options={
                'indexes': [models.Index(fields=['lesson', 'place'], name='courses_run_place')],
            },
        ),
        migrations.CreateModel(
            name='LessonVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visited_at', models.DateTimeField(default=kit.dates.now)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='courses.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.editionlesson')),
            ],
        ),
        migrations.CreateModel(
            name='PracticeAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.JSONField()),
                ('fraction', models.DecimalField(decimal_places=7, max_digits=8)),
                ('answered_at', models.DateTimeField(default=kit.dates.now)),
                ('enrolment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_answers', to='courses.enrolment')),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.editionlesson')),
                ('question_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.questionversion')),
            ],
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField()),
                ('due_on', models.DateField()),
                ('created_at', models.DateTimeField(default=kit.dates.now)),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirements', to='courses.course')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.targetgroup')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'requirement',
                'ordering': ['due_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('starts_on'))), name='courses_requirement_dates')],
            },
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField()),
                ('created_at', models.DateTimeField(default=kit.dates.now)),
                ('waived_at', models.DateTimeField(null=True)),
                ('waived_reason', models.TextField(blank=True)),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.cadre')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.course')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
                ('waived_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requirement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='courses.requirement')),
            ],
            options={
                'verbose_name': 'obligation',
                'indexes': [models.Index(fields=['cadre', 'course'], name='courses_obligation_cadre'), models.Index(fields=['due_on'], name='courses_obligation_due')],
                'constraints': [models.UniqueConstraint(fields=('requirement', 'cadre'), name='courses_obligation_once'), models.CheckConstraint(condition=models.Q(('waived_at', None), models.Q(('waived_reason', ''), _negated=True), _connector='OR'), name='courses_obligation_waived_with_reason')],
            },
        ),
        migrations.AddField(
            model_name='course',
            name='current',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='courses.edition'),
        ),
    ]
