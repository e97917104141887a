"""News of cases, told after commit."""

from django.dispatch import Signal

case_opened = Signal()  # case, now
case_contacted = Signal()  # case, now
case_waiting = Signal()  # case, now
case_resolved = Signal()  # case, now
case_reopened = Signal()  # case, now
