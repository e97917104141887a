"""What a member with limits may see, as conditions of raw statements: the same as `detractors.queries.sight` and
`surveys.queries.sight` say as conditions of models, which a test compares over every combination of limits.

Each function adds its parameters and returns " AND ..." or nothing. No value becomes part of a statement's text.
"""

import json
from typing import Any

from accounts.models import Workspace
from accounts.rules.sight import Sight
from surveys.queries.sight import few_contacts, touchpoint_ids


def of_cases(workspace: Workspace, sight: Sight, parameters: dict[str, Any]) -> str:
    """For statements over detractors_case AS c."""
    return f" AND ({_case(workspace, sight, parameters)})" if sight.is_limited else ""


def of_answers(workspace: Workspace, sight: Sight, parameters: dict[str, Any]) -> str:
    """For statements over surveys_response AS r."""
    if sight.is_everything:
        return ""
    by_case = f"""r.id IN (
        SELECT d.response_id FROM detractors_casedecision AS d JOIN detractors_case AS c ON c.id = d.case_id
        WHERE d.workspace_id = %(workspace)s AND c.workspace_id = %(workspace)s
          AND ({_case(workspace, sight, parameters)}))"""
    if sight.teams is not None:
        return f" AND {by_case}"
    return f" AND ({by_case} OR ({_own(workspace, sight, 'r', parameters)}))"


def of_invitations(workspace: Workspace, sight: Sight, parameters: dict[str, Any], *, row: str) -> str:
    """For statements with an invitation's id in the column `row`."""
    if sight.is_everything:
        return ""
    by_case = f"""{row} IN (
        SELECT a.invitation_id FROM detractors_casedecision AS d JOIN detractors_case AS c ON c.id = d.case_id
          JOIN surveys_response AS a ON a.id = d.response_id
        WHERE d.workspace_id = %(workspace)s AND c.workspace_id = %(workspace)s AND a.invitation_id IS NOT NULL
          AND ({_case(workspace, sight, parameters)}))"""
    if sight.teams is not None:
        return f" AND {by_case}"
    itself = f"""EXISTS (
        SELECT 1 FROM surveys_invitation AS i
        WHERE i.id = {row} AND i.workspace_id = %(workspace)s AND {_own(workspace, sight, "i", parameters)})"""
    return f" AND ({by_case} OR {itself})"


def _case(workspace: Workspace, sight: Sight, parameters: dict[str, Any]) -> str:
    """The case `c` is the viewer's own, or within all of their limits."""
    parameters["sight_user"] = sight.user_id
    limits = _own(workspace, sight, "c", parameters)
    if sight.teams is not None:
        parameters["sight_teams"] = sorted(sight.teams)
        limits = f"c.team_id = ANY(%(sight_teams)s::bigint[]) AND {limits}"
    return f"c.owner_id = %(sight_user)s OR ({limits})"


def _own(workspace: Workspace, sight: Sight, row: str, parameters: dict[str, Any]) -> str:
    """The limits to touchpoints and to an attribute of the contact, for a row with both; TRUE without either."""
    parts = []
    if sight.touchpoints is not None:
        parameters["sight_touchpoints"] = touchpoint_ids(workspace=workspace, sight=sight)
        parts.append(f"{row}.touchpoint_id = ANY(%(sight_touchpoints)s::bigint[])")
    if sight.attribute:
        parts.append(_of_attribute(workspace, sight, row, parameters))
    return " AND ".join(parts) or "TRUE"


def _of_attribute(workspace: Workspace, sight: Sight, row: str, parameters: dict[str, Any]) -> str:
    """The limit to values of an attribute of the contact, for a row with a contact."""
    few = few_contacts(workspace=workspace, sight=sight)
    if few is not None:
        parameters["sight_contacts"] = few
        return f"{row}.contact_id = ANY(%(sight_contacts)s::bigint[])"
    parameters["sight_attribute"], parameters["sight_values"] = sight.attribute, sorted(sight.values)
    indexed = []
    for place, value in enumerate(parameters["sight_values"]):
        parameters[f"sight_words{place}"] = json.dumps({sight.attribute: value})
        indexed.append(
            "surveys_attribute_words(who.attributes)"
            f" && surveys_attribute_words(%(sight_words{place})s::jsonb)"
        )
    # Found once by the index on the contacts' attributes, then only compared with.
    return (
        f"{row}.contact_id IN (SELECT who.id FROM surveys_contact AS who WHERE who.workspace_id = %(workspace)s"
        f" AND ({' OR '.join(indexed) or 'FALSE'}) AND lower(who.attributes ->> %(sight_attribute)s)"
        " IN (SELECT lower(one) FROM unnest(%(sight_values)s::text[]) AS one))"
    )
