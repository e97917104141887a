"""What could not happen to a case; every error carries a sentence for the person who tried."""

from collections.abc import Sequence

from detractors.models import Case


class CaseError(Exception):
    """The move was not made; nothing was changed."""

    code = "NOT_POSSIBLE"

    def __init__(self, sentence: str, *, field: str = "") -> None:
        self.sentence = sentence
        self.field = field
        super().__init__(sentence)


class MoveNotAllowed(CaseError):
    """The case's state has no such move."""

    code = "NOT_ALLOWED"


class Incomplete(CaseError):
    """Something required is missing; `field` names it, `missing` each (field, sentence) where it is more than one."""

    code = "REQUIRED"

    def __init__(self, sentence: str, *, field: str = "", missing: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(sentence, field=field)
        self.missing = tuple(missing) or ((field, sentence),)


class AlreadyClaimed(CaseError):
    """Somebody else was first; `owner_name` says who."""

    code = "ALREADY_CLAIMED"

    def __init__(self, sentence: str, *, owner_name: str) -> None:
        super().__init__(sentence)
        self.owner_name = owner_name


class NotAMember(CaseError):
    """The chosen owner does not work in this workspace, or may not work on cases."""

    code = "NOT_A_MEMBER"


class OtherCaseOpen(CaseError):
    """The customer has another open case; `case` is it."""

    code = "OTHER_CASE_OPEN"

    def __init__(self, sentence: str, *, case: Case) -> None:
        super().__init__(sentence)
        self.case = case
