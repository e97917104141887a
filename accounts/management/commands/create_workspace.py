"""manage.py create_workspace: a workspace with its owner, one active NPS survey and an API key."""

import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.services import api_keys, members, workspaces


class Command(BaseCommand):
    help = "Create a workspace with its owner and one active NPS survey, and print its API key (shown this once)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="the company's name")
        parser.add_argument("--slug", required=True, help="its place in addresses: /w/<slug>/")
        parser.add_argument("--owner-email", required=True)
        parser.add_argument("--owner-password", required=True, help="ignored if the person exists already")
        parser.add_argument("--owner-name", default="")
        parser.add_argument("--time-zone", default="UTC", help="for example Europe/Berlin")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        try:
            validate_email(options["owner_email"])
            with transaction.atomic():
                now = timezone.now()
                owner = members.ensure_user(
                    email=options["owner_email"],
                    name=options["owner_name"],
                    password=options["owner_password"],
                    now=now,
                )
                workspace = workspaces.create(
                    name=options["name"],
                    slug=options["slug"],
                    owner=owner,
                    time_zone=options["time_zone"],
                    now=now,
                )
                _key, secret = api_keys.issue(workspace=workspace, name="create_workspace", by=owner, now=now)
        except workspaces.SlugTaken as error:
            raise CommandError(
                f"There is a workspace with the slug {error} already: choose another --slug."
            ) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self._judge(options["owner_password"])
        if options["json"]:
            self.stdout.write(
                json.dumps({"workspace": workspace.slug, "owner": owner.email, "api_key": secret})
            )
        else:
            self.stdout.write(
                f"Workspace {workspace.slug} of {owner.email} is ready. API key (shown once): {secret}"
            )

    def _judge(self, password: str) -> None:
        """An operator's word holds (scripts set passwords of their own making), but a weak one is not passed over."""
        try:
            validate_password(password)
        except ValidationError as error:
            self.stderr.write(
                f"The owner's password is weak: {' '.join(error.messages)} Change it at the first sign-in."
            )
