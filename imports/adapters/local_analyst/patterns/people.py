"""How people speak of family, partners and animals, and of being married or not."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

# "my wife Anna" is a name, "my dog Monday" rarely is one, "my son I" never.
_NOT = (
    r"(?!(?:I|I'm|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March"
    r"|(?:April|May|June|August)(?= \d)|July|September|October|November|December|Christmas|Easter|The|A|An"
    r"|ADHD|English|Spanish|French|German|Is|And|But|So|To|In|On|For|It|He|She|We|They)\b)"
)
_AGED = (
    r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)[ -](?:year|month|week)s?[ -]old"
)
_LOOKS = rf"(?:(?!{_AGED})[\w-]+ |{_AGED} ){{0,3}}?"
_CALLED = r"(?:,? (?:who(?:'s| is) |that(?:'s| is) |(?:is |was |are )?)(?:named|called)|, named|:)"

PATTERNS = (
    sayings.RELATION.stated(
        rf"<MY> {_LOOKS}<REL>(?:{_CALLED}|'s name(?:'s| is)|,| -)? {_NOT}<PET>",
        "my |our ",
    ),
    sayings.RELATION.stated(
        rf"\b(?:[Ii]|[Ww]e)(?:'ve| have| had| also have| both have|'m| got)? ?(?:got |have |own "
        rf"|adopted |rescued |just got |recently got |just adopted |recently adopted )?"
        rf"(?:an?|one|the|this|two|three) {_LOOKS}<REL>s?{_CALLED} {_NOT}<PET>",
        "named|called|:",
    ),
    sayings.RELATION.stated(
        rf"\b(?:[Ii]|[Ww]e)(?:'ve| have)? ?(?:got|have|own|adopted|rescued) (?:an?|one) "
        rf"{_LOOKS}<REL>(?: too| as well)?, {_NOT}<PET>",
        "have|got|own|adopted|rescued",
    ),
    sayings.RELATION.stated(
        rf"\b{_NOT}<PET>,? (?:(?:is|was|he's|she's|being) )?(?:my|our) {_LOOKS}<REL>\b"
        r"(?!'s| of)",
        "my |our ",
    ),
    sayings.RELATION.stated(
        rf"<MY> {_LOOKS}<REL> (?:just |recently )?(?:goes by|answers to|, we call (?:him|her)"
        rf"|we named|we call|I call|whose name is) {_NOT}<PET>",
        "goes by|answers|call|named|name is",
    ),
    sayings.RELATION.stated(
        rf"\b(?:an?|the) {_LOOKS}<REL>(?: from [\w ]{{3,30}}?)?,? (?:and |who |which |we )*"
        rf"(?:named|called|naming) (?:her|him|it|them) {_NOT}<PET>",
        "named|called|naming",
    ),
    sayings.PARTNER.stated(
        rf"(?:<ME>|<I>|\b[Ww]e) <J>(?:been )?(?:got )?(?:married to|engaged to|dating|"
        rf"seeing|living with my partner) {_NOT}<PET>",
        "married|engaged|dating|seeing|partner",
    ),
    sayings.RELATION.stated(
        rf"\b(?:[Mm]om|[Mm]um|[Dd]ad|[Mm]other|[Ff]ather|[Pp]arent) (?:of|to) (?:an? |my )?"
        rf"{_LOOKS}<REL>{_CALLED}? {_NOT}<PET>",
        "mom|mum|dad|mother|father|parent",
    ),
    sayings.RELATION.stated(
        rf"<MY> {_LOOKS}(?P<r>cats|dogs|kids|children|sons|daughters|twins|rabbits|chickens"
        rf"|hens|brothers|sisters)(?: are)?(?:,| -|:)?(?: named| called)? {_NOT}<PET>"
        rf"(?= and [A-Z])",
        "my |our ",
    ),
    # Without a name it is said weakly: a named one replaces it.
    sayings.UNNAMED.stated(
        rf"\b(?:[Ii]|[Ww]e)(?:'ve| have)? ?(?:got|have) an? {_LOOKS}(?P<v><REL>)"
        r"(?=$|,|\.| (?:who|that|and|at home)\b)",
        "have|got",
    ),
    sayings.UNNAMED.implied(
        r"\b[Mm]y (?:\w+ )?(?P<v><PARTNER>)(?=$|,|\.|'s| (?:and|is|has|was|works?|says|wants|"
        r"loves|hates|would|will|to|for|with|in|can|does|doesn't|thinks|keeps|never|always)\b)",
        "my ",
    ),
    sayings.UNNAMED.implied(
        rf"\b[Mm]y {_LOOKS}(?P<v><CHILD>)(?=$|,|\.|'s| (?:and|is|has|was|who|wants|loves|hates|"
        r"would|will|to|with|can|needs|starts?|started|turns|goes|refuses|keeps)\b)",
        "my ",
    ),
    sayings.STATUS.stated(
        r"<ME> <J>(?P<v>married|divorced|engaged(?! in\b)|widowed|single|separated|recently divorced|"
        r"newly married|newlywed)(?=$|,|\.| (?:and|with|to|for|since|now|but|again|in)\b)",
        "married|divorced|engaged|widowed|single|separated|newlywed",
    ),
    sayings.STATUS.stated(
        r"<ME> an? (?P<v>single (?:mom|mum|dad|mother|father|parent)|widow|widower|divorcee|"
        r"newlywed|stay-at-home (?:mom|mum|dad|parent))\b",
        "single|wid|divorcee|newly|stay-at",
    ),
    sayings.CHILDREN.stated(
        r"\b(?:[Ii]|[Ww]e)(?:'ve| have)? ?(?:got|have|are raising|raise) (?P<v>(?:two|three|"
        r"four|five|six|2|3|4|5|twin) (?:[\w-]+ ){0,2}?(?:kids|children|daughters|sons|boys|"
        r"girls|toddlers|teenagers|dogs|cats|rabbits|horses|chickens|hens|brothers|sisters))\b",
        "have|got|rais",
    ),
    sayings.PARENT.stated(
        r"(?:<ME>|[Aa]s) an? (?:[\w-]+ )?(?:mom|mum|dad|mother|father|parent) (?:of|to) "
        r"(?P<v>(?:two|three|four|five|2|3|4|5|twins)(?: (?:[\w-]+ )?(?:kids|children|boys|"
        r"girls|daughters|sons|toddlers))?)\b",
        "mom|mum|dad|mother|father|parent",
    ),
)
