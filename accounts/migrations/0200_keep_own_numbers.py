"""A person keeps the number that tests of text messages go to."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0190_keep_hours_of_teams'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='phone',
            field=models.CharField(blank=True, db_default='', default='', max_length=20, verbose_name='Your own number'),
        ),
    ]
