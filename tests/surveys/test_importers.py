import codecs
import csv
import io
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys import importers
from surveys.importers import BadRowsWriter, CsvError, neutral, open_csv, summarise
from surveys.rules.csv_mapping import guess_mapping


def read(data, **options):
    file = open_csv(data.encode() if isinstance(data, str) else data, **options)
    return file, list(file.rows(guess_mapping(file.header, file.sample())))


def problems(row):
    return [(problem.column, problem.code) for problem in row.errors]


def test_a_row_becomes_values_and_attributes():
    _, (row,) = read(
        'Email,First name,Last name,Kundenwert,Region\n ana@Example.com ,Ana,Ruiz,"1.234,50",Nord\n'
    )
    assert row.values == {
        "email": "ana@example.com",
        "first_name": "Ana",
        "last_name": "Ruiz",
        "name": "Ana Ruiz",
        "account_value": Decimal("1234.50"),
    }
    assert (row.attributes, row.errors, row.line_number, row.is_good) == ({"region": "Nord"}, (), 2, True)


def test_empty_cells_leave_no_value_and_a_name_of_its_own_wins():
    _, (row,) = read("Email,Name,First name,Phone,Region\nana@example.com,Dr. Ruiz,Ana,,\n")
    assert (row.values, row.attributes) == (
        {"email": "ana@example.com", "name": "Dr. Ruiz", "first_name": "Ana"},
        {},
    )


TEXT = "E-Mail;Name;Straße\nana@example.com;Žofie Müller;„Große Straße“ 5 €\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("utf-32"), "utf-32"),
        (TEXT.encode("cp1252"), "cp1252"),
    ],
)
def test_every_usual_encoding_is_found_out(data, encoding):
    file, (row,) = read(data)
    assert (file.encoding, file.header) == (encoding, ["E-Mail", "Name", "Straße"])
    assert (row.values["name"], row.attributes) == ("Žofie Müller", {"strasse": "„Große Straße“ 5 €"})


def test_bytes_windows_does_not_know_are_latin_1():
    file = open_csv("Email,Note\nana@example.com,é".encode("latin-1") + b"\x81\n")
    assert file.encoding == "latin-1"


def test_one_late_byte_decides_the_encoding_of_the_whole_file():
    rows = b"".join(b"person%d@example.com,Ana\n" % number for number in range(60_000))
    file = open_csv(b"Email,Name\n" + rows + "zoe@example.com,Zoë\n".encode("cp1252"))
    assert file.encoding == "cp1252"


@pytest.mark.parametrize(
    "data", [codecs.BOM_UTF8 + b"Email\n\xff\n", codecs.BOM_UTF16_LE + b"E\x00\x00\xd8x\x00"]
)
def test_a_file_that_breaks_the_promise_of_its_mark_is_refused(data):
    with pytest.raises(CsvError, match="save it as UTF-8"):
        open_csv(data)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_delimiter_and_line_end_is_found_out(delimiter, end):
    lines = ["Email|Name|Note", 'ana@example.com|"Ruiz, Ana; x\ty"|1', "bob@example.com|Bob|2"]
    text = end.join(line.replace("|", delimiter) for line in lines)
    file, rows = read(text)
    assert (file.delimiter, [row.line_number for row in rows]) == (delimiter, [2, 3])
    assert [row.attributes for row in rows] == [{"note": "1"}, {"note": "2"}]


def test_what_a_spreadsheet_says_about_its_separator_is_believed():
    file, (row,) = read("sep=|\r\nEmail|Name\r\nana@example.com|A;B,C\r\n")
    assert (file.delimiter, file.header, row.line_number, row.values["name"]) == (
        "|",
        ["Email", "Name"],
        3,
        "A;B,C",
    )


def test_one_column_needs_no_delimiter():
    file, rows = read("email\nana@example.com\nbob@example.com\n")
    assert (file.header, [row.values["email"] for row in rows]) == (
        ["email"],
        ["ana@example.com", "bob@example.com"],
    )


def test_a_file_without_header_is_recognised_and_its_first_row_kept():
    file, rows = read("7,ana@example.com,Ana\n8,bob@example.com,Bob\n")
    assert (file.has_header, file.header) == (False, ["Column 1", "Column 2", "Column 3"])
    assert [(row.line_number, row.values["email"]) for row in rows] == [
        (1, "ana@example.com"),
        (2, "bob@example.com"),
    ]


@pytest.mark.parametrize(
    ("first", "is_header"),
    [
        ("foo,bar", True),
        ("Email,5", True),
        ("foo,5", False),
        ("foo,foo", False),
        ("foo,", True),
        ("x@y,name", False),
        ("€ 5,00,x", False),
    ],
)
def test_how_a_header_looks(first, is_header):
    assert open_csv(f"{first}\na,b\n".encode(), delimiter=",").has_header is is_header


def test_the_caller_may_know_better():
    file = open_csv(b"foo;bar,baz\n1;2,3\n", delimiter=",", has_header=False, encoding="latin-1")
    assert (file.delimiter, file.header, file.encoding) == (",", ["Column 1", "Column 2"], "latin-1")


def test_quotes_hold_delimiters_quotes_and_line_ends():
    _, rows = read('Email,Note\r\nana@example.com,"said ""no"",\r\ntwice"\r\n\r\nbob@example.com,x\r\n')
    assert [(row.line_number, row.attributes["note"]) for row in rows] == [
        (2, 'said "no",\r\ntwice'),
        (5, "x"),
    ]


def test_a_quote_that_is_never_closed_is_one_bad_row_that_says_which_lines_are_lost():
    _, rows = read('Email,Note\nana@example.com,ok\nbob@example.com,"oh\ncem@example.com,ok\n')
    assert [(row.line_number, problems(row)) for row in rows] == [(2, []), (3, [("", "UNCLOSED_QUOTE")])]
    assert rows[1].errors[0].message == "A quote is opened and not closed; lines 3 to 4 were not read."


def test_a_quote_that_swallows_too_much_is_given_up_and_reading_goes_on():
    filler = "".join(f"person{number}@example.com,ok\n" for number in range(8_000))
    _, rows = read(f'Email,Note\nbob@example.com,"oh\n{filler}')
    assert problems(rows[0]) == [("", "UNCLOSED_QUOTE")]
    lost = rows[0].errors[0].sentence.facts
    assert (lost["line"], lost["last"] + 1) == (2, rows[1].line_number)
    assert (len(rows) - 1, rows[-1].values["email"]) == (8_001 - (lost["last"] - 1), "person7999@example.com")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("not-an-address,Ana,de,UTC,5", [("Email", "BAD_EMAIL")]),
        (",Ana,de,UTC,5", [("", "NO_IDENTITY")]),
        (
            "ana@example.com,Ana,german,Mars,many",
            [("Language", "BAD_LANGUAGE"), ("Time zone", "BAD_TIME_ZONE"), ("Value", "BAD_NUMBER")],
        ),
        ("ana@example.com,A\x00na,de,UTC,5", [("Name", "CONTROL_CHARACTER")]),
        (f"ana@example.com,{'x' * 201},de,UTC,5", [("Name", "TOO_LONG")]),
        ("ana@example.com,Ana", [("", "TOO_FEW_CELLS")]),
        ("ana@example.com,Ana,de,UTC,5,6", [("", "TOO_MANY_CELLS")]),
        ("ana@example.com,Ana,de,UTC,5,,", []),
    ],
)
def test_each_bad_row_has_its_reasons(line, expected):
    _, rows = read(f"Email,Name,Language,Time zone,Value\n{line}\nbob@example.com,Bob,,,\n")
    assert [problems(row) for row in rows] == [expected, []]


def test_the_message_names_the_column():
    _, rows = read("Email,Value\nana@example.com,many\nana@example.com\n")
    assert [problem.message for row in rows for problem in row.errors] == [
        "Value: many is no number; write 1234.50 or 1.234,50.",
        "1 cells where the header has 2.",
    ]


@pytest.mark.parametrize(("length", "codes"), [(10_000, []), (10_001, [("Note", "TOO_LONG")])])
def test_a_cell_may_have_ten_thousand_characters(length, codes):
    _, (row,) = read(f"Email,Note\nana@example.com,{'x' * length}\n")
    assert problems(row) == codes


def test_of_two_rows_about_one_contact_the_later_wins_and_the_earlier_says_so():
    text = (
        "Email,Customer id,Name\n"
        "ana@example.com,1,first\n"
        "ANA@example.com,,second\n"
        "bob@example.com,2,third\n"
        ",1,fourth\n"
        "bob@example.com,broken,\x00\n"
    )
    _, rows = read(text)
    assert [(row.line_number, row.superseded_by, row.is_good) for row in rows] == [
        (2, 5, False),  # line 3 has its address, line 5 its number: the later of the two is named
        (3, None, True),
        (4, None, True),  # a bad row supersedes nothing
        (5, None, True),
        (6, None, False),
    ]


def test_a_dry_run_counts_every_row_once():
    _, rows = read("Email,Value\na@example.com,1\na@example.com,2\nb,x\nc@example.com,3\n")
    summary = summarise(rows)
    assert (summary.rows, summary.good, summary.bad, summary.superseded) == (4, 2, 1, 1)
    assert summary.reasons == {"BAD_EMAIL": 1, "BAD_NUMBER": 1}


def test_reading_goes_on_after_a_line():
    file, rows = read("Email\na@example.com\nb@example.com\nc@example.com\n")
    mapping = guess_mapping(file.header)
    assert list(file.rows(mapping, after_line=2)) == rows[1:]
    assert list(file.rows(mapping)) == rows


def test_a_sample_shows_the_first_rows():
    file = open_csv(b"Email\na@example.com\n\nb@example.com\nc@example.com\n")
    assert file.sample(2) == [["a@example.com"], ["b@example.com"]]


@pytest.mark.parametrize("data", [b"", b"\n\n", b" , \n", codecs.BOM_UTF8])
def test_an_empty_file_is_refused(data):
    with pytest.raises(CsvError, match="The file has no rows"):
        open_csv(data)


def test_a_header_alone_is_a_file_without_rows():
    assert read("Email,Name\n")[1] == []


def test_two_hundred_columns_are_the_most():
    header = ",".join(["Email", *(f"a{number}x" for number in range(199))])
    assert len(open_csv(header.encode()).header) == 200
    with pytest.raises(CsvError, match="The file has 201 columns; at most 200"):
        open_csv(f"{header},last".encode())


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(importers, "MAX_BYTES", 3 * 1024 * 1024)
    with pytest.raises(CsvError, match="larger than 3 MB"):
        open_csv(b"Email\n" + b"a@example.com\n" * 300_000)


def test_a_line_without_end_is_refused_without_reading_all_of_it():
    with pytest.raises(CsvError, match="Line 2 is longer than"):
        open_csv(b"Email\n" + b"x" * 5_000_000)


def test_a_bad_mapping_is_refused_before_the_first_row():
    file = open_csv(b"Email,Name\na@example.com,A\n")
    with pytest.raises(CsvError, match="one of them is needed"):
        next(file.rows({1: "name"}))


def test_memory_stays_flat_however_many_rows_there_are():
    def peak(count):
        lines = b"".join(b"person%d@example.com,Ana,Nord\n" % number for number in range(count))
        file = open_csv(io.BytesIO(b"Email,Name,Region\n" + lines))
        mapping = guess_mapping(file.header)
        summarise(file.rows(mapping))  # the one pass that remembers who was seen
        tracemalloc.start()
        summarise(file.rows(mapping))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    assert peak(9_000) < 2 * peak(3_000)


@pytest.mark.parametrize("text", ["=1+1", "+49", "-5", "@x", "\tx", "\rx", "＝1"])
def test_formulas_are_made_harmless(text):
    assert neutral(text) == "'" + text


@pytest.mark.parametrize("text", ["", "a=1", "5-3", "'quoted", "ana@example.com"])
def test_other_cells_are_left_alone(text):
    assert neutral(text) == text


def test_bad_rows_come_back_as_a_file_with_line_and_reason_and_can_be_imported_again():
    file, rows = read("Email;Phone;Value\nana;+49 30 123;many\nbob@example.com;1234\nc@example.com;=1;5;6\n")
    out = io.StringIO(newline="")
    writer = BadRowsWriter(out, file.header)
    for row in rows:
        writer.write(row.line_number, row.cells, [problem.message for problem in row.errors])
    assert out.getvalue().startswith("\ufeff")
    assert list(csv.reader(io.StringIO(out.getvalue().removeprefix("\ufeff"), newline=""))) == [
        ["Email", "Phone", "Value", "line", "reason"],
        [
            "ana",
            "'+49 30 123",
            "many",
            "2",
            "Email: ana is no mail address. Value: many is no number; write 1234.50 or 1.234,50.",
        ],
        ["bob@example.com", "1234", "", "3", "2 cells where the header has 3."],
        ["c@example.com", "'=1", "5", "4", "4 cells where the header has 3; is a delimiter not quoted?", "6"],
    ]
    corrected = out.getvalue().replace("ana,", "ana@example.com,").replace("many,", "7,", 1)
    again, again_rows = read(corrected)
    assert guess_mapping(again.header) == {0: "email", 1: "phone", 2: "account_value", 3: "", 4: ""}
    assert again_rows[0].values == {
        "email": "ana@example.com",
        "phone": "+4930123",
        "account_value": Decimal(7),
    }


cells = st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=2, max_size=2)


@settings(max_examples=100, deadline=None)
@given(st.lists(cells, max_size=8), st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n"]))
def test_whatever_a_csv_writer_wrote_is_read_back_cell_by_cell(records, delimiter, end):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["Email", "Note"], *records])
    file = open_csv(out.getvalue().encode())
    expected = [record for record in records if any(cell.strip(importers._SPACE) for cell in record)]
    assert [cells for _, _, cells in file.records()] == expected


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_in_words_or_read_row_by_row(data):
    try:
        file = open_csv(b"email,name\n" + data)
        rows = list(file.rows({0: "email"}))
    except CsvError:
        return
    assert [row.line_number for row in rows] == sorted(row.line_number for row in rows)
    assert [row for row in rows if row.is_good and "email" not in row.values] == []
