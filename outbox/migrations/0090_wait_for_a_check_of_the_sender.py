
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_say_where_else_we_are'),
        ("outbox", "0021_tie_sender_checks_to_their_workspace"),
    ]

    operations = [
        migrations.AddField(
            model_name='sendercheck',
            name='history',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='sendercheck',
            name='lease_until',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='sendercheck',
            name='next_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='sendercheck',
            index=models.Index(condition=models.Q(('next_at__isnull', False)), fields=['next_at'], name='sender_check_due'),
        ),
    ]
