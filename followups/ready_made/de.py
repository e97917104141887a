"""What the ready-made templates say in German: key -> (subject, words)."""

_HELLO = 'Guten Tag {{ name | "liebe Kundin, lieber Kunde" }},\n\n'
_BYE = "\n\n{{ agent_name }}\n{{ company }}"

WORDS: dict[str, tuple[str, str]] = {
    "first-delivery": (
        "Ihre Lieferung von {{ company }}",
        _HELLO + "danke, dass Sie uns das sagen. Auf etwas zu warten, das man bezahlt hat, und dann stimmt es nicht, ist "
        "ärgerlich. Es tut mir leid, dass Ihnen das passiert ist.\n\n"
        "Ich kümmere mich selbst darum und frage beim Paketdienst und im Lager nach, wo es schiefging. Sie hören von mir bis "
        'spätestens {{ promise | "Ende des nächsten Arbeitstags" }}, mit dem, was wir tun.\n\n'
        "Wenn es eilt oder Sie lieber Ihr Geld zurück möchten, antworten Sie auf diese Mail: Dann beginne ich damit."
        + _BYE,
    ),
    "first-price": (
        "Was Sie bei {{ company }} bezahlen",
        _HELLO + "danke für Ihre offenen Worte zum Preis. Ich verstehe, dass das eine unangenehme Überraschung war, und es tut mir "
        "leid, dass wir vorher nicht deutlicher waren.\n\n"
        "Ich gehe durch, was Sie bezahlen und was Sie dafür bekommen, und melde mich bis spätestens "
        '{{ promise | "Ende des nächsten Arbeitstags" }}: mit dem, was ich ändern kann, und ehrlich auch mit dem, was nicht.\n\n'
        "Ging es um einen bestimmten Posten oder um den Preis im Ganzen? Eine Zeile genügt." + _BYE,
    ),
    "first-billing": (
        "Ihre Rechnung von {{ company }}",
        _HELLO + "danke, dass Sie uns darauf hinweisen. Ein Fehler auf der Rechnung ist ärgerlich, und dass Sie ihn selbst finden "
        "mussten, ist unsere Schuld. Es tut mir leid.\n\n"
        'Ich prüfe die Rechnung jetzt. Bis spätestens {{ promise | "Ende des nächsten Arbeitstags" }} schreibe ich Ihnen, was '
        "falsch war und wann Ihr Geld wieder bei Ihnen ist. Bis dahin müssen Sie nichts bezahlen, was Sie bestreiten.\n\n"
        "Wenn Sie die Rechnungsnummer zur Hand haben, schicken Sie sie mir; ich finde sie auch ohne." + _BYE,
    ),
    "first-staff": (
        "Wie Sie behandelt wurden",
        _HELLO + "danke, dass Sie uns das erzählen. So darf bei uns mit niemandem gesprochen werden. Ich verstehe, dass Sie verärgert "
        "sind, und bitte Sie um Entschuldigung, ohne jedes Aber.\n\n"
        "Ich werde mit denen sprechen, die dabei waren, und hören, wie es dazu kam. Bis spätestens "
        '{{ promise | "Ende des nächsten Arbeitstags" }} schreibe ich Ihnen, was daraus folgt.\n\n'
        "Wenn Sie es mir lieber persönlich sagen möchten, antworten Sie mit einer Nummer und einer Zeit; ich rufe an." + _BYE,
    ),
    "first-defect": (
        'Zu {{ product | "Ihrem Kauf" }}',
        _HELLO + "danke, dass Sie uns Bescheid geben. Etwas Neues, das nicht funktioniert, ist enttäuschend, und es tut mir leid, dass "
        "Sie nun die Mühe damit haben.\n\n"
        "Ich prüfe, ob es repariert werden kann oder schneller ersetzt ist, und melde mich bis spätestens "
        '{{ promise | "Ende des nächsten Arbeitstags" }} mit dem Weg, der Sie am wenigsten kostet.\n\n'
        "Wenn Sie können, antworten Sie mit einem Bild oder einer Zeile dazu. Wenn nicht, geht es auch ohne." + _BYE,
    ),
    "no-words": (
        "Darf ich fragen, was war?",
        _HELLO + 'danke für Ihre Antwort. Sie haben uns {{ score | "wenige Punkte" }} gegeben. Etwas war also nicht in Ordnung, und das '
        "tut mir leid. Ich möchte es verstehen.\n\n"
        "Was hätten wir anders machen sollen? Eine Zeile genügt. Ich lese sie selbst und antworte Ihnen innerhalb eines "
        "Arbeitstags.\n\n"
        "Wenn Sie es dabei belassen möchten, brauchen Sie nichts zu tun." + _BYE,
    ),
    "still-on-it": (
        "Wir sind noch dabei",
        _HELLO + "danke für Ihre Geduld. Wir sind noch nicht fertig, und ich möchte Sie nicht ohne Nachricht lassen.\n\n"
        "Ich weiß, dass Warten ohne Nachricht ärgerlich ist, und es tut mir leid, dass es länger dauert, als es sollte. Sie hören "
        'bis spätestens {{ promise | "Ende der Woche" }} wieder von mir, wie auch immer es dann steht. Ich melde mich.' + _BYE,
    ),
    "put-right": (
        "Das haben wir getan",
        _HELLO + "danke noch einmal, dass Sie uns gesagt haben, was schiefging. Sie haben recht gehabt, und die Mühe, die Sie hatten, "
        "tut mir leid.\n\n"
        'Das haben wir getan: {{ what_was_done }}\n\n'
        "Ist es jetzt gut für Sie? Wenn noch etwas offen ist, antworten Sie einfach auf diese Mail. Sie kommt direkt zu mir, und "
        "ich kümmere mich innerhalb eines Arbeitstags darum." + _BYE,
    ),
    "could-not": (
        "Was wir können und was nicht",
        _HELLO + "danke für Ihre Geduld. Ich muss Ihnen etwas sagen, das Ihnen nicht gefallen wird: Wir können nicht tun, worum Sie "
        "gebeten haben. Der Grund ist: [Grund, in einfachen Worten].\n\n"
        "Ich verstehe, dass das enttäuschend ist, und es tut mir leid. Was wir tun können: [was möglich ist].\n\n"
        "Wenn Sie das möchten, antworten Sie mit Ja; ich kümmere mich innerhalb von zwei Arbeitstagen darum. Wenn nicht, werde "
        "ich Sie nicht überreden." + _BYE,
    ),
    "recovered": (
        "Danke für die zweite Chance",
        _HELLO + "Sie haben uns gerade gesagt, dass es jetzt besser ist. Danke: dafür, und dafür, dass Sie uns am Anfang gesagt "
        "haben, was nicht stimmte. Das war das Nützliche.\n\n"
        "Sollte es wieder schlechter werden, schreiben Sie mir. Ich werde es nicht vergessen haben." + _BYE,
    ),
    "promoter": (
        "Danke",
        _HELLO + "danke für Ihre freundliche Antwort. Sie ist bei denen angekommen, die die Arbeit gemacht haben.\n\n"
        "Wenn jemand, den Sie kennen, {{ company }} brauchen kann, freuen wir uns, wenn Sie uns erwähnen. Und falls Sie gern "
        "Bewertungen schreiben: Schreiben Sie, was Sie wirklich denken, wo Sie es sonst auch tun. Nichts hängt davon ab, und wir "
        "bitten alle um dasselbe.\n\n"
        "Gibt es etwas, das wir nie ändern sollten?" + _BYE,
    ),
    "passive": (
        "Eine Frage zu Ihrer Antwort",
        _HELLO + "danke für Ihre Antwort. Es klingt, als wäre es in Ordnung gewesen, und nicht mehr als das.\n\n"
        "Was hätte es besser gemacht? Nennen Sie mir eine Sache. Ich sammle diese Antworten, und was oft vorkommt, ändern wir. Sie "
        "hören nur von mir, wenn ich eine Frage habe." + _BYE,
    ),
    "call-once": (
        "",
        "**Vor dem Anruf:** Lesen Sie die Worte der Kundin oder des Kunden zweimal. Wissen Sie, was möglich ist: [Geld zurück, "
        "Ersatz, ein Datum].\n\n"
        "**Beginn:** „Guten Tag, hier ist {{ agent_name }} von {{ company }}. Sie haben uns gesagt, dass etwas schiefging. Passt es "
        "Ihnen gerade? Es dauert fünf Minuten.“\n\n"
        "1. Erzählen lassen. Nicht unterbrechen, nichts erklären.\n"
        "2. In eigenen Worten wiederholen: „Sie haben also … erwartet, und dann …“\n"
        "3. Einmal um Entschuldigung bitten, ohne Aber: „Das hätte nicht passieren dürfen. Es tut mir leid.“\n"
        "4. Fragen: „Was würde es für Sie wieder gut machen?“\n"
        "5. Nur versprechen, was Sie halten können, mit einem Tag: „Ich … bis {{ promise | \"morgen Abend\" }}.“\n\n"
        "**Ende:** „Danke, dass Sie es uns gesagt haben. Sie hören von mir, nicht von jemand anderem.“\n\n"
        "**Danach:** Tragen Sie den Anruf ein, mit dem Versprechen und seinem Tag.",
    ),
    "call-chronic": (
        "",
        "**Diesen Anruf führt eine Leitung.** Es geht schon lange so: kein Gutschein, kein Vorlesen, keine Ausrede.\n\n"
        "**Vor dem Anruf:** Lesen Sie die früheren Fälle und was damals versprochen wurde. Wissen Sie, was nicht gehalten wurde.\n\n"
        "**Beginn:** „Guten Tag, hier ist {{ agent_name }} von {{ company }}. Ich habe alles gelesen, was Sie uns geschrieben haben, "
        "von Anfang an. Ich möchte es von Ihnen hören. Haben Sie eine Viertelstunde?“\n\n"
        "1. Zuhören, bis alles gesagt ist. Jeden Punkt aufschreiben.\n"
        "2. Selbst nennen, woran wir gescheitert sind: „Wir haben Ihnen … versprochen und nicht gehalten. Es tut mir leid.“\n"
        "3. Fragen: „Was müsste anders sein, damit Sie gern bleiben?“\n"
        "4. Ehrlich sagen, was Sie ändern können, was nicht, und bis wann Sie den Rest wissen.\n"
        "5. Die eigene Nummer geben. Ausmachen, wann Sie wieder sprechen: {{ promise | \"innerhalb einer Woche\" }}.\n\n"
        "**Wenn jemand gehen will:** Machen Sie es leicht, und danken Sie. Das bleibt in Erinnerung.\n\n"
        "**Danach:** Jeder Punkt wird eine Aufgabe mit Tag und Namen.",
    ),
    "sms-missed": (
        "",
        "{{ company }}: Ich wollte Sie wegen Ihrer Antwort anrufen und versuche es "
        '{{ promise | "morgen" }} wieder. Passt eine andere Zeit besser, rufen oder schreiben Sie uns hier. {{ agent_first_name }}',
    ),
    "sms-on-it": (
        "",
        "{{ company }}: Danke für Ihre Nachricht. Das tut uns leid. Ein Mensch liest sie und antwortet bis "
        '{{ promise | "morgen" }}. {{ agent_first_name }}',
    ),
}  # fmt: skip
