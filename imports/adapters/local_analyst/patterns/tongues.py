"""How people say which languages they speak, and what they are learning."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

PATTERNS = (
    sayings.LANGUAGE.stated(
        r"<WE> <J>(?:speak|talk) (?:fluent |good |some |basic |a little |a bit of |decent "
        r"|conversational |passable |mostly |both )?<LIST>",
        "speak|talk",
    ),
    sayings.LANGUAGE.stated(
        r"\b[Mm]y (?:native|first|mother|second|third|main|home) (?:language|tongue)"
        r"(?: is|,|:|'s) <TONGUE>|<MY> (?P<v2>[A-Z][a-z]+) is (?:fluent|decent|good|okay|ok"
        r"|rusty|native|pretty good)",
        "native|first lang|tongue|language| is &tongue|language|fluent|decent|good|ok|rusty|native",
    ),
    sayings.LANGUAGE.stated(
        r"\b(?:[Ff]luent in|[Ff]luently in|native in|grew up (?:speaking|with)|raised speaking|"
        r"bilingual in|proficient in|conversational in) <TONGUE>",
        "fluent|native in|speaking|grew up with|bilingual|proficient|conversational",
    ),
    sayings.LANGUAGE.stated(
        r"\b<TONGUE> is my (?:\w+ )?(?:language|tongue)|(?:<ME>|[Aa]s) an? (?:native |fluent )"
        r"(?P<v2>[A-Z][a-z]+)(?: and [A-Z][a-z]+)? speaker|\b[Ww]e speak (?P<v3>[A-Z][a-z]+) at "
        r"home",
        "my |speaker|speak",
    ),
    sayings.LEARNING.stated(
        r"(?:<ME>|<I>) <J>(?:been )?(?:learning|relearning|picking up|teaching myself"
        r"|self-studying|taking up|brushing up on)(?: how)?(?: to)?(?: (?:play|speak|the))? "
        r"<NP>",
        "learning|picking up|teaching myself|studying|taking up|brushing up",
    ),
    sayings.LEARNING.stated(
        r"(?:<ME>|<I>) <J>(?:been )?(?:trying to learn|started learning|started to learn"
        r"|began learning|decided to learn|want to learn|like to learn|studying|practi[cs]ing) "
        r"(?:to (?:speak|play) )?(?:some |more |a bit of )?<TONGUE>",
        "learn|study|practi",
    ),
    sayings.LEARNING.stated(
        r"(?:<I>|<ME>) <J>(?:trying to learn|started learning|started to learn|began learning|"
        r"decided to learn|trying to teach myself) (?:how )?(?:to )?(?:play |speak |the )?<NP>",
        "learn|teach myself",
    ),
    sayings.LEARNING.implied(
        r"<MY> (?:weekly |evening |beginner |first )?(?P<v>[A-Z][a-z]+|piano|guitar|violin|"
        r"cello|drum|swimming|pottery|drawing|singing|chess|flute|ukulele)"
        r"(?: \w+)? (?:lessons?|class(?:es)?|course|tutor|teacher|homework|exam|study|practice|vocab\w*)",
        "lesson|class|course|tutor|teacher|homework|exam|study|practice|vocab",
    ),
    sayings.LEARNING.stated(
        r"(?:<ME>|<I>|\b[Ww]e) <J>(?:taking|take|took|signed up for|enrolled in|started|doing) "
        r"(?:weekly |evening |beginner |some |my first |online )?(?P<v>[A-Za-z]+) "
        r"(?:lessons?|class(?:es)?)\b",
        "lesson|class",
    ),
    sayings.LEARNING.implied(
        r"\b(?:[Pp]racti[cs]e|[Ii]mprove|work on|working on|brush up) my (?:spoken |written )?"
        r"<TONGUE>",
        " my ",
    ),
)
