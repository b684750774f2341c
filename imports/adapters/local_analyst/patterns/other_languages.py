"""The plainest things people say about themselves in German, Spanish, French and Portuguese."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

_RELATION = (
    r"(?P<r>Frau|Mann|Freundin|Tochter|Sohn|Hund|Hündin|Katze|Kater|Bruder|Schwester|esposa|esposo|marido|mujer"
    r"|hija|hijo|perro|perra|gato|gata|hermano|hermana|femme|mari|fille|fils|chien|chienne|chat|chatte"
    r"|frère|sœur|soeur|filha|filho|cachorro|cachorra|irmão|irmã)"
)
_JOB = r"(?P<v>[\w-]+(?: (?:de|da|do) [\w-]+)?)"
_ENDS = r"(?=$|[,.;!?)]| (?:und|y|et|e|bei|en|em|à|chez|in|na|no|aber|pero|mais|mas|seit|desde|depuis)\b)"

PATTERNS = (
    sayings.NAME.stated(
        r"\b(?:[Ii]ch heiße|[Mm]ein Name ist|[Mm]e llamo|[Mm]i nombre es|[Jj]e m'appelle|[Mm]on nom est|"
        r"[Mm]eu nome é|[Mm]e chamo|[Ee]u me chamo) <FIRST>",
        "heiße|mein name|llamo|nombre|m'appelle|mon nom|meu nome|chamo",
    ),
    sayings.AGE.stated(
        r"\b(?:[Ii]ch bin <AGE> Jahre|[Tt]engo (?P<v2>\d\d) años|[Jj]'ai (?P<v3>\d\d) ans|"
        r"[Tt]enho (?P<v4>\d\d) anos)\b(?! (?:d[e']|verheiratet|zusammen|dabei))",
        " jahre| años| ans| anos",
    ),
    sayings.HOME.stated(
        r"\b(?:(?:[Ii]ch|[Ww]ir) (?:wohnen?|leben?)(?: \w+){0,3}? in|[Vv]iv(?:o|imos)(?: \w+)? en|[Jj]'habite"
        r"(?: \w+)? (?:à|en|au)|[Nn]ous habitons à|[Jj]e vis (?:à|en|au)|[Mm]or(?:o|amos)(?: \w+)? (?:em|no|na)"
        r"|[Vv]ivo (?:em|no|na)|und (?:wohne|lebe)(?: \w+){0,3}? in) <NAME>",
        "wohne|lebe|viv|habit|je vis|moro|moramos",
    ),
    sayings.HOME.stated(
        r"\b(?:[Ii]ch bin|[Ww]ir sind)(?: \w+){0,3}? nach <NAME> (?:gezogen|umgezogen)|[Mm]e mudé(?: \w+)? a "
        r"(?P<v2>[A-ZÀ-Þ]\w+)|[Jj]'ai déménagé à (?P<v3>[A-ZÀ-Þ]\w+)|[Mm]e mudei para (?P<v4>[A-ZÀ-Þ]\w+)",
        "gezogen|mudé|déménagé|mudei",
    ),
    sayings.ORIGIN.stated(
        r"\b(?:[Ii]ch komme(?: ursprünglich)? aus|[Ss]oy(?: originalmente)? de|[Jj]e viens (?:de|d')|"
        r"[Ss]ou(?: originalmente)? d[eoa]) <NAME>(?=$|[,.;!?]| (?:und|y|et|e|pero|aber|mais|mas)\b)"
        r"|\b[Ii]ch bin in (?P<v2>[A-ZÀ-Þ][\w-]+) (?:geboren|aufgewachsen)\b",
        "komme|soy de|soy orig|viens|sou d|sou orig|ich bin in",
    ),
    sayings.OCCUPATION.stated(
        rf"\b(?:[Ii]ch arbeite(?: \w+)? als|[Tt]rabajo(?: \w+)? como|[Jj]e travaille(?: \w+)? comme|"
        rf"[Tt]rabalho(?: \w+)? como|[Ii]ch bin (?=[A-Z]\w+(?:er|erin|ktin|login|orin|dentin|stentin|ältin|ist|istin|eur|eurin|arzt|ärztin|kraft)\b)|"
        rf"[Ss]oy (?=\w+(?:or|ora|ero|era|ista|ogo|oga|iente)\b)|[Jj]e suis (?=\w+(?:eur|euse|ien|ienne|iste|"
        rf"ier|ière)\b)|[Ss]ou (?=\w+(?:or|ora|eiro|eira|ista|ogo|oga)\b)) ?(?:un |uma |um |une )?{_JOB}{_ENDS}",
        "arbeite|trabajo|travaille|trabalho|ich bin|soy|je suis|sou ",
    ),
    sayings.EMPLOYER.stated(
        r"\b(?:[Ii]ch arbeite(?: [\w-]+){0,4}? bei|[Tt]rabajo(?: [\w-]+){0,4}? (?:en (?:el|la)|para)|[Jj]e travaille"
        r"(?: [\w-]+){0,4}? chez|[Tt]rabalho(?: [\w-]+){0,4}? (?:na|no|para)) <NAME>",
        "arbeite|trabajo|travaille|trabalho",
    ),
    sayings.DIET.stated(
        r"\b(?:[Ii]ch bin|[Ss]oy|[Jj]e suis|[Ss]ou|[Ii]ch esse) (?P<v>vegan|vegane?r?i?n?|Vegetarierin|"
        r"Vegetarier|vegetarisch|vegetarian[oa]|vegan[oa]|végétarien(?:ne)?|végane?)\b",
        "veg|vég",
    ),
    sayings.ALLERGY.stated(
        r"\b(?:[Ii]ch bin(?: \w+)? allergisch gegen|[Ss]oy alérgic[oa] a(?: las?| los?|l)?|[Jj]e suis "
        r"allergique (?:aux?|à la|à)|[Ss]ou alérgic[oa] [aà]s?o?) (?P<v>[\w-]+)",
        "allergi|alérgic",
    ),
    sayings.RELATION.stated(
        rf"\b(?:[Mm]eine?|[Uu]nsere?|[Mm]i|[Mm]on|[Mm]a|[Mm]eu|[Mm]inha) {_RELATION}"
        r"(?:,| heißt| se llama| s'appelle| se chama)? (?P<v>[A-ZÀ-Þ][\w-]+)",
        "mein|unser|mi |mon |ma |meu |minha ",
    ),
    sayings.RELATION.stated(
        rf"\b(?:[Ii]ch habe|[Ww]ir haben|[Tt]engo|[Tt]enemos|[Jj]'ai|[Nn]ous avons|[Tt]enho|[Tt]emos)"
        rf" (?:eine?n?|un|una|une|um|uma) {_RELATION} (?:namens|llamad[oa]|que se llama|nommée?|appelée?"
        r"|qui s'appelle|chamad[oa]) (?P<v>[A-ZÀ-Þ][\w-]+)",
        "ich habe|wir haben|tengo|tenemos|j'ai|nous avons|tenho|temos",
    ),
    sayings.ANSWERS.stated(
        r"\b(?:[Aa]ntworte(?: mir)?|[Rr]esponde(?:me)?|[Rr]éponds(?:-moi)?|[Rr]esponda)"
        r"(?: bitte| immer| stets| nur| siempre| por favor| toujours| sempre| de forma| de manera"
        r"| de façon| de manière| de maneira| com| con){0,4} (?P<v>kurz|knapp|ausführlich|direkt|breves?"
        r"|concis[oae]|brèves?|brèvement|brevemente|diret[oa]|direct[oa]|détaillée?|detallad[oa]"
        r"|detalhad[oa])\b",
        "antworte|responde|réponds|responda",
    ),
    sayings.LIKES.stated(
        r"\b(?:[Mm]e (?:gusta|encanta)n?(?: mucho)?|[Jj]'adore|[Jj]'aime(?: beaucoup| bien)?|[Aa]doro|[Ee]u "
        r"(?:adoro|amo)|[Ii]ch liebe|[Ii]ch mag) (?:el |la |los |las |le |les |o |a )?(?P<v>[\w-]+"
        r"(?: (?:de|à|en|da|do) [\w-]+)?)" + _ENDS,
        "gusta|encanta|j'adore|j'aime|adoro|amo|liebe|mag",
    ),
    sayings.LEARNING.stated(
        r"\b(?:[Ii]ch lerne(?: gerade| seit \w+ \w+)?|[Ee]stoy aprendiendo(?: a)?|[Jj]'apprends(?: le| la| "
        r"l'| à)?|[Ee]stou aprendendo(?: a)?) (?P<v>[\w-]+)",
        "lerne|aprend|apprends",
    ),
)
