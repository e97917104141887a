"""The acts of the proof of a conversation. Each tells what it saw; nothing is read from inside but to wait and to count."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import requests

from bench.conversation_cast import CUSTOMERS, DOMAIN, INES, THERE, Customer, Desk, Story, patiently
from bench.product import Product
from bench.wire import BEFORE_THE_ANSWER, IN_THE_WORDS, Wire

_MAILS = "SELECT count(*) FROM followups_mail WHERE "
_RECEIVED = "SELECT count(*) FROM followups_receivedmail WHERE "
_CASE = "SELECT category, reopened_count, customer_wrote_at FROM detractors_case WHERE number = 1"


def count(product: Product, statement: str) -> int:
    return int(product.rows(statement)[0][0])


def to_and_fro(product: Product, desk: Desk, ines: Customer, story: Story, folder: Path, rounds: int) -> Any:
    """Written at the desk, read by IMAP, answered with swaks, read at the desk; as often as asked. The last mail to her."""
    desk.reply("Dear Ines, I am sorry, and thank you for telling us. I am **looking into it** today.")
    mail = ines.next_mail("looking into it")
    reply_to, root = mail.headers["reply-to"][0], mail.headers["message-id"][0]
    story.tell(f"the reply comes from a person: {mail.from_values.name}", holds="Olivia" in mail.from_values.name)  # fmt: skip
    story.tell("its reply address is one of its own, and it carries no mark of an automatic mail", holds=reply_to.endswith(f"@{DOMAIN}") and "auto-submitted" not in mail.headers)  # fmt: skip
    photo = folder / "photo.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2048))
    last = root
    for turn in range(1, rounds + 1):
        words, mine = f"Answer number {turn}: it has not arrived.", f"<answer-{turn}@{CUSTOMERS}>"
        quoted = "\n\nOn Monday, Olivia wrote:\n> I am looking into it"
        ines.write(
            reply_to, words + quoted, Subject="Re: Your answer", Message_Id=mine, In_Reply_To=last,
            References=f"{root} {last}", attach=photo if turn == 1 else None,
        )  # fmt: skip
        story.tell(f"answer {turn} stands in the conversation at the desk", holds=desk.reads(words))
        desk.reply(f"Thank you, I have read answer {turn} and am looking into it.")
        mail = ines.next_mail(f"answer {turn} and")
        story.tell(f"reply {turn + 1} answers hers, so that her program keeps the thread", holds=mail.headers["in-reply-to"][0] == mine)  # fmt: skip
        last = mail.headers["message-id"][0]
    files = count(product, "SELECT count(*) FROM detractors_attachment WHERE content_type = 'image/png'")
    folded = count(product, _MAILS + "quoted LIKE '%I am looking into it%' AND body NOT LIKE '%looking%'")
    story.tell(f"her picture lies beside the case, and what she quoted is folded ({folded} of {rounds})", holds=(files, folded) == (1, rounds))  # fmt: skip
    return mail


def shapes(product: Product, desk: Desk, ines: Customer, story: Story, folder: Path, reply_to: str) -> None:
    """The same customer from other programs: HTML with a picture in it, files, other charsets, no MIME at all."""
    from tests.followups.mails import TINY_PNG  # once Django is set up

    html = EmailMessage()
    html["From"], html["To"], html["Subject"], html["Message-ID"] = INES, reply_to, "Re: broken", "<html@x>"
    html.set_content("Look at the crack.")
    html.add_alternative('<p>Look at the <b>crack</b>.</p><img src="cid:crack@x"><img src="https://spy.example/x.gif"><script>alert(1)</script>', subtype="html")  # fmt: skip
    html.get_payload()[1].add_related(TINY_PNG, "image", "png", cid="<crack@x>")  # type: ignore[union-attr,index]
    ines.hand(reply_to, html, folder)
    shown = desk.reads("Look at the crack.")
    [(public_id, kept)] = product.rows(
        "SELECT public_id, html FROM followups_mail WHERE wire_id = '<html@x>'"
    )
    story.tell("a mail in HTML with a picture in it is read; no script and no address of elsewhere is left in it", holds=shown and "spy.example" not in kept and "script" not in kept and "<b>crack</b>" in kept)  # fmt: skip
    desk.go(f"cases/1/conversation/letters/{public_id}/")
    desk.picture("as-laid-out")
    files = EmailMessage()
    files["From"], files["To"], files["Subject"], files["Message-ID"] = (
        INES,
        reply_to,
        "The bills",
        "<files@x>",
    )
    files.set_content("Here are both bills.")
    for name in ("bill.pdf", "Rechnung für März.pdf"):
        files.add_attachment(b"%PDF-1.4\n%%EOF\n" + name.encode(), maintype="application", subtype="pdf", filename=name)  # fmt: skip
    files.add_attachment(
        b"MZ" + bytes(64), maintype="application", subtype="octet-stream", filename="run.exe"
    )
    ines.hand(reply_to, files, folder)
    story.tell("of three files two lie beside the case, the program stays in the original, and the mail says so", holds=desk.reads("Here are both bills.", "bill.pdf", "Rechnung für März.pdf", "run.exe") and count(product, "SELECT count(*) FROM detractors_attachment WHERE name LIKE '%.pdf'") == 2)  # fmt: skip
    head = f"From: {INES}\r\nTo: {reply_to}\r\nSubject: Re\r\nMessage-ID: <%s@x>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=%s\r\n%s\r\n"
    for charset, words, said in (
        ("iso-8859-1", "Grüße, es ist größer.", "iso-8859-1"),
        ("iso-2022-jp", "まだ届いていません。", "iso-2022-jp"),
        ("windows-1251", "Посылка не пришла.", "windows-1251"),
        ("utf-8", "Ça ne va toujours pas.", "iso-8859-15"),  # not what it says
    ):
        raw = (head % (f"set-{charset}", said, "Content-Transfer-Encoding: 8bit\r\n")).encode() + words.encode(charset)  # fmt: skip
        ines.hand(reply_to, raw + b"\r\n", folder)
        story.tell(f"{words} in {charset}{'' if said == charset else f', said to be {said}'}, is read", holds=desk.reads(words))  # fmt: skip
    ines.hand(reply_to, f"From: {INES}\r\nMessage-ID: <bare@x>\r\n\r\nNo MIME, and a NUL \x00 here.\r\n".encode(), folder)  # fmt: skip
    story.tell("a bare mail with a NUL byte is read", holds=desk.reads("No MIME, and a NUL"))


def programs(product: Product, desk: Desk, ines: Customer, story: Story, reply_to: str) -> None:
    """What no person wrote, and who is not the customer."""
    before = product.rows(_CASE)
    ines.write(reply_to, "I am out of the office until Monday.", Auto_Submitted="auto-replied", Message_Id="<away@x>")  # fmt: skip
    patiently(lambda: count(product, _MAILS + "kind = 'ABSENCE'"), what="the absence")
    story.tell("her absence is filed beside the words and moves nothing", holds=product.rows(_CASE) == before)
    ines.write(reply_to, "My other address: it is broken.", sender=f"ines.private@{CUSTOMERS}", Message_Id="<other@x>")  # fmt: skip
    patiently(lambda: count(product, _RECEIVED + "state = 'TRAY'"), what="the mail from another address")
    desk.go("incoming/")
    is_there = "ines.private@" in desk.page.content()
    desk.picture("tray")
    desk.page.locator(".incoming-subject").first.click()
    desk.page.get_by_role("button", name="Into this case").first.wait_for()
    desk.picture("from-another-address")
    desk.page.locator("#sort-number").fill("1")
    desk.page.get_by_role("button", name="Into this case").first.click()
    story.tell("an answer from another address waits in the tray, and is put into the case there", holds=is_there and desk.reads("My other address"))  # fmt: skip
    ines.write(
        reply_to, "I write from it again.", sender=f"ines.private@{CUSTOMERS}", Message_Id="<other2@x>"
    )
    story.tell("from then on that address is known", holds=desk.reads("I write from it again."))


def over_and_open_again(product: Product, desk: Desk, ines: Customer, story: Story, reply_to: str) -> None:
    """Solved with a reply, told what was done, answered: it is open again."""
    desk.reply("It is on its way to you.", resolve="A new one left our depot today.")
    ines.next_mail("on its way to you")
    patiently(lambda: product.rows(_CASE)[0][0] == "RESOLVED", what="the resolved case")

    def told() -> bool:
        """Its minute of grace is over."""
        product.rows(
            "UPDATE followups_followup SET due_at = now() WHERE step = 'CLOSING' AND status = 'PLANNED'"
        )
        return bool(ines.has("A new one left our depot today."))

    patiently(told, what="the closing mail")
    mail = ines.next_mail("A new one left our depot today.")
    story.tell("she is told what was done, in the same thread", holds=mail.subject.startswith("Re: ") or "references" in mail.headers)  # fmt: skip
    ines.write(reply_to, "It came, and it is broken again.", Message_Id="<again@x>")
    patiently(lambda: product.rows(_CASE)[0][0] == "OPEN", what="the case that is open again")
    story.tell("her answer opens the case again", holds=product.rows(_CASE)[0][1] == 1 and desk.reads("broken again"))  # fmt: skip


def bounce(product: Product, desk: Desk, story: Story, api: str, key: dict[str, str], survey: str) -> None:
    """A mailbox that does not exist: postfix says so, and the case hears of it."""
    said: dict[str, Any] = {"survey": survey, "score": 1, "comment": "Nobody calls.", "contact": {"email": "gone@nowhere.example", "name": "Gone"}}  # fmt: skip
    requests.post(f"{api}/responses/", json=said, headers=key, timeout=60).raise_for_status()
    [(number,)] = patiently(lambda: product.rows("SELECT number FROM detractors_case WHERE number > 1"), what="the second case")  # fmt: skip
    desk.reply("Dear customer, I am sorry.", number=number)
    bounced = "SELECT count(*) FROM outbox_outboundmessage WHERE bounced_at IS NOT NULL"
    patiently(lambda: count(product, bounced), what="the bounce")
    patiently(lambda: count(product, "SELECT count(*) FROM detractors_caseevent WHERE kind = 'REPLY_FAILED'"), what="the line about it")  # fmt: skip
    owed = count(product, f"SELECT count(*) FROM detractors_slatimer t JOIN detractors_case c ON c.id = t.case_id WHERE c.number = {int(number)} AND t.kind = 'FIRST_RESPONSE' AND t.met_at IS NULL")  # fmt: skip
    story.tell("postfix returns a mail nobody could get: the case says why, and the first response is owed again", holds=owed == 1)  # fmt: skip


def customers_page(
    product: Product, desk: Desk, ines: Customer, story: Story, mail: Any, window: Any
) -> None:
    """From the link in her mail: what she sees, and adds."""
    [link] = re.findall(rf"{re.escape(product.base_url)}/c/[^\s\"<>]+", mail.text)[:1] or [""]
    window.set_content(mail.html or f"<pre>{mail.text}</pre>")
    desk.picture("mail-as-she-reads-it", page=window)
    window.goto(link)
    desk.picture("customers-page", page=window)
    window.locator("textarea[name=text]").first.fill("From my page: the number is 4711.")
    window.locator("form:has(input[value=add]) button").last.click()
    story.tell("what she adds on her page stands in the conversation", holds=desk.reads("the number is 4711"))


def killed_in_the_words(product: Product, desk: Desk, ines: Customer, story: Story, wire: Wire) -> None:
    """kill -9 of the worker in the middle of DATA, twice: once postfix has the mail, once it has half of it."""
    for number, where in ((1, BEFORE_THE_ANSWER), (2, IN_THE_WORDS)):
        words = f"Doubtful reply {number}: a colleague looks into it."
        wire.cut_next(where, holding=f"Doubtful reply {number}", do=lambda: product.kill("worker"))
        desk.reply(words)
        for _turn in range(600):
            assert product.supervisor is not None
            product.supervisor.tick()
            if wire.cuts == number:
                break
            time.sleep(0.2)
    desk.reply("A reply nobody disturbs.")

    def doubted() -> bool:
        assert product.supervisor is not None
        product.supervisor.tick()  # who was killed is started again
        return count(product, "SELECT count(*) FROM detractors_caseevent WHERE kind = 'MAIL_DOUBTFUL'") == 2

    patiently(doubted, seconds=500, what="two doubtful mails")
    patiently(lambda: ines.has("A reply nobody disturbs."), seconds=300, what="the undisturbed reply")
    arrived = [ines.has(f"Doubtful reply {number}") for number in (1, 2)]
    story.tell("the worker was killed (kill -9) in the middle of DATA twice; one mail had arrived, the other had not, and nothing was sent again by itself", holds=arrived == [1, 0])  # fmt: skip
    desk.go("cases/")
    desk.page.get_by_text("2 mails may not have arrived").wait_for()
    desk.go("mails-in-doubt/")
    forms = desk.page.locator(".mail-doubt-acts")
    desk.picture("mails-in-doubt")
    story.tell("both are shown to who wrote them, and asked about", holds=forms.count() == 2)
    desk.picture("doubtful-in-the-conversation", path="cases/1/conversation/")
    desk.go("mails-in-doubt/")
    first = desk.page.locator(".doubt-list > li", has_text="Doubtful reply 1")
    first.get_by_role("button", name="It arrived").click()
    desk.page.get_by_text("Kept: the mail arrived.").wait_for()
    second = desk.page.locator(".doubt-list > li", has_text="Doubtful reply 2")
    second.get_by_role("button", name="Send again").click()
    desk.page.get_by_text("The mail is sent again.").wait_for()
    patiently(lambda: ines.has("Doubtful reply 2"), seconds=300, what="the mail that was sent again")
    arrived = [ines.has(f"Doubtful reply {number}") for number in (1, 2)]
    story.tell("“it arrived” and “send again”: she has each of them exactly once", holds=arrived == [1, 1])


def two_installations(here: Product, there: Product, desk: Desk, story: Story, api: str, key: dict[str, str], survey: str) -> None:  # fmt: skip
    """The customer is the desk of another installation, which acknowledges by itself, and so do we."""
    before = (_out(here), _out(there))
    said: dict[str, Any] = {"survey": survey, "score": 0, "comment": "We hear nothing.", "contact": {"email": f"globex@{THERE}", "name": "Globex"}}  # fmt: skip
    requests.post(f"{api}/responses/", json=said, headers=key, timeout=60).raise_for_status()
    find = "SELECT c.number FROM detractors_case c JOIN surveys_contact p ON p.id = c.contact_id WHERE p.name = 'Globex'"  # fmt: skip
    [(number,)] = patiently(lambda: here.rows(find), what="the case of the other installation")
    desk.reply("Dear Globex, we are looking into it.", number=number)
    patiently(lambda: there.rows("SELECT 1 FROM detractors_case"), what="a case over there")
    end, quiet = time.monotonic() + 240, time.monotonic()
    seen = (0, 0)
    while time.monotonic() < end and time.monotonic() - quiet < 60:
        for product in (here, there):  # what would leave by itself leaves now
            product.rows("UPDATE followups_followup SET due_at = now() WHERE status = 'PLANNED' AND step = 'ACKNOWLEDGE'")  # fmt: skip
            assert product.supervisor is not None
            product.supervisor.tick()
        now = (_out(here) - before[0], _out(there) - before[1])
        if now != seen:
            seen, quiet = now, time.monotonic()
        time.sleep(2)
    story.tell(f"two installations that answer each other end after {sum(seen)} mails ({seen[0]} from here, {seen[1]} from there)", holds=0 < sum(seen) <= 3 and seen[1] > 0)  # fmt: skip
    waiting = [count(one, _RECEIVED + "next_at IS NOT NULL") for one in (here, there)]
    story.tell("nothing of it waits anywhere", holds=waiting == [0, 0])


def _out(product: Product) -> int:
    return count(
        product, "SELECT count(*) FROM outbox_outboundmessage WHERE kind = 'CUSTOMER' AND state = 'SENT'"
    )


def nothing_is_lost(product: Product, story: Story) -> None:
    """Everything that came in is kept as it came."""
    kept = count(product, _RECEIVED + "raw IS NOT NULL AND size > 0")
    all_of_it = count(product, _RECEIVED + "true")
    broken = product.manage("check_loop", check=False)
    story.tell(f"{kept} of {all_of_it} mails that came in are kept raw; check_loop finds nothing wrong", holds=kept == all_of_it and "promises hold" in broken)  # fmt: skip
    if "promises hold" not in broken:
        print(broken, flush=True)


def stamp() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
