import pytest

from surveys.rules.csv_mapping import FIELDS, check_mapping, fold, guess_mapping, is_known_header, slug


@pytest.mark.parametrize(
    ("header", "targets"),
    [
        ("Email,Name,Phone", ["email", "name", "phone"]),
        (
            "E-Mail-Adresse;Vorname;Nachname;Firma;Kundennummer",
            ["email", "first_name", "last_name", "company", "external_id"],
        ),
        ("Courriel;Prénom;Nom;Société;Téléphone", ["email", "first_name", "last_name", "company", "phone"]),
        (
            "Correo electrónico,Nombre,Apellidos,Empresa,Idioma",
            ["email", "first_name", "last_name", "company", "language"],
        ),
        ("Indirizzo e-mail,Nome,Cognome,Azienda", ["email", "first_name", "last_name", "company"]),
        (
            "E-mailadres,Voornaam,Achternaam,Bedrijf,Taal",
            ["email", "first_name", "last_name", "company", "language"],
        ),
        ("Adres e-mail,Imię,Nazwisko,Nazwa firmy", ["email", "first_name", "last_name", "company"]),
        ("Электронная почта,Имя,Фамилия,Телефон", ["email", "first_name", "last_name", "phone"]),
        ("メールアドレス,氏名,会社名,電話番号", ["email", "name", "company", "phone"]),
        ("이메일,이름,회사,전화번호", ["email", "name", "company", "phone"]),
        ("邮箱,姓名,公司,手机", ["email", "name", "company", "phone"]),
        (
            "customer_id,TIME ZONE,Account Value,e_mail",
            ["external_id", "time_zone", "account_value", "email"],
        ),
        ("Customer e-mail (private),Mobile phone no.", ["email", "phone"]),
        ("Email,Product name,Region", ["email", "attribute:product_name", "attribute:region"]),
        (
            "Email,E-mail,Région,Region",
            ["email", "attribute:e_mail", "attribute:region", "attribute:region_2"],
        ),
        ("Email,Регион,???", ["email", "attribute:регион", "attribute:column_3"]),
        ("Email,Name,line,reason", ["email", "name", "", ""]),
    ],
)
def test_headers_of_many_languages_are_understood(header, targets):
    columns = header.split(";" if ";" in header else ",")
    assert list(guess_mapping(columns).values()) == targets


def test_without_a_telling_header_the_column_full_of_addresses_is_taken():
    sample = [["7", "ana@example.com", "x@y"], ["8", "", ""], ["9", "bob@example.com", ""]]
    assert guess_mapping(["Column 1", "Column 2", "Column 3"], sample) == {
        0: "attribute:column_1",
        1: "email",
        2: "attribute:column_3",
    }


def test_a_column_that_rarely_holds_an_address_is_none():
    sample = [["me@work"], ["nothing"], ["nothing"]]
    assert guess_mapping(["Comment"], sample) == {0: "attribute:comment"}


def test_an_attribute_never_takes_the_name_of_a_field():
    assert guess_mapping(["Email", "Name", "Full name"]) == {0: "email", 1: "name", 2: "attribute:full_name"}
    assert guess_mapping(["Email", "Name", " name "]) == {0: "email", 1: "name", 2: "attribute:name_2"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Größe (cm)", "grosse_cm"),
        ("  A--B__c ", "a_b_c"),
        ("Città", "citta"),
        ("!!!", ""),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_header_becomes_a_slug(text, name):
    assert slug(text) == name


def test_folding_drops_accents_and_case():
    assert (fold("É-Mail  ADRESSE"), is_known_header("TÉLÉPHONE"), is_known_header("Shoe size")) == (
        "e mail adresse",
        True,
        False,
    )


def test_a_guess_for_any_header_can_be_used_when_it_knows_the_contact():
    header = ["E-Mail", "", "A", "a", "Ä", "email", "=1+1", *FIELDS]
    mapping = guess_mapping(header)
    assert check_mapping(mapping, len(header)) == []
    assert len(set(mapping.values())) == len(header)


@pytest.mark.parametrize(
    ("mapping", "codes"),
    [
        ({0: "email"}, []),
        ({0: "external_id", 1: "", 2: "attribute:region"}, []),
        ({0: "name"}, ["NO_IDENTITY_COLUMN"]),
        ({}, ["NO_IDENTITY_COLUMN"]),
        ({0: "email", 1: "email", 2: "email"}, ["MAPPED_TWICE"]),
        ({0: "email", 1: "attribute:a", 2: "attribute:a"}, ["MAPPED_TWICE"]),
        ({0: "email", 1: "shoe"}, ["UNKNOWN_TARGET"]),
        ({0: "email", 1: "attribute:"}, ["UNKNOWN_TARGET"]),
        ({0: "email", 1: "attribute:Not A Slug"}, ["UNKNOWN_TARGET"]),
        ({0: "email", 3: "name", -1: "phone"}, ["UNKNOWN_COLUMN", "UNKNOWN_COLUMN"]),
    ],
)
def test_a_mapping_is_checked_before_it_is_used(mapping, codes):
    assert [problem.code for problem in check_mapping(mapping, 3)] == codes


def test_problems_count_columns_as_people_do():
    assert (
        str(check_mapping({0: "email", 1: "shoe"}, 3)[0])
        == "Column 2 is mapped to shoe, which is no contact field."
    )
