"""HTML for mail tools of others: the question and its numbers as links, to be pasted into a newsletter.

Each number leads to the answer page with this number chosen; nothing is recorded until the customer presses the button
there, so scanners that follow all links of a mail give no answers. Tables and style attributes, because mail programs
know nothing else.
"""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.looks import SHADES
from surveys.queries.faces import Face

# Background and ink by class of answer, as in our own mails.
COLOURS = {
    "detractor": ("#b23a27", "#ffffff"),
    "passive": ("#e2a72e", "#2a1c00"),
    "promoter": ("#1c7c5e", "#ffffff"),
}


def newsletter(*, face: Face, question: str, address: str) -> SafeString:
    """The question of `face` with one link for each number; `address` is that of the public link."""
    cells = format_html_join(
        "\n",
        '    <td align="center" style="padding:0 1px"><a href="{}?score={}" target="_blank" aria-label="{}" '
        'style="display:block;height:44px;line-height:44px;border-radius:6px;background-color:{};color:{};'
        'font-size:16px;font-weight:700;text-align:center;text-decoration:none">{}</a></td>',
        (
            (address, step["value"], step["value"], *COLOURS[SHADES[step["segment"]]], step["value"])
            for step in face.scale
        ),
    )
    return format_html(
        '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" lang="{}" dir="{}" '
        'style="max-width:600px;font-family:Arial,Helvetica,sans-serif">\n'
        '  <tr><td colspan="{}" style="padding:0 0 12px;font-size:18px;font-weight:700;line-height:1.4">{}</td></tr>\n'
        "  <tr>\n{}\n  </tr>\n"
        '  <tr><td colspan="{}" style="padding:8px 0 0;font-size:13px;line-height:1.4">{} – {} · {} – {}</td></tr>\n'
        "</table>",
        face.language, face.direction, len(face.scale), question, cells, len(face.scale),
        face.scale[0]["value"], face.low_label, face.scale[-1]["value"], face.high_label,
    )  # fmt: skip
