"""Makes the value of a match presentable, or finds that it says nothing."""

from __future__ import annotations

import re

from imports.adapters.local_analyst import vocabulary

_TAIL = re.compile(
    r"[\s,]+(?:a lot|very much|so much|too|as well|though|these days|right now|now|lately|again|btw|by the "
    r"way|at the moment|for now|actually|anyway|honestly|and|or|but|so|to|of|the|a|an|in|at|on|for|with|my"
    r"|please|thanks|today|currently|haha|lol|etc|already|instead|if that matters|if it matters"
    r"|if that helps|if it helps|more than anything|most of all|the most|of course|especially)$",
    re.I,
)
_HEAD = re.compile(
    r"^(?:an?|the|some|my|our|really|very|being|also|mostly|mainly|doing|playing the|playing|going|"
    r"probably|definitely|to|both|all things|anything|all kinds of|lots of|any kind of|everything about|"
    r"especially|basically|old|all sorts of|most|any) (?=\w)",
    re.I,
)
_SPLIT = re.compile(
    r"\s*(?:,\s*(?:and|or)?|\band\b|\bor\b|&|\bas well as\b|\bplus\b)\s+", re.I
)
_CUT = re.compile(
    r"\s+(?:because|but|so|since|which|who|that|when|while|where|if|for|with|at|in|on|to|from|after|before|"
    r"until|though|although|as|instead|right now|these days|more than|over|than|whenever|during|especially|"
    r"even|lately|now|too|any|are|is|was|you|i'm|i|my|please|can|could|what|how|by)\b.*$",
    re.I | re.S,
)
_CUT_LONG = re.compile(
    r"\s+(?:because|but|so|since|which|who|when|while|if|though|although|instead|especially|even|lately|"
    r"these days|right now|i'm|please|can you|could you|what|how do|more than|rather than)\b.*$",
    re.I | re.S,
)
_TASTES = frozenset({"likes", "dislikes"})
_TIME = vocabulary.bag("""
monday tuesday wednesday thursday friday saturday sunday january february march april may june july
august september october november december spring summer autumn fall winter today tomorrow yesterday
christmas easter thanksgiving
""")
# What ends like a job in other languages: "ich bin Lehrer", "ich bin Peter"; "je suis triste".
_NO_JOB = vocabulary.bag("""
peter alexander dieter günter günther werner rainer walter oliver xaver holger volker rüdiger vater
vegetarier veganer anfänger raucher nichtraucher schüler berliner hamburger münchner wiener kölner
österreicher schweizer deutscher tourist optimist realist pessimist perfektionist
bien italien italienne parisien parisienne canadien canadienne chrétien chrétienne végétarien
végétarienne fier fière premier première dernier dernière majeur mineur meilleur sœur triste optimiste
réaliste pessimiste perfectionniste touriste soltero soltera extranjero extranjera mayor menor mejor
peor primero primera optimista pesimista perfeccionista realista feminista paciente valiente cliente
consciente independiente solteiro solteira estrangeiro estrangeira brasileiro brasileira maior melhor
pior otimista
retired former aspiring future unemployed team group kid child result rule favor gift part-timer beginner way hobby treat side whole
precaution joke reminder backup last-resort compromise test challenge thank-you reward surprise must
mess bit lot pain nightmare given priority disaster secret problem reality
""")
_NO_PROJECT = vocabulary.bag("""
due late overdue going almost done not finished on in over too so very failing stuck about
""")
_NOT_LEARNED = vocabulary.bag("""
für zu auf mit viel gerade per para pour voor mucho beaucoup more how what why about lot lots much something it this that from things new to the a bit my your
""")
_A_THING_CALLED = re.compile(
    r"^(?:an?|my|our|the|this) (?:[\w-]+ ){0,2}(?:project|app|tool|site|thing|game|startup)"
    r"(?:,)? (?:called|named) (?=[A-Z])"
)
_EATEN = re.compile(
    r"^is (?=(?:keto|ketogenic|paleo|low|mediterranean|halal|kosher|whole30|plant|gluten|dairy"
    r"|lactose)\b)",
    re.I,
)
_MY = re.compile(r"^(?:my|our)(?: own)? ", re.I)
_OWN = {
    "my": "their",
    "our": "their",
    "i": "they",
    "me": "them",
    "i'm": "they are",
    "we": "they",
}


# Statements are English: what they are framed with is translated, what they tell of is not.
_IN_ENGLISH = {
    word: english
    for english, words in {
        "wife": "frau esposa mujer femme moglie vrouw",
        "husband": "mann esposo marido mari marito man",
        "girlfriend": "freundin",
        "daughter": "tochter hija fille filha figlia dochter",
        "son": "sohn hijo fils filho figlio zoon",
        "dog": "hund hündin perro perra chien chienne cachorro cachorra cane hond",
        "cat": "katze kater gato gata chat chatte gatto gatta kat poes",
        "brother": "bruder hermano frère irmão fratello broer",
        "sister": "schwester hermana sœur soeur irmã sorella zus",
        "short": "kurz knapp breve breves brève brèves brèvement brevemente kort",
        "concise": "conciso concisa concis bondig beknopt",
        "direct": "direkt directo directa direto direta diretto diretta",
        "detailed": "ausführlich détaillé détaillée detallado detallada detalhado detalhada"
        " dettagliato dettagliata uitgebreid",
        "vegetarian": "vegetarisch vegetarier vegetarierin vegetariano vegetariana végétarien"
        " végétarienne vegetariër",
        "vegan": "vegane veganer veganerin vegano vegana végan végane veganist veganiste veganistisch",
    }.items()
    for word in words.split()
}


def tidy(value: str, *, slot: str) -> str:
    """Trim a value to what was meant."""
    value = re.sub(r"\s+", " ", value).strip(" ,.;:!?'\"-*_")
    previous = ""
    while previous != value:
        previous = value
        value = _TAIL.sub("", value).strip(" ,")
    if slot == "project":
        return _MY.sub("a ", _A_THING_CALLED.sub("", value))
    if slot in ("learning", "condition", "allergy"):
        value = _HEAD.sub("", value)
    return value


def listed(text: str, *, slot: str) -> list[str]:
    """Split an enumeration; it ends at the first piece that is none."""
    cut = _CUT_LONG if slot in _TASTES else _CUT
    is_done = slot in _TASTES and text.lower().startswith("to ")  # "to hike and swim"
    found = []
    for piece in _SPLIT.split(text):
        value = cut.sub("", piece)
        whole = value == piece
        value = tidy(value, slot=slot)
        if slot in _TASTES:
            value = _shortened(value)
        if is_done:
            verb, *rest = value.split(" ")
            value = " ".join([_doing(verb), *rest])
        if slot == "language":
            value = _tongue(value)
        if not is_telling(value, slot=slot):
            break
        found.append(value)
        if not whole:
            break
    return found[:6]


def tools(text: str) -> list[str]:
    """Find the tools named at the start of an enumeration."""
    found = []
    for piece in _SPLIT.split(text):
        value = _tool(piece.strip())
        if not value:
            break
        found.append(value)
    return found[:6]


def is_telling(value: str, *, slot: str) -> bool:
    """Tell whether a value says anything at all."""
    words = value.lower().split()
    if not words or len(value) < 2 or len(value) > 90:
        return False
    if slot in ("home", "origin") and value.lower() in _NO_PLACES:
        return False
    if slot == "relation":  # a daughter may be named June
        return words[0] not in vocabulary.VAGUE_FIRST
    if slot in ("home", "origin", "employer", "name"):
        return words[0] not in _TIME and words[0] not in vocabulary.VAGUE_FIRST
    if slot == "occupation":
        return not _NO_JOB & set(words) and words[0] not in (
            "the",
            "this",
            "my",
            "your",
            "it",
        )
    if slot == "project":
        return words[0] not in _NO_PROJECT
    if slot == "learning":
        return words[0] not in _NOT_LEARNED
    if slot == "language":
        return words[0] in vocabulary.LANGUAGES or value.lower() in vocabulary.LANGUAGES
    if slot == "favorite" and value[0].isupper():
        return True
    if slot in ("likes", "dislikes", "favorite", "prefers"):
        return _is_taste(words, slot)
    if slot == "habit":
        return not (words[0] in _PAST or re.fullmatch(r"\w{2,}[^e]ed", words[0]))
    if slot in ("condition", "allergy"):
        return words[0] not in vocabulary.VAGUE_FIRST and words[-1] != "with"
    return True


def statement(says: str, *, value: str, parts: dict[str, str | None]) -> str:
    """Say it of the person; empty if it cannot be said well."""
    if says == "{v}":
        value = third_person(value)
    relation = (parts.get("r") or parts.get("r2") or "").lower()
    relation = _IN_ENGLISH.get(relation) or relation.removesuffix("s")
    said = says.replace("{v}", _IN_ENGLISH.get(value.lower(), value))
    said = said.replace("{r}", "child" if relation == "children" else relation)
    said = re.sub(r" their favorite\s*$", " a favorite", said)
    said = _EATEN.sub("eats ", said)
    words = [_OWN.get(word.lower(), word) for word in said.split()]
    said = re.sub(r"\ba (?=[aeiouAEIOU])(?!u[ns]i|U[ns]i|eu)", "an ", " ".join(words))
    return said if len(said) <= 230 else ""


_PAST = vocabulary.bag("""
got had broke bought ran lost won quit sold was tore found met took made gave wrote went came saw began
built taught spent said thought felt left kept became swam sang had did drove flew read grew knew
""") - {"quit", "read"}
_IRREGULAR = {
    "go": "goes",
    "do": "does",
    "have": "has",
    "am": "is",
    "are": "is",
    "batch": "batch",
    "meal": "meal",
}


def third_person(phrase: str) -> str:
    """Say "get up at six" of somebody else: "gets up at six"."""
    verb, _, rest = phrase.partition(" ")
    past = verb.endswith("ed") or verb in _PAST or verb == "quit"
    if verb in _IRREGULAR:
        verb = _IRREGULAR[verb]
    elif past or verb == "never":
        pass
    elif re.search(r"(?:s|sh|ch|x|z|o)$", verb):
        verb += "es"
    elif re.search(r"[^aeiou]y$", verb):
        verb = verb[:-1] + "ies"
    else:
        verb += "s"
    return f"{verb} {rest}".strip()


def _doing(verb: str) -> str:
    """Say "swim" as what one does: "swimming"."""
    if re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]", verb):
        return f"{verb}{verb[-1]}ing"
    return re.sub(r"(?<=\w[^eyo])e$", "", verb) + "ing"


def _shortened(value: str) -> str:
    return _HEAD.sub("", _HEAD.sub("", value))


def _is_taste(words: list[str], slot: str) -> bool:
    if slot != "prefers" and " ".join(words) in _NO_TASTES:
        return False
    if words[0] in vocabulary.VAGUE_FIRST or len(words) > (9 if slot == "prefers" else 6):
        return False
    return slot == "favorite" or not vocabulary.VAGUE_ANYWHERE & set(words)


_NO_TASTES = frozenset(
    {*vocabulary.PARTNERS, *vocabulary.CHILDREN, *vocabulary.KIN, "job", "boss", "life"}
)


def _tongue(value: str) -> str:
    words = value.split()
    while words and words[0].lower() in (
        "fluent",
        "some",
        "a",
        "little",
        "bit",
        "of",
        "good",
        "basic",
    ):
        words = words[1:]
    if words and " ".join(words[:2]).lower() in vocabulary.LANGUAGES:
        return " ".join(words[:2])
    return words[0] if words else ""


_KNOWN_TOOLS = frozenset(vocabulary.TOOLS)
_NO_PLACES = _KNOWN_TOOLS | frozenset(vocabulary.LANGUAGES)
# Ordinary words, too: they are tools only when they are written with a capital.
_AMBIGUOUS = vocabulary.bag("""
r swift go spark word teams rust ruby node unity sketch linear dart zoom lua excel react cursor julia
notion latex illustrator windows rhino
""")


def _tool(piece: str) -> str:
    """Give the tool that a piece begins with, or a capitalized name; empty if there is none."""
    words = re.sub(
        r"^(?:an?|the|my|our|mostly|mainly|also|only|both) ", "", piece, flags=re.I
    ).split()
    for length in (3, 2, 1):
        candidate = " ".join(words[:length]).strip(",.;:'\"()")
        lower = candidate.lower()
        if lower in _KNOWN_TOOLS and (lower not in _AMBIGUOUS or candidate != lower):
            return candidate
    name = re.match(r"[A-Z][\w.+#-]*(?: (?:[A-Z][\w.+#-]*|\d+))*", " ".join(words))
    value = name.group().rstrip(".") if name else ""
    first = value.lower().split()[0] if value else ""
    is_name = len(value) > 1 and first not in _TIME and first not in vocabulary.VAGUE_FIRST
    return value if is_name and first not in vocabulary.LANGUAGES else ""
