"""manage.py remove_factors: let somebody in who lost every second factor and every recovery code."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.services import factors


class Command(BaseCommand):
    help = "Remove all second factors of a person, who is told by mail. Make sure first that it is them who asks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the address they sign in with")

    def handle(self, **options: Any) -> None:
        person = User.objects.filter(email__iexact=options["email"].strip()).first()
        if person is None:
            raise CommandError(f"Nobody signs in with {options['email']}.")
        count = factors.remove_all(user=person, now=timezone.now())
        self.stdout.write(f"Removed {count}. {person.email} signs in with the password alone now.")
