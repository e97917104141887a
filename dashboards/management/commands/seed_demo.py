"""manage.py seed_demo: the demo workspace, and its sign-ins in the data folder."""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.services.workspaces import SlugTaken
from dashboards.services import demo

FILE = "demo-sign-ins.txt"


class Command(BaseCommand):
    help = (
        "Load the demo workspace (slug demo) and write its sign-ins to demo-sign-ins.txt in the data folder."
    )

    def handle(self, **options: Any) -> None:
        try:
            sign_ins = demo.build(now=timezone.now())
        except SlugTaken as error:
            raise CommandError("There is a demo workspace already; its data are kept.") from error
        sheet = demo.sign_in_sheet(sign_ins=sign_ins, base_url=settings.BASE_URL)
        path = settings.DATA_DIR / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(sheet)
        os.chmod(path, 0o600)  # also when the file was there with other permissions
        self.stdout.write(sheet)
