"""What is left of an answer by mail when the mail that it answers is taken away."""

import pytest

from sosbox.lib.html_text import MAX_HTML, html_text
from sosbox.lib.quoting import own_text

NOTICE = "The tap drips\n\nPlace: Hotel Mar, Recepción, Habitación 204\nCode: R-204"
QUOTED = "\n".join(f"> {line}".rstrip() for line in NOTICE.split("\n"))
ANSWER = "We are sending Paco up.\n\nHe will be there in ten minutes."

ENGLISH_GMAIL = f"""{ANSWER}

On Sat, 21 Nov 2026 at 13:00, Hotel Mar <sosbox@mar.example> wrote:

{QUOTED}
"""
SPANISH_GMAIL = f"""{ANSWER}

El sáb, 21 nov 2026 a las 13:00, Hotel Mar (<sosbox@mar.example>) escribió:

{QUOTED}
"""
SPANISH_GMAIL_WRAPPED = f"""{ANSWER}

El sáb, 21 nov 2026 a las 13:00, Hotel Mar de Vigo con un nombre largo
(<antworten+abcdefghijklmnopqrstuvwxyz234567abcde@mar.example>)
escribió:

{QUOTED}
"""
GALICIAN_GMAIL = f"""{ANSWER}

O sáb., 21 de nov. de 2026 ás 13:00, Hotel Mar (<sosbox@mar.example>)
escribiu:

{QUOTED}
"""
PORTUGUESE_GMAIL = f"""{ANSWER}

Em sáb., 21 de nov. de 2026 às 13:00, Hotel Mar <sosbox@mar.example>
escreveu:

{QUOTED}
"""
FRENCH_GMAIL = f"""{ANSWER}

Le sam. 21 nov. 2026 à 13:00, Hotel Mar <sosbox@mar.example> a écrit\u00a0:

{QUOTED}
"""
GERMAN_GMAIL = f"""{ANSWER}

Am Sa., 21. Nov. 2026 um 13:00 Uhr schrieb Hotel Mar <sosbox@mar.example>:

{QUOTED}
"""
CATALAN_GMAIL = f"""{ANSWER}

El ds., 21 de nov. 2026, 13:00, Hotel Mar <sosbox@mar.example> va escriure:

{QUOTED}
"""
APPLE_MAIL = f"""{ANSWER}

Enviado desde mi iPhone

> El 21 nov 2026, a las 13:00, Hotel Mar <sosbox@mar.example> escribió:
>
{QUOTED}
"""
THUNDERBIRD = f"""{ANSWER}

{"-- "}
Marta Rey
Hotel Mar · +34 986 000 000

El 21/11/26 a las 13:00, Hotel Mar escribió:
{QUOTED}
"""
ANSWER_UNDER_THE_QUOTE = f"""El 21/11/26 a las 13:00, Hotel Mar escribió:
{QUOTED}

{ANSWER}
"""
ANSWER_BETWEEN_QUOTED_LINES = """On 21/11/2026 13:00, Hotel Mar wrote:
> The tap drips
We are sending Paco up.
> Place: Hotel Mar

He will be there in ten minutes.
"""
ENGLISH_OUTLOOK = f"""{ANSWER}

From: Hotel Mar <sosbox@mar.example>
Sent: Saturday, 21 November 2026 13:00
To: Marta <marta@mar.example>
Subject: [R-204] The tap drips

{NOTICE}
"""
SPANISH_OUTLOOK = f"""{ANSWER}

De: Hotel Mar <sosbox@mar.example>
Enviado el: sábado, 21 de noviembre de 2026 13:00
Para: Marta <marta@mar.example>
Asunto: [R-204] The tap drips

{NOTICE}
"""
GALICIAN_OUTLOOK_WEB = f"""{ANSWER}

________________________________
De: Hotel Mar <sosbox@mar.example>
Enviado: sábado, 21 de novembro de 2026 13:00
Para: Marta <marta@mar.example>
Asunto: [R-204] The tap drips

{NOTICE}
"""
PORTUGUESE_OUTLOOK = f"""{ANSWER}

________________________________

*De:* Hotel Mar <sosbox@mar.example>
*Enviado:* 21 de novembro de 2026 13:00
*Para:* Marta <marta@mar.example>
*Assunto:* [R-204] The tap drips

{NOTICE}
"""
FRENCH_OUTLOOK = f"""{ANSWER}

De : Hotel Mar <sosbox@mar.example>
Envoyé : samedi 21 novembre 2026 13:00
À : Marta <marta@mar.example>
Objet : [R-204] The tap drips

{NOTICE}
"""
GERMAN_OUTLOOK = f"""{ANSWER}

Von: Hotel Mar <sosbox@mar.example>
Gesendet: Samstag, 21. November 2026 13:00
An: Marta <marta@mar.example>
Betreff: [R-204] The tap drips

{NOTICE}
"""
OLD_OUTLOOK = f"""{ANSWER}

-----Original Message-----
From: Hotel Mar
Sent: Saturday

{NOTICE}
"""
OLD_SPANISH_OUTLOOK = f"""{ANSWER}

-----Mensaje original-----
De: Hotel Mar

{NOTICE}
"""
SAMSUNG = f"""{ANSWER}

Enviado desde mi Galaxy


-------- Mensaje original --------
De: Hotel Mar <sosbox@mar.example>
Fecha: 21/11/26 13:00 (GMT+01:00)

{NOTICE}
"""
OUTLOOK_FOR_ANDROID = f"""{ANSWER}

Obtener Outlook para Android<https://aka.ms/AAb9ysg>
________________________________
From: Hotel Mar <sosbox@mar.example>
Sent: Saturday, November 21, 2026 1:00:00 PM
To: Marta <marta@mar.example>
Subject: [R-204] The tap drips

{NOTICE}
"""

MAILS = {
    name: value
    for name, value in list(globals().items())
    if name.isupper() and name not in {"NOTICE", "QUOTED", "ANSWER", "MAX_HTML"}
}


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS.keys())
def test_the_answer_alone_is_left(mail: str) -> None:
    assert " ".join(own_text(mail).split()) == " ".join(ANSWER.split())


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS.keys())
def test_it_does_not_matter_how_lines_end(mail: str) -> None:
    assert own_text(mail.replace("\n", "\r\n")) == own_text(mail)


@pytest.mark.parametrize(
    "text",
    [
        "On the phone she wrote:\nno towels",
        "El huésped escribió: no hay toallas",
        "O hóspede escribiu:\nnon hai toallas",
        "De: 5 a 7 estamos en recepción",
        "De: 5 a 7\nEl spa abre mañana",
        "From: 10 to 12 the pool is open\nTo: whom it may concern, bring towels",
        "Am 3. Tag schrieb er nichts",
        "Le 21 novembre nous avons écrit",
        "Two things:\n- the tap\n- the lamp",
        "Room 204 > room 205",
        "a -- b",
        "It is sent from the kitchen\nat noon",
        "==========\nList of rooms",
        "Enviado desde la lavandería hace una hora, y ya debería estar.\nSaludos",
    ],
)
def test_what_only_looks_like_a_quote_is_kept(text: str) -> None:
    assert own_text(text) == text


@pytest.mark.parametrize("text", ["", "\n\n", "> only\n> a quote", QUOTED, "-- \nMarta"])
def test_of_a_mail_without_words_of_its_own_nothing_is_left(text: str) -> None:
    assert own_text(text) == ""


def test_a_greeting_and_a_name_are_part_of_the_answer() -> None:
    assert (
        own_text("Paco is coming.\n\nUn saludo,\nMarta") == "Paco is coming.\n\nUn saludo,\nMarta"
    )


# HTML -------------------------------------------------------------------------------------------


def test_a_page_of_gmail_becomes_text_with_its_quote_marked() -> None:
    page = (
        '<div dir="ltr">We are sending <b>Paco</b> up.<br><br>Marta</div><br>'
        '<div class="gmail_quote"><div dir="ltr" class="gmail_attr">El s&aacute;b, 21 nov 2026 a'
        " las 13:00, Hotel Mar (&lt;<a href='mailto:s@mar.example'>s@mar.example</a>&gt;)"
        ' escribió:<br></div><blockquote class="gmail_quote"><p>The tap drips</p>'
        "<table><tr><td>Place</td></tr></table></blockquote></div>"
    )

    assert "> The tap drips" in html_text(page)
    assert own_text(html_text(page)) == "We are sending Paco up.\n\nMarta"


def test_a_page_of_outlook_ends_where_the_headers_begin() -> None:
    page = (
        "<html><head><style>p {margin: 0}</style><title>Re: x</title></head><body>"
        "<p class=MsoNormal>We are sending Paco up.<o:p></o:p></p><p>&nbsp;</p>"
        '<div style="border-top:solid #E1E1E1 1.0pt"><p><b>De:</b> Hotel Mar<br>'
        "<b>Enviado:</b> s&aacute;bado<br><b>Para:</b> Marta<br><b>Asunto:</b> x</p></div>"
        "<p>The tap drips</p></body></html>"
    )

    assert own_text(html_text(page)) == "We are sending Paco up."


def test_scripts_and_styles_are_no_words() -> None:
    page = "<script>alert(1)</script><style>p{}</style><p>Yes</p><!-- no -->"

    assert html_text(page) == "Yes"


@pytest.mark.parametrize(
    "page",
    ["<p>Yes", "Yes</p></div></blockquote>", "<![xyz[ Yes", "<p>Yes<", "<!-- Yes", "Yes<a b='"],
)
def test_the_words_of_a_broken_page_come_out(page: str) -> None:
    assert "Yes" in html_text(page)


@pytest.mark.parametrize("piece", ["<a ", "<a b='", "<!--", "</a", "<blockquote>x", "<![if>"])
def test_a_page_made_to_keep_the_box_busy_is_read_all_the_same(piece: str) -> None:
    text = html_text(piece * MAX_HTML)

    assert len(own_text(text)) <= len(text) <= 2 * MAX_HTML
