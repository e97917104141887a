"""What a key may do."""

import pytest

from accounts.rules import scopes


@pytest.mark.parametrize("resource", scopes.RESOURCES)
@pytest.mark.parametrize("scope", scopes.SENTENCES)
def test_each_scope_allows_its_own_and_nothing_else(scope: str, resource: str) -> None:
    one, _colon, verb = scope.rpartition(":")
    is_meant = one in ("", resource)
    assert scopes.allows([scope], resource, write=False) is (is_meant and verb == "read")
    is_writable = resource not in scopes.READ_ONLY
    assert scopes.allows([scope], resource, write=True) is (is_meant and verb == "write" and is_writable)


@pytest.mark.parametrize(
    "held", [[], ["admin"], ["contacts"], ["contacts:read "], ["*"], "read", "contacts:read"]
)
def test_what_is_no_scope_allows_nothing(held: list[str]) -> None:
    assert not any(
        scopes.allows(held, resource, write=write) for resource in scopes.RESOURCES for write in (False, True)
    )


def test_an_unknown_resource_is_closed_to_every_key() -> None:
    for resource in ("", "settings", "read"):
        assert not scopes.allows(list(scopes.SENTENCES), resource, write=False)
        assert not scopes.allows(list(scopes.SENTENCES), resource, write=True)


def test_a_wider_scope_makes_the_narrow_ones_needless() -> None:
    assert scopes.parse(["cases:read", "contacts:write", "read", "read"]) == ["read", "contacts:write"]
    assert scopes.parse(["write", "contacts:write", "contacts:read"]) == ["write", "contacts:read"]
    assert scopes.parse(scopes.EVERYTHING) == ["read", "write"]


@pytest.mark.parametrize(
    ("given", "named"), [([], ""), (["read", "root"], "root"), (["metrics:write"], "metrics:write")]
)
def test_what_does_not_exist_is_refused_by_name(given: list[str], named: str) -> None:
    with pytest.raises(scopes.BadScopes) as refused:
        scopes.parse(given)
    assert str(refused.value) == named


def test_every_scope_has_a_sentence_of_its_own() -> None:
    assert set(scopes.SENTENCES) == {
        "read", "write",
        *(f"{resource}:read" for resource in scopes.RESOURCES),
        *(f"{resource}:write" for resource in scopes.RESOURCES if resource not in scopes.READ_ONLY),
    }  # fmt: skip
    assert len(set(scopes.SENTENCES.values())) == len(scopes.SENTENCES)
    assert scopes.sentences(["cases:read", "read"]) == ["Read everything", "Read cases and their timelines"]
