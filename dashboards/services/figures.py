"""What the figures of a workspace's pages count."""

from collections.abc import Iterable

from accounts.models import Workspace
from accounts.services import workspaces
from dashboards.queries.counts import LEAVABLE


class CannotLeaveOut(ValueError):
    """No respondent type that can be left out: customers always count."""


def leave_out(*, workspace: Workspace, respondents: Iterable[str]) -> Workspace:
    """The pages' NPS leaves out answers of these respondent types from now on, those given before too.

    Raises CannotLeaveOut. Nothing is counted anew: the tallies know the types, and the answers stay as they are.
    """
    wanted = sorted(set(respondents))
    if set(wanted) - LEAVABLE:
        raise CannotLeaveOut
    return workspaces.change(workspace=workspace, left_out_of_nps=wanted)
