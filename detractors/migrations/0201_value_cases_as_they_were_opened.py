"""Open cases of before 0180 get the account value they are sorted by, as a new case gets it."""

from django.db import migrations

FILL = """
UPDATE detractors_case AS found SET account_value = coalesce(contact.account_value, company.value)
FROM surveys_contact AS contact LEFT JOIN surveys_company AS company ON company.id = contact.account_id
WHERE contact.id = found.contact_id AND found.category IN ('OPEN', 'WAITING') AND found.account_value IS NULL
  AND coalesce(contact.account_value, company.value) IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ("detractors", "0200_find_cases_by_group_and_value"),
        ("surveys", "0130_read_comments_again"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
