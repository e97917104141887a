"""Which column of a CSV file is which contact field: a guess from header words in many languages and from the cells.

A mapping is `{column index: target}` where a target is a contact field, `attribute:<name>` or "" (left out).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from core.sentences import Sentence, gettext_noop

FIELDS = (
    "email",
    "external_id",
    "name",
    "first_name",
    "last_name",
    "phone",
    "company",
    "language",
    "time_zone",
    "account_value",
    "respondent_type",
)
ATTRIBUTE = "attribute:"
IGNORE = ""
LONGEST_ATTRIBUTE = 60
BAD_ROW_COLUMNS = ("line", "reason")  # what the file of bad rows adds; left out when that file comes back

# Words of English, German, French, Spanish, Portuguese, Italian, Dutch, Danish, Swedish, Norwegian, Finnish, Polish, Czech,
# Hungarian, Romanian, Turkish, Greek, Russian, Ukrainian, Chinese, Japanese, Korean; folded by `_folded` when read.
_WORDS: dict[str, str] = {
    "email": """email|e-mail|mail|email address|e-mail address|mail address|email id|customer email|contact email|work email
        |e-mail-adresse|email-adresse|emailadresse|mailadresse|courriel|adresse e-mail|adresse email|adresse mail
        |adresse electronique|correo|correo electrónico|dirección de correo|endereço de e-mail|correio eletrónico|indirizzo email
        |indirizzo e-mail|posta elettronica|e-mailadres|emailadres|e-post|epost|e-postadress|e-postadresse|epostadresse
        |sähköposti|sähköpostiosoite|adres e-mail|adres email|e-mailová adresa|emailová adresa|e-mail cím|email cím
        |adresă de email|adresa de e-mail|e-posta|eposta|e-posta adresi|ηλεκτρονικό ταχυδρομείο|διεύθυνση email
        |электронная почта|эл. почта|почта|адрес электронной почты|електронна пошта|ел. пошта|电子邮件|电子邮箱|邮箱|電子郵件
        |メール|メールアドレス|eメール|이메일|이메일 주소|전자우편""",
    "external_id": """external id|externalid|id|customer id|customer no|customer number|customerid|client id|contact id|account id
        |account number|user id|userid|member id|crm id|reference|kundennummer|kunden-nr|kundennr|kunden id|kundenid|numéro client
        |numéro de client|n° client|no client|id client|identifiant|id cliente|número de cliente|nº cliente|código de cliente
        |código do cliente|número do cliente|codice cliente|numero cliente|klantnummer|klant id|klantnr|kundenummer|kundnummer
        |kund-id|kunde id|asiakasnumero|numer klienta|id klienta|číslo zákazníka|zákaznické číslo|ügyfélszám|ügyfél azonosító
        |cod client|număr client|müşteri no|müşteri numarası|κωδικός πελάτη|номер клиента|код клиента|ид клиента|номер клієнта
        |код клієнта|客户编号|客户id|客戶編號|顧客番号|顧客id|고객번호|고객 id""",
    "name": """name|full name|fullname|customer name|contact name|customer|contact|client name|kundenname|vollständiger name
        |kunde|nom complet|nom et prénom|nom du client|nombre completo|nombre y apellidos|nombre del cliente|nome completo
        |nome e cognome|nome do cliente|nome cliente|volledige naam|naam|klantnaam|fulde navn|navn|fullständigt namn|namn
        |fullt navn|koko nimi|nimi|imię i nazwisko|nazwa klienta|celé jméno|jméno a příjmení|teljes név|név|nume complet
        |ad soyad|adı soyadı|ονοματεπώνυμο|фио|полное имя|имя и фамилия|піб|повне ім'я|姓名|全名|名字|氏名|お名前|名前|이름|성명""",
    "first_name": """first name|firstname|given name|forename|fname|vorname|prénom|nombre|primeiro nome|nome|nome proprio
        |voornaam|fornavn|förnamn|etunimi|imię|jméno|křestní jméno|keresztnév|utónév|prenume|ad|adı|isim|όνομα|имя|ім'я|名|이름(성 제외)""",
    "last_name": """last name|lastname|surname|family name|lname|nachname|familienname|zuname|nom|nom de famille|apellido
        |apellidos|sobrenome|apelido|último nome|cognome|achternaam|familienaam|efternavn|efternamn|etternavn|sukunimi|nazwisko
        |příjmení|vezetéknév|családnév|nume de familie|soyad|soyadı|επώνυμο|фамилия|прізвище|姓|성""",
    "phone": """phone|phone number|telephone|telephone number|tel|mobile|mobile number|mobile phone|cell|cell phone|telefon
        |telefonnummer|handy|handynummer|mobil|mobilnummer|rufnummer|téléphone|numéro de téléphone|portable|teléfono|móvil|celular
        |telefone|telemóvel|telefono|cellulare|telefoonnummer|telefoon|mobiel|puhelin|puhelinnumero|numer telefonu|komórka
        |telefonní číslo|telefonszám|număr de telefon|cep telefonu|τηλέφωνο|κινητό|телефон|номер телефона|мобильный|номер телефону
        |电话|手机|手机号|電話|电话号码|電話番号|携帯電話|전화|전화번호|휴대폰""",
    "company": """company|company name|organisation|organization|organisation name|organization name|account name|employer|business
        |firma|firmenname|unternehmen|organisationsname|société|entreprise|nom de l'entreprise|raison sociale|empresa
        |nombre de la empresa|compañía|nome da empresa|azienda|società|ragione sociale|bedrijf|bedrijfsnaam|organisatie|virksomhed
        |företag|företagsnamn|bedrift|yritys|nazwa firmy|przedsiębiorstwo|společnost|název firmy|cég|cégnév|vállalat|companie
        |şirket|şirket adı|εταιρεία|компания|организация|компанія|організація|公司|公司名称|会社|会社名|企業名|회사|회사명""",
    "language": """language|language code|lang|locale|preferred language|sprache|sprachcode|langue|code langue|idioma|lengua
        |língua|lingua|taal|sprog|språk|kieli|język|jazyk|nyelv|limbă|limba|dil|γλώσσα|язык|мова|语言|語言|言語|언어""",
    "time_zone": """time zone|timezone|tz|zeitzone|fuseau horaire|zona horaria|huso horario|fuso horário|fuso orario|tijdzone
        |tidszone|tidszon|tidssone|aikavyöhyke|strefa czasowa|časové pásmo|időzóna|fus orar|saat dilimi|ζώνη ώρας|часовой пояс
        |часовий пояс|时区|時區|タイムゾーン|시간대""",
    "account_value": """account value|value|customer value|contract value|annual value|revenue|annual revenue|arr|mrr|acv|ltv
        |lifetime value|deal value|spend|kundenwert|vertragswert|umsatz|jahresumsatz|valeur client|valeur du compte
        |chiffre d'affaires|valor de la cuenta|valor del cliente|ingresos|facturación|valor da conta|valor do cliente|receita
        |faturamento|valore cliente|valore del cliente|fatturato|klantwaarde|omzet|kundeværdi|omsætning|kundvärde|omsättning
        |kundeverdi|omsetning|asiakasarvo|liikevaihto|wartość klienta|przychód|obrót|hodnota zákazníka|tržby|obrat|ügyfélérték
        |árbevétel|valoare client|venituri|müşteri değeri|ciro|αξία πελάτη|έσοδα|выручка|ценность клиента|оборот|виручка
        |цінність клієнта|客户价值|收入|顧客価値|売上|고객가치|매출""",
    "respondent_type": """respondent type|respondent|contact type|kontaktart|art des kontakts|type de contact|tipo de contacto
        |tipo de contato|tipo di contatto|soort contact|typ kontaktu|тип контакта""",
}
# A longer header that holds one of these words somewhere is still that column ("Customer e-mail (private)").
_TELLING = {
    "email": ("email", "e mail", "emailadresse", "courriel", "correo"),
    "phone": ("phone", "telefon", "mobile"),
}

SENTENCES: dict[str, str] = {
    "UNKNOWN_TARGET": gettext_noop("Column %(column)s is mapped to %(target)s, which is no contact field."),
    "UNKNOWN_COLUMN": gettext_noop("There is no column %(column)s in this file."),
    "MAPPED_TWICE": gettext_noop("More than one column is mapped to %(target)s; choose one."),
    "NO_IDENTITY_COLUMN": gettext_noop(
        "Map a column to the mail address or the external id: one of them is needed."
    ),
}


def guess_mapping(header: Sequence[str], sample: Iterable[Sequence[str]] = ()) -> dict[int, str]:
    """A target for every column of `header`: each field at most once, the rest attributes named after their header.

    When no header says where the mail address is, the first column is taken in which at least half of the sample's
    filled cells hold an @.
    """
    mapping: dict[int, str] = {}
    folded = [fold(text) for text in header]
    for look in (_EXACT.get, _telling):
        for index, text in enumerate(folded):
            field = look(text)
            if index not in mapping and field and field not in mapping.values():
                mapping[index] = field
    if "email" not in mapping.values():
        by_content = _address_column(len(header), list(sample), taken=mapping)
        if by_content is not None:
            mapping[by_content] = "email"
    _leave_out_bad_row_columns(folded, mapping)
    names: set[str] = set()
    for index, text in enumerate(header):
        if index not in mapping:
            mapping[index] = ATTRIBUTE + _unique(slug(text) or f"column_{index + 1}", names)
    return dict(sorted(mapping.items()))


def is_known_header(text: str) -> bool:
    """Whether the text is a header word of any field."""
    return fold(text) in _EXACT


def check_mapping(mapping: Mapping[int, str], columns: int) -> list[Sentence]:
    """Everything wrong with a mapping for a file of so many columns; empty when it can be used."""
    problems, seen, twice = [], set(), set()
    for index, chosen in mapping.items():
        if not 0 <= index < columns:
            problems.append(_problem("UNKNOWN_COLUMN", column=index + 1))
        if chosen == IGNORE:
            continue
        name = chosen.removeprefix(ATTRIBUTE)
        is_attribute = chosen.startswith(ATTRIBUTE) and name == slug(name) and name != ""
        if chosen not in FIELDS and not is_attribute:
            problems.append(_problem("UNKNOWN_TARGET", column=index + 1, target=chosen))
        elif chosen in seen and chosen not in twice:
            twice.add(chosen)
            problems.append(_problem("MAPPED_TWICE", target=chosen))
        seen.add(chosen)
    if not {"email", "external_id"} & seen:
        problems.append(_problem("NO_IDENTITY_COLUMN"))
    return problems


def slug(text: str) -> str:
    """A header as an attribute name: lower case, accents dropped, anything else than letters and digits "_".

    Letters of any script are kept, so a Cyrillic header keeps its meaning. At most 60 characters; may be empty.
    """
    return fold(text).replace(" ", "_")[:LONGEST_ATTRIBUTE].strip("_")


def fold(text: str) -> str:
    """Lower case, without accents, runs of anything but letters and digits as one space."""
    bare = "".join(
        mark for mark in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(mark)
    )
    return " ".join(_NOT_WORD.sub(" ", unicodedata.normalize("NFC", bare)).split())


_NOT_WORD = re.compile(r"[\W_]+")
_EXACT: dict[str, str] = {
    fold(word): field for field, words in reversed(_WORDS.items()) for word in words.split("|")
}


def _telling(folded: str) -> str | None:
    padded = f" {folded} "
    return next(
        (field for field, words in _TELLING.items() if any(f" {word} " in padded for word in words)), None
    )


def _address_column(columns: int, sample: list[Sequence[str]], taken: Mapping[int, str]) -> int | None:
    for index in range(columns):
        cells = [row[index] for row in sample if index < len(row) and row[index].strip()]
        if index not in taken and cells and sum("@" in cell for cell in cells) * 2 >= len(cells):
            return index
    return None


def _leave_out_bad_row_columns(folded: list[str], mapping: dict[int, str]) -> None:
    """In a file of bad rows that comes back, its two own columns stand at the end."""
    first = len(folded) - len(BAD_ROW_COLUMNS)
    if first > 0 and tuple(folded[first:]) == BAD_ROW_COLUMNS:
        mapping.update(dict.fromkeys(range(first, len(folded)), IGNORE))


def _unique(name: str, names: set[str]) -> str:
    candidate, number = name, 2
    while candidate in names or candidate in FIELDS:
        candidate = f"{name[: LONGEST_ATTRIBUTE - 4]}_{number}"
        number += 1
    names.add(candidate)
    return candidate


def _problem(code: str, **facts: object) -> Sentence:
    return Sentence(code, SENTENCES[code], facts)
