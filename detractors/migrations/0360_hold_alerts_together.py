import django.contrib.postgres.fields
from django.db import migrations, models

# What waits stays: each old row becomes a list of one.
FORWARD = """
ALTER TABLE detractors_heldalert ADD COLUMN cases bigint[], ADD COLUMN timers bigint[], ADD COLUMN keys text[];
UPDATE detractors_heldalert SET cases = ARRAY[case_id], timers = ARRAY[coalesce(timer_id, 0)],
  keys = ARRAY[regexp_replace(dedupe_key, ':[^:]*$', '')];
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE detractors_heldalert ALTER COLUMN cases SET NOT NULL, ALTER COLUMN timers SET NOT NULL,
  ALTER COLUMN keys SET NOT NULL, DROP COLUMN case_id, DROP COLUMN timer_id, DROP COLUMN dedupe_key;
"""
BACKWARD = """
CREATE TEMPORARY TABLE held_together AS SELECT * FROM detractors_heldalert;
DELETE FROM detractors_heldalert;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE detractors_heldalert DROP COLUMN cases, DROP COLUMN timers, DROP COLUMN keys,
  ADD COLUMN case_id bigint NOT NULL, ADD COLUMN timer_id bigint, ADD COLUMN dedupe_key varchar(120) NOT NULL
    CONSTRAINT held_alert_once UNIQUE;
CREATE INDEX held_alert_of_case ON detractors_heldalert (case_id);
ALTER TABLE detractors_heldalert
  ADD CONSTRAINT detractors_heldalert_case_id_tenant_fk FOREIGN KEY (workspace_id, case_id)
    REFERENCES detractors_case (workspace_id, id) DEFERRABLE INITIALLY DEFERRED,
  ADD CONSTRAINT detractors_heldalert_timer_id_tenant_fk FOREIGN KEY (workspace_id, timer_id)
    REFERENCES detractors_slatimer (workspace_id, id) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO detractors_heldalert (workspace_id, user_id, target_id, mail, level, because, at, tell_at, case_id, timer_id,
  dedupe_key)
SELECT held.workspace_id, held.user_id, held.target_id, held.mail, held.level, held.because, held.at, held.tell_at,
  item.case_id, timer.id, item.key || ':' || coalesce('t' || held.target_id, held.user_id::text)
FROM held_together AS held
CROSS JOIN LATERAL unnest(held.cases, held.timers, held.keys) AS item (case_id, timer_id, key)
JOIN detractors_case AS found ON found.id = item.case_id
LEFT JOIN detractors_slatimer AS timer ON timer.id = item.timer_id
ON CONFLICT DO NOTHING;
DROP TABLE held_together;
"""


def ids() -> django.contrib.postgres.fields.ArrayField:
    return django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list)


class Migration(migrations.Migration):
    dependencies = [("detractors", "0240_remind_of_promises")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARD, BACKWARD)],
            state_operations=[
                migrations.RemoveConstraint(model_name="heldalert", name="held_alert_once"),
                migrations.RemoveIndex(model_name="heldalert", name="held_alert_of_case"),
                migrations.RemoveField(model_name="heldalert", name="case"),
                migrations.RemoveField(model_name="heldalert", name="timer"),
                migrations.RemoveField(model_name="heldalert", name="dedupe_key"),
                migrations.AddField(
                    model_name="heldalert", name="cases", field=ids(), preserve_default=False
                ),
                migrations.AddField(
                    model_name="heldalert", name="timers", field=ids(), preserve_default=False
                ),
                migrations.AddField(
                    model_name="heldalert",
                    name="keys",
                    field=django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list
                    ),
                    preserve_default=False,
                ),
            ],
        )
    ]
