"""What other languages than English put around a sentence that is not meant of oneself.

German, Spanish, French, Portuguese, Italian and Dutch: the same doubts that ``reading`` and
``extraction`` have about English. Some deny behind the verb, so a match is looked into as well.
"""

from __future__ import annotations

import re

from imports.adapters.local_analyst.cases import EitherCase

_DENIED_BEFORE = re.compile(
    r"\b(?:no|não|nao|non|nunca|jamás|jamais|tampoco|mai|niet|nooit|nicht|nie)"
    r"(?: (?:me|te|se|lo|la|le|nos|mi|ci|ne|más|mais|più|meer|mehr|eu|yo|io)){0,2} $",
    re.I,
)
_DENIED_WITHIN = re.compile(
    r"\b(?:nicht|nie|niemals|kein\w*|früher|damals|niet|nooit|geen|vroeger|toen|pas|plus|jamais"
    r"|nunca|antes|prima|não)\b",
    re.I,
)
_SUPPOSED_BEFORE = re.compile(
    r"\b(?:si|wenn|falls|ob|als|se|quand|cuando|quando|ojalá|soll|sollte|würde|möchte)"
    r"(?: (?:yo|eu|io|me|mi))? $",
    re.I,
)
_REPORTED = re.compile(
    r"\b(?:sagt\w*|meint\w*|schreibt|schrieb|fragt\w*|behauptet\w*|erzählt\w*"
    r"|dice[ns]?|dijo|dijeron|escribe|escribió|pregunta|preguntó"
    r"|(?:il|elle|on|a) dit|dit (?=que|:)|dit:|disait|écrit|demande"
    r"|diz|disse|dizem|escreve|escreveu|perguntou"
    r"|ha detto|dicono|scrive|chiede|zegt|zei|zeggen|schrijft|schreef|vraagt|vroeg)",
    re.I,
)

INVENTED = EitherCase(
    r"\b(?:stell\w* dir vor|angenommen|nehmen wir an|rollenspiel|tu\w* so,? als"
    r"|sup[oó]n\b|supong\w+|finge\b|haz como si|juego de rol"
    r"|imagine[sz]?\b|imaginons|supposons|fais\w* (?:comme si|semblant)|jeu de rôle"
    r"|imagina\b|suponha\w*|finja\b|faz de conta|jogo de papéis"
    r"|immagina\w*|supponi\w*|fai finta|gioco di ruolo"
    r"|stel je voor|stel dat|doe alsof|rollenspel)"
    r"|\b(?:schreib\w*|escrib\w+|écri\w+|escrev\w+|scriv\w+|schrijf\w*)(?: \w+){0,3} "
    r"(?:geschichte|gedicht|szene|dialog|tagebuch\w*|cuento|historia|poema|diario|histoire|poème"
    r"|conte|journal|história|conto|diário|storia|poesia|racconto|verhaal|dagboek\w*)\b",
    signs="stell|stel je|stel dat|angenommen|nehmen wir|rollensp|so als|so, als|supon|supón|finge"
    "|haz como|juego|imagin|suppos|fais|rôle|suponha|finja|faz de|jogo|immagin|supponi|fai finta|gioco|doe alsof"
    "|schreib|escrib|écri|escrev|scriv|schrijf",
)
HANDED_OVER = EitherCase(
    r"\b(?:riassum\w+|corregg\w+|vertaal\w*|vertal\w+|samenvat\w*|vat .{1,30} samen|verbeter\w*)",
    signs="riassum|corregg|vertaal|vertal|samen|verbeter",
)
FOR_ANOTHER = EitherCase(
    r"\bist für (?:einen|eine|meinen|meine) (?:freund|kolleg|kund|bruder|schwester|mutter|vater)"
    r"|\bes para (?:un|una|mi) (?:amig|coleg|client|herman|madre|padre)"
    r"|\bc'est pour (?:une?|mon|ma) (?:ami|collègue|client|frère|sœur|mère|père)"
    r"|\bé para (?:uma?|o meu|a minha|meu|minha) (?:amig|coleg|client|irmã|mãe|pai)"
    r"|\bè per (?:un|una|il mio|la mia|mio|mia) ?(?:amic|colleg|client|fratell|sorell|madre|padre)"
    r"|\bis voor (?:een|mijn) (?:vriend|colleg|klant|broer|zus|moeder|vader)",
    signs="ist für|es para|c'est pour|é para|è per|is voor",
)


def is_denied(before: str, said: str) -> bool:
    """Tell whether a match is denied, supposed, or somebody else's word."""
    return bool(
        _DENIED_BEFORE.search(before)
        or _SUPPOSED_BEFORE.search(before)
        or _REPORTED.search(before)
        or _DENIED_WITHIN.search(said)
    )
