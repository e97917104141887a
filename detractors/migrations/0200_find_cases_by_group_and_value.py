"""The queue sorted by value and in groups walks an index; its counts read theirs alone."""

import django.db.models.functions.comparison
from decimal import Decimal
from core.one_go import InOneGo
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("detractors", "0250_act_on_all_that_fit")]

    operations = [
        InOneGo(
            __file__,
            [
        migrations.RemoveIndex(
            model_name='case',
            name='case_queue',
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_queue_of_owner',
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('category__in', ['OPEN', 'WAITING'])), fields=['workspace', 'rank_at', 'number'], include=('snoozed_at',), name='case_queue'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('category__in', ['OPEN', 'WAITING'])), fields=['workspace', 'owner', 'rank_at', 'number'], include=('snoozed_at',), name='case_queue_of_owner'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('workspace'), django.db.models.functions.comparison.Coalesce(models.F('account_value'), models.Value(Decimal('-1'))), models.F('number'), condition=models.Q(('category__in', ['OPEN', 'WAITING'])), name='case_queue_by_value'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('workspace'), django.db.models.functions.comparison.Coalesce(models.F('owner_id'), models.Value(9223372036854775807)), models.F('rank_at'), models.F('number'), condition=models.Q(('category__in', ['OPEN', 'WAITING'])), include=('snoozed_at',), name='case_queue_in_owner'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('workspace'), django.db.models.functions.comparison.Coalesce(models.F('team_id'), models.Value(9223372036854775807)), models.F('rank_at'), models.F('number'), condition=models.Q(('category__in', ['OPEN', 'WAITING'])), name='case_queue_in_team'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('workspace'), django.db.models.functions.comparison.Coalesce(models.F('touchpoint_id'), models.Value(9223372036854775807)), models.F('rank_at'), models.F('number'), condition=models.Q(('category__in', ['OPEN', 'WAITING'])), name='case_queue_in_touchpoint'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('workspace'), models.Case(models.When(priority='URGENT', then=models.Value(0)), models.When(priority='HIGH', then=models.Value(1)), models.When(priority='NORMAL', then=models.Value(2)), models.When(priority='LOW', then=models.Value(3)), default=models.Value(4), output_field=models.IntegerField()), models.F('rank_at'), models.F('number'), condition=models.Q(('category__in', ['OPEN', 'WAITING'])), name='case_queue_in_priority'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(models.F('workspace'), models.Case(models.When(category='OPEN', contacted_at__isnull=True, then=models.Value(0)), models.When(category='OPEN', then=models.Value(1)), models.When(category='WAITING', then=models.Value(2)), default=models.Value(3), output_field=models.IntegerField()), models.F('rank_at'), models.F('number'), condition=models.Q(('category__in', ['OPEN', 'WAITING'])), name='case_queue_in_status'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('category__in', ['OPEN', 'WAITING']), models.Q(('origin', 'RESPONSE'), _negated=True)), fields=['workspace', 'origin', 'rank_at', 'number'], name='case_queue_of_other_origin'),
        ),
    ],
        ),
    ]
