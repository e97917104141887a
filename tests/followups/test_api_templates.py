import pytest

from accounts.models import User, Workspace
from followups.models import MessageTemplate
from tests.api import Api, errors

pytestmark = pytest.mark.django_db
MAIL = {
    "kind": "MAIL", "name": "Late parcel", "language": "en",
    "words": {"en": {"subject": "Your parcel", "body": "Dear {{ name }}"}},
}  # fmt: skip


@pytest.fixture
def api(acme: Workspace, alice: User) -> Api:
    return Api(acme, by=alice)


def test_a_template_is_made_read_changed_and_retired(api: Api, acme: Workspace) -> None:
    made = api.post("templates/", MAIL)
    row = made.json()
    assert (made.status_code, row["version"], row["words"], row["draft"]) == (201, 1, MAIL["words"], None)
    address = f"templates/{row['id']}/"
    words = {"de": {"subject": "Ihr Paket", "body": "Guten Tag"}}
    draft = api.patch(address, {"words": words, "language": "de", "publish": False}).json()
    assert (draft["version"], draft["draft"], draft["language"]) == (1, words, "de")
    published = api.patch(address, {"publish": True, "name": "Parcels"}).json()
    assert (published["version"], published["words"], published["name"]) == (2, words, "Parcels")
    assert api.patch(address, {"retired": True}).json()["retired_at"] is not None
    assert [one["id"] for one in api.get("templates/?kind=MAIL").json()["results"]] == [row["id"]]
    assert api.get("templates/?kind=CALL").json()["results"] == []
    assert MessageTemplate.objects.of(acme).get().live_number == 2


def test_what_could_never_be_used_is_refused_by_the_name_of_its_field(api: Api, acme: Workspace) -> None:
    unknown = {**MAIL, "words": {"en": {"body": "Dear {{ gadget }}"}}}
    no_words = {**MAIL, "words": {"en": "Dear customer"}}
    assert errors(api.post("templates/", unknown)) == [("words.en.body", "NOT_KEPT")]
    assert errors(api.post("templates/", no_words)) == [("words.en", "INVALID")]
    assert errors(api.post("templates/", {**MAIL, "language": "fr"})) == [("words.fr.body", "NOT_KEPT")]
    assert [field for field, _code in errors(api.get("templates/?kind=FAX"))] == ["kind"]
    assert MessageTemplate.objects.of(acme).count() == 0


def test_a_template_of_another_workspace_is_not_found(api: Api, globex: Workspace, charlie: User) -> None:
    row = api.post("templates/", MAIL).json()
    stranger = Api(globex, by=charlie)
    assert stranger.get(f"templates/{row['id']}/").status_code == 404
    assert stranger.patch(f"templates/{row['id']}/", {"name": "Ours"}).status_code == 404
