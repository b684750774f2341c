"""The plainest things people say about themselves in Italian and Dutch."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

_RELATION = (
    r"(?P<r>moglie|marito|figlia|figlio|cane|gatta|gatto|fratello|sorella"
    r"|vrouw|man|dochter|zoon|hond|kat|poes|broer|zus)"
)
_JOB = r"(?P<v>[\w-]+)"
_ENDS = r"(?=$|[,.;!?)]| (?:e|ed|ma|in|a|da|per|presso|con|en|maar|bij|voor|met|sinds)\b)"

PATTERNS = (
    sayings.NAME.stated(
        r"\b(?:[Mm]i chiamo|[Ii]l mio nome è|[Ii]k heet|[Mm]ijn naam is) <FIRST>",
        "mi chiamo|mio nome|ik heet|mijn naam",
    ),
    sayings.AGE.stated(
        r"\b(?:[Hh]o <AGE> anni|[Ii]k ben (?P<v2>\d\d) jaar)\b(?! (?:di|getrouwd|samen)\b)",
        " anni| jaar",
    ),
    sayings.HOME.stated(
        r"\b(?:(?:[Vv]ivo|[Aa]bito|[Vv]iviamo|[Aa]bitiamo)(?: \w+)? (?:a|ad|in)"
        r"|(?:[Ii]k|[Ww]e|[Ww]ij) (?:woon|wonen|leef)(?: \w+){0,3}? in) <NAME>",
        "vivo|abit|viviamo|woon|wonen|leef",
    ),
    sayings.HOME.stated(
        r"\b[Mm]i sono trasferit[oa](?: \w+)? (?:a|ad|in) <NAME>"
        r"|\b[Ii]k ben(?: \w+){0,3}? naar (?P<v2>[A-ZÀ-Þ][\w-]+) verhuisd",
        "trasferit|verhuisd",
    ),
    sayings.ORIGIN.stated(
        r"\b(?:[Vv]engo da|[Ss]ono originari[oa] di|[Ii]k kom(?: oorspronkelijk)? uit) <NAME>",
        "vengo|originari|kom",
    ),
    sayings.OCCUPATION.stated(
        rf"\b(?:[Ll]avoro(?: \w+)? come(?: una?)?|[Ff]accio (?:il|la|lo)(?= \w+(?:ista|ore|rice|iere|iera"
        rf"|olog[oa]|aio|aia|ante|ente|ico|ica)\b)|[Ii]k werk(?: \w+)? als(?: een)?"
        rf"|[Ii]k ben(?: een)?(?= \w*(?:ist|iste|kundige|leraar|lerares|arts|ingenieur|advocaat|docente?"
        rf"|verpleger|verpleegster)\b)) {_JOB}{_ENDS}",
        "lavoro|faccio|ik werk|ik ben",
    ),
    sayings.EMPLOYER.stated(
        r"\b(?:[Ll]avoro(?: [\w-]+){0,4}? (?:per|presso|da|alla)|[Ii]k werk(?: [\w-]+){0,4}? bij) <NAME>",
        "lavoro|ik werk",
    ),
    sayings.DIET.stated(
        r"\b(?:[Ss]ono|[Ii]k ben|[Ii]k eet) (?P<v>vegetarian[oa]|vegan[oa]|vegetariër|vegetarisch"
        r"|veganist\w*|veganistisch)\b",
        "vegetari|vegan",
    ),
    sayings.ALLERGY.stated(
        r"\b(?:[Ss]ono(?: \w+)? allergic[oa] (?:agli|alle|alla|allo|ai|al|a|all')"
        r"|[Ii]k ben(?: \w+)? allergisch voor) ?(?P<v>[\w'-]+)",
        "allergic|allergisch",
    ),
    sayings.RELATION.stated(
        rf"\b(?:[Mm]ia|[Mm]io|[Mm]ijn|[Oo]nze) {_RELATION}(?:,| si chiama| heet)? (?P<v>[A-ZÀ-Þ][\w-]+)",
        "mia |mio |mijn |onze ",
    ),
    sayings.RELATION.stated(
        rf"\b(?:(?:[Hh]o|[Aa]bbiamo) una? {_RELATION} (?:di nome|che si chiama|chiamat[oa])"
        rf"|(?:[Ii]k heb|[Ww]e hebben) een {_RELATION.replace('<r>', '<r2>')} (?:genaamd|met de naam))"
        r" (?P<v>[A-ZÀ-Þ][\w-]+)",
        "ho un|abbiamo|ik heb|we hebben",
    ),
    sayings.ANSWERS.stated(
        r"\b(?:[Rr]ispond(?:i|imi)(?: per favore| sempre| solo| in modo| in maniera){0,4}"
        r"|[Aa]ntwoord(?: me| mij| alsjeblieft| altijd| alleen| graag){0,4}) (?P<v>brevemente|breve"
        r"|concis[oa]|dirett[oa]|dettagliat[oa]|kort|bondig|beknopt|uitgebreid|direct)\b",
        "rispond|antwoord",
    ),
    sayings.LIKES.stated(
        r"\b(?:[Mm]i (?:piace|piacciono)(?: molto| tanto)?|[Aa]doro|[Ii]k houd? (?:erg |heel veel )?van"
        r"|[Ii]k ben dol op) (?:il |lo |la |i |gli |le |l'|de |het )?(?P<v>[\w-]+)" + _ENDS,
        "piac|adoro|ik hou|dol op",
    ),
    sayings.LEARNING.stated(
        r"\b(?:[Ss]to imparando (?:a |il |lo |la |l')?|[Ii]k leer (?:nu |momenteel )?"
        r"|[Ii]k ben (?=[\w-]+ aan het leren))(?P<v>[\w-]+)",
        "imparando|ik leer|ik ben",
    ),
)
