"""How people promise in English, German, French, Spanish and Italian: words for times, for commitments and for doubt.

All patterns are for text in small letters with straight apostrophes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

NUMBERS = {
    "en": "a an=1 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 fourteen=14",
    "de": "ein=1 eine=1 einem=1 einer=1 eines=1 zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 zwölf=12 vierzehn=14",
    "fr": "un=1 une=1 deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 neuf=9 dix=10 douze=12 quinze=15",
    "es": "un=1 una=1 dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 doce=12 quince=15",
    "it": "un=1 una=1 uno=1 due=2 tre=3 quattro=4 cinque=5 sei=6 sette=7 otto=8 nove=9 dieci=10 dodici=12 quindici=15",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """One language. `weekdays` begin with Monday; each pattern may be anywhere in a sentence."""

    weekdays: tuple[str, ...]
    today: str
    tomorrow: str
    after_tomorrow: str
    morning: str
    noon: str
    end_of_week: str
    end_of_next_week: str
    end_of_month: str
    end_of_day: str
    next_week: str
    next_working: str
    hours: str  # units, after a number
    minutes: str
    days: str
    weeks: str
    working: str  # around "days": working ones
    within: str  # before a number of hours or days
    clock: tuple[str, ...]  # groups: hour, minute, half of the day
    next_weekday: str  # "{day}" is the weekday
    commits: str
    hedges: str
    others: str  # not a promise: somebody else's, a condition, something that cannot be
    past: str
    common: frozenset[str] = field(default_factory=frozenset)  # words that tell the language


WORDS = {
    "en": Words(
        weekdays=("mondays?", "tuesdays?", "wednesdays?", "thursdays?", "fridays?", "saturdays?", "sundays?"),
        today=r"today|this (?:morning|afternoon|evening)|tonight|later on today",
        tomorrow=r"tomorrow",
        after_tomorrow=r"the day after tomorrow",
        morning=r"morning",
        noon=r"noon|midday|lunchtime",
        end_of_week=r"(?:end of|later|during|in the course of) (?:the|this) week|\bthis week|before the week is (?:out|over)",
        end_of_next_week=r"end of next week",
        end_of_month=r"(?:end of|before) (?:the|this) month(?: is (?:out|over))?",
        end_of_day=r"end of (?:the|this) (?:day|business)|close of (?:business|play)|\beod\b",
        next_week=r"next week|the coming week",
        next_working=r"(?:next|following) (?:working|business) day",
        hours=r"hours?|hrs?",
        minutes=r"minutes?|mins?",
        days=r"days?",
        weeks=r"weeks?",
        working=r"working|business|week",
        within=r"within(?: the next)?|in(?: the next)?|inside|no later than",
        clock=(
            r"\b(?:at|by|before|around|until|till)? ?(\d{1,2})(?:[:.](\d{2}))? ?(a\.?m\.?|p\.?m\.?)\b",
            r"\b(\d{1,2}):(\d{2})()\b",
            r"\b(?:at|by|before) (\d{1,2})()() ?o'clock",
            r"\b(?:at|by) (\d{1,2})()()(?=[\s.,;!]|$)(?! (?:days?|hours?|of|january|february|march|april|may|june|july|august|september|october|november|december))",
        ),
        next_weekday=r"next {day}",
        commits=(
            r"\b(?:i|we|she|he|they|it|you|my \w+|our \w+|a \w+|the \w+(?: \w+)?|your \w+(?: \w+)?)(?:'ll| will| shall)\b"
            r"|\b(?:i'm|i am|we're|we are) (?:going to|calling|sending|ringing|writing|meeting|coming|refunding|checking)\b"
            r"|\b(?:i|we) (?:promise|guarantee|assure)\b|\blet me (?:call|ring|write|check|send|get back)\b"
            r"|\byou (?:get|receive|have) (?:it|your|the|an?)\b"
        ),
        hedges=(
            r"\bhope|\btry\b|\btrying\b|\bprobabl|\bperhaps\b|\bmaybe\b|\bmight\b|\bmay be\b|\bshould\b|\bexpect|\blikely\b|\baim to\b"
            r"|\bhopefully\b|\bsays? that\b|\bsuit(?:s)? you\b|\bif all goes\b|\baround\b|\babout \d|\bapproximately\b|\bwould\b|\bcould\b"
        ),
        others=(
            r"\b(?:if|unless|in case|should) (?:it|you|this|that|the|nothing|anything)\b|\b(?:cannot|can't|can not|could not|couldn't) promise\b"
            r"|\bnot be able\b|\bwon't\b|\bwill not\b|\bunable to\b|\byou (?:can|could|may|must|have to|need to)\b|\b(?:is|are|was) (?:valid|open|closed)\b"
            r"|\bas (?:of|from)\b|\bstarting\b|\bfrom \d|\bopening hours\b|\bplease (?:call|give|send|reply|let|tell|contact)\b|\bas soon as\b(?!.*\b(?:by|within|at the latest)\b)"
        ),
        past=r"\b(?:was|were|had|did|tried|wrote|called|sent|told|ordered|received|handed|arrived|spoke|said|promised|missed|opened|placed|yesterday|thank you for)\b",
        common=frozenset(["the", "and", "you", "your", "we", "will", "have", "with", "for", "to", "of", "is", "are", "by", "on", "it", "that"]),
    ),
    "de": Words(
        weekdays=("montags?", "dienstags?", "mittwochs?", "donnerstags?", "freitags?", "(?:samstag|sonnabend)s?", "sonntags?"),
        today=r"heute",
        tomorrow=r"morgen",
        after_tomorrow=r"übermorgen",
        morning=r"(?:morgen|heute) früh|vormittag|am morgen",
        noon=r"(?<!vor)(?<!nach)mittags?\b|zwölf uhr",
        end_of_week=r"(?:bis |noch )?(?:ende|zum ende|im laufe|noch) (?:der|dieser|diese) woche|\bdiese woche|wochenende",
        end_of_next_week=r"(?:ende|zum ende) (?:der )?(?:nächsten|nächster|kommenden|kommender) woche",
        end_of_month=r"(?:ende|zum ende) (?:des|dieses) monats|monatsende|(?:noch )?diesen monat",
        end_of_day=r"ende des tages|feierabend|dienstschluss|geschäftsschluss",
        next_week=r"(?:nächste|kommende|nächster|kommender) woche",
        next_working=r"(?:nächste[nrms]?|folgende[nrms]?) (?:werktag|arbeitstag)",
        hours=r"stunden?|std\.?",
        minutes=r"minuten?|min\.?",
        days=r"tage[ns]?|tag|werktage[ns]?|arbeitstage[ns]?",
        weeks=r"wochen?",
        working=r"werktag|arbeitstag|werktäg",
        within=r"innerhalb(?: von)?|binnen|in(?: den nächsten)?|in spätestens|spätestens in|nach spätestens",
        clock=(
            r"\b(\d{1,2})(?:[:.](\d{2}))?() ?uhr\b",
            r"\b(\d{1,2}):(\d{2})()\b",
        ),
        next_weekday=r"(?:nächste[nrms]?|kommende[nrms]?) {day}",
        commits=(
            r"\b(?:ich|wir) (?:werde[n]?|melde[n]?|rufe[n]?|schicke[n]?|schreibe[n]?|sende[n]?|kläre[n]?|prüfe[n]?|kümmer\w*|überweise[n]?|erstatte[n]?|gebe[n]?|frage[n]?|spreche[n]?"
            r"|bringe[n]?|erledige[n]?|liefere?n?|komme[n]?|informiere[n]?|verspreche[n]?|sage[n]?|veranlasse[n]?|buche[n]?|tausche[n]?|hole[n]?|sorge[n]?)\b"
            r"|\b(?:melde|rufe|schicke|schreibe|sende|kläre|prüfe|überweise|erstatte|gebe|frage|spreche|bringe|erledige|komme|informiere|verspreche|veranlasse|werde|kümmere|sorge|hole|buche) ich\b"
            r"|\b(?:melden|rufen|schicken|schreiben|senden|klären|prüfen|überweisen|erstatten|geben|fragen|sprechen|bringen|erledigen|liefern|kommen|informieren|veranlassen|werden|kümmern|sorgen|holen|buchen) wir\b"
            r"|\b(?:haben|bekommen|erhalten|hören) sie\b|\bsie (?:bekommen|erhalten|hören|haben (?:bis|spätestens|am|innerhalb))\b|\bmeldet sich\b|\bwird (?:sich|ihnen|sie)\b"
            r"|\bkommt (?:unser|ein|der|die)\b|\bruft sie\b|\bist (?:\w+ ){0,4}(?:bei ihnen|auf ihrem konto)|\bist (?:die|der|das|ihr\w*) \w+ bei ihnen\b|\bwird (?:\w+ ){0,6}(?:sein|gutgeschrieben|geliefert|erledigt|überwiesen)\b"
        ),
        hedges=(
            r"\bhoffe|\bhoffentlich|\bversuche|\bvoraussichtlich|\bwahrscheinlich|\bvermutlich|\bvielleicht|\bsollte\b|\bsoll\b|\bdürfte|\bmöglichst|\bkönnte|\bwürde|\bmöchte"
            r"|\bsagt, dass|\bpasst (?:es )?ihnen|\bdarf ich|\bungefähr|\betwa\b|\bzugesagt\b|\bcirca|\bca\."
        ),
        others=(
            r"^(?:sollte|falls|wenn|sofern)\b|,? (?:falls|wenn|sofern) |\b(?:nicht|kein\w*) (?:versprechen|zusagen|liefern|möglich)|\bleider nicht\b|\bsie (?:können|müssen|dürfen|sollten)\b|\bkönnen sie\b"
            r"|\bgilt\b|\bgelten\b|\bgültig\b|\bgeöffnet\b|\bgeschlossen\b|\bab (?:dem|morgen|heute|\w+tag)\b|\bbitte (?:rufen|melden|schicken|schreiben)|\brufen sie\b|\bsobald\b"
        ),
        past=(
            r"\b(?:wurde[n]?|war(?:en)?|hatte[n]?|habe (?:ich|sie|ihnen)|haben (?:wir|sie) (?:\w+ ){0,8}(?:ge\w+t|ge\w+en|\w+iert|ver\w+|er\w+t|be\w+t)\b|hat (?:\w+ ){0,5}ge\w+|ist (?:am|gestern) (?:\w+ ){0,6}ge\w+|gestern)\b"
            r"|\bvielen dank für\b|\bdanke für\b"
        ),
        common=frozenset(["und", "der", "die", "das", "sie", "wir", "ich", "ihnen", "ist", "mit", "für", "bis", "auf", "nicht", "ein", "eine", "ihre"]),
    ),
    "fr": Words(
        weekdays=("lundis?", "mardis?", "mercredis?", "jeudis?", "vendredis?", "samedis?", "dimanches?"),
        today=r"aujourd'hui|ce (?:matin|soir|midi)|cet après-midi",
        tomorrow=r"demain",
        after_tomorrow=r"après-demain",
        morning=r"\bmatin",
        noon=r"(?<!après-)\bmidi\b",
        end_of_week=r"(?:fin|cours) de (?:la|cette) semaine(?! prochaine)|\bcette semaine|en fin de semaine",
        end_of_next_week=r"fin de (?:la )?semaine prochaine",
        end_of_month=r"fin (?:du|de ce) mois|ce mois-ci",
        end_of_day=r"fin de (?:la )?journée",
        next_week=r"semaine prochaine",
        next_working=r"prochain jour (?:ouvré|ouvrable)|jour (?:ouvré|ouvrable) suivant",
        hours=r"heures?",
        minutes=r"minutes?|min\.?",
        days=r"jours?",
        weeks=r"semaines?",
        working=r"ouvrés?|ouvrables?",
        within=r"dans(?: les| un délai de)?(?: prochaine?s)?|sous|d'ici|en moins de",
        clock=(
            r"\b(\d{1,2}) ?h(?:eures?)? ?(\d{2})?()\b(?!eures? (?:ouvr))",
            r"\b(\d{1,2}):(\d{2})()\b",
        ),
        next_weekday=r"{day} prochain",
        commits=(
            r"\b(?:je|nous|vous|il|elle|on|cela)(?: (?:vous|lui|leur|le|la|les|en|y|nous))* \w+(?:erai|irai|rai|erons|irons|rons|erez|irez|rez|era|ira|ra|dra)\b"
            r"|\bj'\w+(?:rai)\b|\b(?:je|nous)(?: (?:vous|me|m'|lui|le|la))* (?:rappelle|envoie|envoyons|reviens|revenons|réponds|répondons|appelle|appelons|écris|écrivons|transmets|rembourse|remboursons|rappelons|promets|promettons|contacte|tiens)\b"
            r"|\b\w+ \w+ (?:sera|passera|arrivera|contactera|appellera|aura)\b|\bsera (?:faite?s?|chez vous|remboursée?|livrée?|crédité|en règle|réglé)\b|\b(?:je vais|nous allons) vous\b|\b(?:ma|mon|notre|un|une|votre|le|la|l'\w+) ?\w+ (?:vous )?\w+(?:era|ira|ra)\b"
        ),
        hedges=(
            r"\besp[éè]r|\bessa[iy]|\bprobable|\bpeut-être|\bdevrait|\bdevrions|\bdevrais|\benviron|\bsans doute|\bnormalement|\bdit que|\bpuis-je|\bpourrai[ts]|\bconviendrait|\bconvient"
            r"|\bsi tout va"
        ),
        others=(
            r"^si\b|, si |\b(?:ne|n') ?(?:\w+ ){0,3}(?:pas|plus|jamais)\b|\bvous pouvez\b|\bvous devez\b|\bvalable|\bouvert|\bfermé|\bà partir d|\bdès (?:le|que|lundi|mardi)|\bveuillez\b|\bappelez|\bmerci de\b"
        ),
        past=r"\b(?:a été|avez|avons|avait|était|étaient|ai (?:essayé|\w+é)|ont \w+é|hier|merci pour)\b|\bj'ai\b|\bvous nous avez\b",
        common=frozenset(["le", "la", "les", "et", "vous", "nous", "je", "de", "du", "des", "est", "pour", "avec", "dans", "votre", "que", "une", "sur"]),
    ),
    "es": Words(
        weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábados?", "domingos?"),
        today=r"\bhoy\b|esta (?:tarde|noche|mañana)",
        tomorrow=r"(?<!por la )(?<!de la )(?<!esta )\bmañana(?!s)",
        after_tomorrow=r"pasado mañana",
        morning=r"(?:por|de) la mañana|esta mañana",
        noon=r"mediodía",
        end_of_week=r"(?:fin(?:al)?(?:es)? de (?:la |esta )?semana(?! que viene| próxima))|\besta semana|(?:acabe|termine) la semana",
        end_of_next_week=r"fin(?:al)?(?:es)? de (?:la )?(?:semana (?:que viene|próxima)|próxima semana)",
        end_of_month=r"fin(?:al)?(?:es)? de(?:l)? (?:este )?mes|(?:acabe|termine) el mes|\beste mes",
        end_of_day=r"fin(?:al)?(?:es)? del día|(?:acabe|termine) el día",
        next_week=r"semana que viene|próxima semana|semana próxima",
        next_working=r"(?:próximo|siguiente) día (?:hábil|laborable)|día (?:hábil|laborable) siguiente",
        hours=r"horas?",
        minutes=r"minutos?|min\.?",
        days=r"días?",
        weeks=r"semanas?",
        working=r"hábil(?:es)?|laborables?|laboral(?:es)?",
        within=r"en(?: las próximas| los próximos| menos de)?|en (?:un|el) plazo de|dentro de|antes de",
        clock=(
            r"\b(\d{1,2})(?:[:.](\d{2}))?() ?h(?:oras?)?\b(?! (?:hábil|labor))",
            r"\b(\d{1,2}):(\d{2})()\b",
            r"\b(?:a|de) las (\d{1,2})()()\b",
        ),
        next_weekday=r"próximo {day}|{day} próximo|{day} que viene",
        commits=(
            r"\b(?:le|les|lo|la|los|te|se|nos|se lo|se la)? ?\w+(?:aré|eré|iré|dré|bré|aremos|eremos|iremos|dremos|ará|erá|irá|drá|arán|erán|irán|drán)\b|\bvoy a\b|\bvamos a\b"
            r"|\b(?:le|les|se lo|te) (?:llamo|llamamos|envío|enviamos|escribo|escribimos|contesto|contestamos|mando|mandamos|devuelvo|devolvemos|doy|damos|confirmo)\b|\bprometo\b|\blo dejamos\b|\bestará\b"
        ),
        hedges=(
            r"\bespero\b|\besperamos\b|\bintentar|\bintento\b|\bprobable|\bquizá|\btal vez\b|\bdebería|\bpodría|\baproximada|\bdice que\b|\bpuedo\b|\bviene bien\b|\bseguramente\b|\bsobre las\b|\bunos? \d|\bposible"
        ),
        others=(
            r"^si\b|, si |\bno (?:puedo|podremos|podré|podemos|será posible|estará|va a)\b|\b(?:puede|pueden|debe|tiene que) \w+(?:lo|la|los|las|r)\b|\bválid|\babre\b|\babiert|\bcerrad|\ba partir d|\bdesde el\b|\bllámenos|\bpor favor\b|\ben cuanto\b|\bcambian\b"
        ),
        past=r"\b(?:intenté|envió|escribió|llamó|llegó|contestó|dijo|recibió|hablé|llamé|ha sido|fue|fueron|había|ayer|gracias por)\b|\bh[ae](?:mos|n)? \w+[ai]do\b(?!.*\by le\b)",
        common=frozenset(["el", "la", "los", "las", "y", "que", "de", "su", "le", "en", "con", "para", "por", "una", "usted", "se", "lo", "del"]),
    ),
    "it": Words(
        weekdays=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
        today=r"\boggi\b|stamattina|stamani|stasera|questo pomeriggio|questa (?:mattina|sera)",
        tomorrow=r"\bdomani\b|domattina",
        after_tomorrow=r"dopodomani",
        morning=r"mattin",
        noon=r"mezzogiorno",
        end_of_week=r"fine (?:della|di questa|di) settimana(?! prossima)|fine settimana|\bquesta settimana|in settimana",
        end_of_next_week=r"fine della (?:prossima settimana|settimana prossima)",
        end_of_month=r"fine (?:del|di questo|di)? ?mese|\bquesto mese",
        end_of_day=r"fine (?:della )?giornata|in giornata",
        next_week=r"prossima settimana|settimana prossima",
        next_working=r"(?:prossimo|successivo) giorno (?:lavorativo|feriale)|giorno (?:lavorativo|feriale) (?:successivo|seguente)",
        hours=r"or[ea]",
        minutes=r"minut[oi]|min\.?",
        days=r"giorn[oi]",
        weeks=r"settiman[ae]",
        working=r"lavorativ[oi]|feriali",
        within=r"entro(?: i prossimi| le prossime)?|nel giro di|tra|fra|in|nelle prossime|nei prossimi",
        clock=(
            r"\b(\d{1,2})[:.](\d{2})()\b",
            r"\b(?:alle|per le|le|dalle|ore) (\d{1,2})()()\b",
        ),
        next_weekday=r"{day} prossimo|prossimo {day}",
        commits=(
            r"\b\w{2,}(?:erò|irò|arò|drò|rrò|eremo|iremo|aremo|dremo|rremo|erà|irà|arà|drà|vrà|rrà|eranno|iranno|aranno|vrò|vremo)\b|\b(?:farò|faremo|sarà|darò|daremo|avrà|avrò)\b"
            r"|\b(?:la|le|glielo|gliela|vi) (?:richiamo|chiamo|scrivo|spediamo|spedisco|mando|mandiamo|rispondo|rispondiamo|invio|inviamo|rimborso|rimborsiamo|faccio|facciamo|contatto|chiamiamo|richiamiamo)\b|\bprometto\b"
        ),
        hedges=(
            r"\bsper[oi]|\bcercher|\bcerco di\b|\bprov(?:o|iamo|erò|eremo) a\b|\bprobabil|\bforse\b|\bdovrebbe|\bpotrebbe|\bpotremmo|\bcirca\b|\bdice che\b|\bposso\b|\bva bene\b|\bmagari\b|\bverso le\b"
        ),
        others=(
            r"^se\b|, se |\bnon (?:posso|potremo|potrò|possiamo|sarà)\b|\b(?:può|possono|deve) \w+(?:lo|la|li|le|re|rlo|rla)\b|\bvalid|\baperto|\baperta|\bchius[oa] (?:il|la|fino)|\bdal \d|\ba partire\b|\bci chiami|\bper favore\b|\bappena\b|\bcambiano\b"
        ),
        past=r"\b(?:è stat[oa]|ho provato|ha scritto|aveva|erano|ieri|grazie per)\b|\b(?:ho|ha|abbiamo|hanno) \w+(?:at|ut|it|t)[oaie]\b",
        common=frozenset(["il", "la", "le", "e", "che", "di", "del", "per", "con", "non", "una", "suo", "lei", "si", "entro", "alle", "è", "da"]),
    ),
}  # fmt: skip


def number(text: str, language: str) -> int | None:
    """A number in digits or in a word."""
    if text.isdigit():
        return int(text)
    for entry in NUMBERS[language].split():
        word, _, value = entry.partition("=")
        if word == text:
            return int(value or 1)
    return None


def number_pattern(language: str) -> str:
    """A number in digits or in a word, as a group."""
    words = sorted((entry.partition("=")[0] for entry in NUMBERS[language].split()), key=len, reverse=True)
    return r"(\d{1,3}|" + "|".join(map(re.escape, words)) + r")"
