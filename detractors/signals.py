"""News of cases, told after commit."""

from django.dispatch import Signal

cases_opened = Signal()  # cases, now: all of one workspace that were made together
case_contacted = Signal()  # case, now
case_waiting = Signal()  # case, now
case_resolved = Signal()  # case, now
case_reopened = Signal()  # case, now
case_wrote = Signal()  # case, now: the customer's own words reached it
required_steps = Signal()  # a question: case; answered with titles of what must be done before it is resolved
playbook_names = Signal()  # a question: workspace; answered with the names a cell of the matrix can name
