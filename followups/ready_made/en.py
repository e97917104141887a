"""What the ready-made templates say in English: key -> (subject, words)."""

_HELLO = 'Hello {{ first_name | "there" }},\n\n'
_BYE = "\n\n{{ agent_name }}\n{{ company }}"

WORDS: dict[str, tuple[str, str]] = {
    "first-delivery": (
        "Your delivery from {{ company }}",
        _HELLO + "thank you for telling us. Waiting for something you paid for, and then finding it is not as it should be, is "
        "frustrating, and I am sorry that this happened to you.\n\n"
        "I have taken it on myself: I am asking the carrier and our warehouse where it went wrong. I will write to you by "
        '{{ promise | "the end of the next working day" }} and tell you what we do about it.\n\n'
        "If you need it urgently, or would rather have your money back, answer this mail and I will start with that."
        + _BYE,
    ),
    "first-price": (
        "What you pay at {{ company }}",
        _HELLO + "thank you for being so open about the price. I understand that it must have been an unpleasant surprise, and I "
        "am sorry that we did not make it clearer beforehand.\n\n"
        "I will go through what you pay and what you get for it, and write to you by "
        '{{ promise | "the end of the next working day" }}: with what I can change, and plainly with what I cannot.\n\n'
        "Was it one item in particular, or the price as a whole? One line is enough." + _BYE,
    ),
    "first-billing": (
        "Your bill from {{ company }}",
        _HELLO + "thank you for pointing this out. Finding a mistake on a bill is annoying, and that you had to find it yourself "
        "is our fault. I am sorry.\n\n"
        "I am checking the bill now. I will write to you by {{ promise | \"the end of the next working day\" }} with what was "
        "wrong and when the money is back with you. Until then you need not pay anything that you dispute.\n\n"
        "If you have the number of the bill at hand, send it to me; I will find it without, too." + _BYE,
    ),
    "first-staff": (
        "How you were treated",
        _HELLO + "thank you for telling us. Nobody should be spoken to like that by us. I understand that you are upset, and I "
        "apologise, without any “but”.\n\n"
        "I will speak with the people who were there and hear how it came to this. I will write to you by "
        '{{ promise | "the end of the next working day" }}, and say what follows from it.\n\n'
        "If you would rather tell it to me in person, answer with a number and a time, and I will call you." + _BYE,
    ),
    "first-defect": (
        'About {{ product | "what you bought" }}',
        _HELLO + "thank you for letting us know. Something new that does not work is disappointing, and I am sorry that you have "
        "the trouble with it.\n\n"
        "I will find out whether it can be repaired or is replaced faster, and write to you by "
        '{{ promise | "the end of the next working day" }} with the way that costs you the least effort.\n\n'
        "If you can, answer with a picture or one line on what it does. If not, we will manage without." + _BYE,
    ),
    "no-words": (
        "May I ask what happened?",
        _HELLO + "thank you for your answer. You gave us {{ score | \"a low score\" }}, so something was not right for you, and I "
        "am sorry about that. I would like to understand it.\n\n"
        "What should we have done differently? A single line is enough. I read it myself, and I will answer you within one "
        "working day.\n\n"
        "If you would rather leave it at that, you need not do anything." + _BYE,
    ),
    "still-on-it": (
        "We are still at it",
        _HELLO + "thank you for your patience. We are not done yet, and I do not want to leave you without a word.\n\n"
        "I know that waiting without knowing is annoying, and I am sorry that it takes longer than it should. You will hear "
        'from me again by {{ promise | "the end of this week" }}, whatever the state is by then.' + _BYE,
    ),
    "put-right": (
        "This is what we did",
        _HELLO + "thank you again for telling us what went wrong. You were right, and I am sorry for the trouble you had.\n\n"
        'This is what we did: {{ what_was_done }}\n\n'
        "Is it right for you now? If anything is still open, answer this mail: it comes straight to me, and I will look at it "
        "within one working day." + _BYE,
    ),
    "could-not": (
        "What we can and cannot do",
        _HELLO + "thank you for your patience. I have to tell you something you will not like: we cannot do what you asked for. "
        "The reason is this: [reason, in plain words].\n\n"
        "I understand that this is disappointing, and I am sorry. What we can do is this: [what is possible].\n\n"
        "If you want that, answer with a yes and I will see to it within two working days. If not, I will not try to talk "
        "you into it." + _BYE,
    ),
    "recovered": (
        "Thank you for giving us another chance",
        _HELLO + "you have just told us that it is better now. Thank you: for saying so, and for saying at first what was wrong. "
        "That was the useful part.\n\n"
        "If it ever slips back, write to me. I will not have forgotten." + _BYE,
    ),
    "promoter": (
        "Thank you",
        _HELLO + "thank you for your kind answer. It has gone to the people who did the work.\n\n"
        "If somebody you know could use {{ company }}, we are glad when you mention us. And if you like to write reviews: "
        "write what you really think, wherever you usually do. Nothing depends on it, and we ask everybody the same.\n\n"
        "Is there one thing we should never change?" + _BYE,
    ),
    "passive": (
        "One question about your answer",
        _HELLO + "thank you for your answer. It sounds as if it was all right, and no more than that.\n\n"
        "What is the one thing that would have made it better? I collect these answers, and we change what comes up often. "
        "You will only hear from me if I have a question." + _BYE,
    ),
    "call-once": (
        "",
        "**Before you dial:** read their words twice. Know what is possible: [refund, replacement, a date].\n\n"
        "**Begin:** “Hello, this is {{ agent_name }} from {{ company }}. You told us that something went wrong. Is this a good "
        "moment? It takes five minutes.”\n\n"
        "1. Let them tell it. Do not interrupt, do not explain.\n"
        "2. Say it back in your words: “So you expected …, and then …”\n"
        "3. Say sorry once, without “but”: “That should not have happened. I am sorry.”\n"
        "4. Ask: “What would put it right for you?”\n"
        "5. Promise only what you can keep, with a day: “I will … by {{ promise | \"tomorrow evening\" }}.”\n\n"
        "**End:** “Thank you for telling us. You will hear from me, not from somebody else.”\n\n"
        "**Afterwards:** log the call with the promise and its day.",
    ),
    "call-chronic": (
        "",
        "**This call is made by a lead.** They have had this for long: no coupon, no script voice, no excuse.\n\n"
        "**Before you dial:** read their earlier cases and what was promised then. Know what was not kept.\n\n"
        "**Begin:** “Hello, this is {{ agent_name }} from {{ company }}. I have read everything you wrote to us, from the "
        "beginning. I would like to hear it from you. Do you have a quarter of an hour?”\n\n"
        "1. Listen until they are finished. Write down each point.\n"
        "2. Name what we failed at, before they have to: “We promised you …, and we did not keep it. I am sorry.”\n"
        "3. Ask: “What would have to be different so that you would stay gladly?”\n"
        "4. Say honestly what you can change, what you cannot, and by when you know about the rest.\n"
        "5. Give them your own number. Agree when you speak next: {{ promise | \"within a week\" }}.\n\n"
        "**If they want to leave:** make it easy, and thank them. That is remembered.\n\n"
        "**Afterwards:** each point becomes a task with a day and a name.",
    ),
    "sms-missed": (
        "",
        '{{ company }}: I tried to call you about your answer. I will try again {{ promise | "tomorrow" }}. '
        "If another time suits you better, call or text this number. {{ agent_first_name }}",
    ),
    "sms-on-it": (
        "",
        "{{ company }}: thank you for telling us, and sorry for the trouble. A person reads it and answers you by "
        '{{ promise | "tomorrow" }}. {{ agent_first_name }}',
    ),
}  # fmt: skip
