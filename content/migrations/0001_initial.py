import django.core.validators
import django.db.models.deletion
import wagtail.fields
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('assessments', '0001_initial'),
        ('cadres', '0001_initial'),
        ('media', '0001_initial'),
        ('wagtailcore', '0098_apitoken'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChapterPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'chapter',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='LessonPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('code', models.CharField(help_text='For example 1.2', max_length=20, verbose_name='number')),
                ('summary', models.TextField(blank=True, verbose_name='summary')),
                ('minutes', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(1)], verbose_name='minutes to read')),
                ('body', wagtail.fields.StreamField([('text', 0), ('quotation', 4), ('picture', 8), ('recording', 10), ('document', 13), ('callout', 17), ('case', 21), ('practice', 23), ('interactive', 29)], block_lookup={0: ('content.blocks.TextBlock', (), {}), 1: ('wagtail.blocks.TextBlock', (), {'label': 'Quotation', 'rows': 3}), 2: ('wagtail.blocks.CharBlock', (), {'help_text': 'Work, year, volume and page', 'label': 'Source'}), 3: ('wagtail.blocks.BooleanBlock', (), {'label': 'Compared with the source', 'required': False}), 4: ('wagtail.blocks.StructBlock', [[('text', 1), ('source', 2), ('checked', 3)]], {}), 5: ('wagtail.images.blocks.ImageChooserBlock', (), {'label': 'Picture'}), 6: ('wagtail.blocks.CharBlock', (), {'help_text': 'What is seen, for those who cannot see it', 'label': 'Alternative text'}), 7: ('wagtail.blocks.CharBlock', (), {'label': 'Caption', 'required': False}), 8: ('wagtail.blocks.StructBlock', [[('image', 5), ('alt', 6), ('caption', 7)]], {}), 9: ('wagtail.snippets.blocks.SnippetChooserBlock', ('media.Recording',), {'label': 'Recording'}), 10: ('wagtail.blocks.StructBlock', [[('recording', 9), ('caption', 7)]], {}), 11: ('wagtail.documents.blocks.DocumentChooserBlock', (), {'label': 'Document'}), 12: ('wagtail.blocks.CharBlock', (), {'label': 'What it is for', 'required': False}), 13: ('wagtail.blocks.StructBlock', [[('document', 11), ('note', 12)]], {}), 14: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('remember', 'Remember'), ('note', 'Note'), ('warning', 'Warning')], 'label': 'Kind'}), 15: ('wagtail.blocks.CharBlock', (), {'label': 'Title'}), 16: ('wagtail.blocks.TextBlock', (), {'label': 'Text', 'rows': 3}), 17: ('wagtail.blocks.StructBlock', [[('kind', 14), ('title', 15), ('text', 16)]], {}), 18: ('wagtail.blocks.TextBlock', (), {'label': 'Situation', 'rows': 5}), 19: ('wagtail.blocks.TextBlock', (), {'label': 'Question to the learner', 'rows': 2}), 20: ('wagtail.blocks.TextBlock', (), {'label': 'A way to think about it', 'rows': 4}), 21: ('wagtail.blocks.StructBlock', [[('title', 15), ('situation', 18), ('question', 19), ('suggestion', 20)]], {}), 22: ('wagtail.snippets.blocks.SnippetChooserBlock', ('assessments.Question',), {'label': 'Question'}), 23: ('wagtail.blocks.StructBlock', [[('question', 22)]], {}), 24: ('media.choosing.InteractiveChooserBlock', (), {'label': 'Interactive content'}), 25: ('wagtail.blocks.BooleanBlock', (), {'help_text': 'Then the lesson is done only once this has been finished.', 'label': 'Must be finished', 'required': False}), 26: ('wagtail.blocks.ChoiceBlock', [], {'choices': [('verified', 'A result the server has verified'), ('completed', 'Gone through to the end, whatever the result')], 'help_text': 'Contents that ask nothing, or that cannot be verified, need the second.', 'label': 'Finished means'}), 27: ('wagtail.blocks.IntegerBlock', (), {'help_text': 'Of a verified result; blank: any', 'label': 'Least result (%)', 'max_value': 100, 'min_value': 0, 'required': False}), 28: ('wagtail.blocks.IntegerBlock', (), {'help_text': 'Blank: no limit', 'label': 'Minutes allowed', 'min_value': 1, 'required': False}), 29: ('wagtail.blocks.StructBlock', [[('content', 24), ('required', 25), ('rule', 26), ('least', 27), ('minutes', 28)]], {})}, verbose_name='lesson')),
            ],
            options={
                'verbose_name': 'lesson page',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='ShelfPage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
            ],
            options={
                'verbose_name': 'shelf of courses',
            },
            bases=('wagtailcore.page',),
        ),
        migrations.CreateModel(
            name='CoursePage',
            fields=[
                ('page_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to=settings.WAGTAIL_PAGE_MODEL)),
                ('code', models.CharField(max_length=20, unique=True, verbose_name='code')),
                ('summary', models.TextField(help_text='Two sentences for the catalogue', verbose_name='summary')),
                ('audience', models.TextField(verbose_name='audience')),
                ('outcomes', wagtail.fields.StreamField([('outcome', 0)], block_lookup={0: ('wagtail.blocks.CharBlock', (), {'label': 'Outcome'})}, help_text='What one can do after it; each begins with a verb', verbose_name='learning outcomes')),
                ('hours', models.DecimalField(decimal_places=1, default=Decimal('8'), max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0.5')), django.core.validators.MaxValueValidator(Decimal('400'))], verbose_name='hours (tiết)')),
                ('final_paper', models.ForeignKey(blank=True, help_text="The pass mark and the number of tries are the paper's", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='assessments.paper', verbose_name='final paper')),
                ('issuing_unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cadres.unit', verbose_name='unit that issues the certificate')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='media.picture', verbose_name='picture')),
            ],
            options={
                'verbose_name': 'course page',
            },
            bases=('wagtailcore.page',),
        ),
    ]
