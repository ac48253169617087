import django.db.models.deletion
import kit.dates
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cadres', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('measured_on', models.DateField(null=True)),
                ('root', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'verbose_name': 'plan',
                'ordering': ['-starts_on'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('starts_on'))), name='indicators_plan_dates')],
            },
        ),
        migrations.CreateModel(
            name='IndicatorGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='indicators.plan')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('plan', 'number'), name='indicators_group_once')],
            },
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8)),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('unit_of_measure', models.CharField(choices=[('percent', '%'), ('count', 'a number')], max_length=8)),
                ('direction', models.CharField(choices=[('high', 'high is good'), ('low', 'low is good'), ('none', 'watched only')], default='high', max_length=4)),
                ('measure', models.SlugField(blank=True)),
                ('parameters', models.JSONField(blank=True, default=dict)),
                ('numerator_text', models.CharField(blank=True, max_length=300)),
                ('denominator_text', models.CharField(blank=True, max_length=300)),
                ('formula_version', models.PositiveSmallIntegerField(default=1)),
                ('population', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.targetgroup')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='indicators', to='indicators.indicatorgroup')),
            ],
            options={
                'verbose_name': 'indicator',
                'ordering': ['group__number', 'id'],
                'constraints': [models.UniqueConstraint(fields=('group', 'code'), name='indicators_indicator_once')],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('numerator', models.PositiveIntegerField()),
                ('denominator', models.PositiveIntegerField()),
                ('cadre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cadres.cadre')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='indicators.indicator')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
            ],
            options={
                'indexes': [models.Index(fields=['cadre', 'year'], name='indicators_standing_cadre')],
                'constraints': [models.UniqueConstraint(fields=('indicator', 'year', 'cadre', 'unit'), name='indicators_standing_once')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('value', models.DecimalField(decimal_places=2, max_digits=9)),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='indicators.indicator')),
            ],
            options={
                'ordering': ['year'],
                'constraints': [models.UniqueConstraint(fields=('indicator', 'year'), name='indicators_target_once')],
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('numerator', models.IntegerField(default=0)),
                ('denominator', models.IntegerField(default=0)),
                ('changed_at', models.DateTimeField(default=kit.dates.now)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit')),
                ('indicator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='indicators.indicator')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('indicator', 'year', 'unit'), name='indicators_figure_once')],
            },
        ),
    ]
