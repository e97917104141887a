"""What came of a text may be that it answered a test."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0130_read_comments_again'),
    ]

    operations = [
        migrations.AlterField(
            model_name='inboundtext',
            name='outcome',
            field=models.CharField(choices=[('ANSWERED', 'an answer'), ('COMMENTED', 'words to an answer'), ('STOPPED', 'wants no more messages'), ('STARTED', 'wants messages again'), ('HELPED', 'asked for help'), ('COMPLAINT', 'a complaint'), ('UNPLACED', 'fits nothing we asked'), ('SETASIDE', 'set aside'), ('TESTED', 'a reply to a test')], max_length=9),
        ),
    ]
