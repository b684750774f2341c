"""Who people are, and who is with them."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings
from imports.adapters.local_analyst.patterns.hints.shared import NOT_A_NAME

PATTERNS = (
    sayings.NAME.implied(
        NOT_A_NAME + r"<FIRST>,? (?:that's|that is|that would be|is) me(?=$|,| )",
        " me",
    ),
    sayings.LANGUAGE.implied(
        r"\bI (?:\w+ )?(?:switch|change|slip|fall back|drift) (?:back )?(?:to|into) <TONGUE>",
        "switch|change|slip|fall back|drift",
    ),
    sayings.NAME.implied(
        r"\b(?:[Ii]t's|[Tt]hat's|[Tt]hat is|[Ii]t is) "
        + NOT_A_NAME
        + r"<FIRST>,? (?:that's|that is|by the way|as in|"
        r"not|is|it says|is what)",
        "it's |that's |it is |that is ",
    ),
    sayings.NAME.implied(
        r"\b(?:my (?:passport|badge|lease|name ?tag|diploma|ID|mailbox|doorbell|ticket|contract)|the (?:form|lease"
        r"|ticket|invoice|certificate|envelope|badge)) (?:\w+ly )?(?:says|said|reads|read|is made out to|has me as|calls me) <FIRST>",
        "says|said|read|made out|has me|calls me",
    ),
    sayings.AGE.implied(
        r"\b(?:[Aa]t|[Bb]eing|[Tt]urning) (?P<v>[2-9]\d)(?=,? (?:I|my|you|one|years on)\b)"
        r"(?!,? I (?:\w+ed|was|had|went|got|met|left|came|began|took|made|found|lost|ran|became)\b)"
        r"|\b[Nn]ow that I'm (?P<v2>[2-9]\d)(?=,| (?:I|my|you|one)\b|$)",
        "at |being |now that|turning &2|3|4|5|6|7|8|9",
    ),
    sayings.AGE.implied(
        r"\b(?P<v>[2-9]\d) candles\b|\bmy (?P<v2>[2-9]\d)(?:th|st|nd|rd)\b(?! (?:day|week|attempt|time|try))",
        "candles|my ",
    ),
    sayings.HOME.implied(
        r"\b[Mm]y (?:\w+ )?(?:apartment|flat|house|place|condo|studio|home) is (?:now |still )?in (?:the \w+ of )?"
        r"<NAME>|\b[Hh]ome is (?:now |currently |still )?(?:in )?(?P<v2>[A-Z][\w-]+(?: [A-Z]\w+)?)|"
        r"^(?P<v3>[A-Z][\w-]+(?: [A-Z]\w+)?) (?:has been|is|became) (?:my |our )?home\b",
        "apartment|flat|house|place|condo|studio|home",
    ),
    sayings.HOME.implied(
        r"\b(?:[Nn]eighbou?rs?|[Ll]andlord|[Ll]ocal (?:council|library|market|bakery|pool|gym)|[Cc]ity hall|"
        r"[Ff]armers' market|[Tt]rams?|[Mm]etro|[Tt]ax office) (?:here )?in <NAME>",
        "neighb|landlord|local|city hall|market|tram|metro|tax office",
    ),
    sayings.ORIGIN.implied(
        r"\b[Mm]y (?:parents?|folks|family|mother|father|mom|mum|dad|grandparents?|grandmother|grandma) "
        r"(?:both )?(?:still (?:lives?|has|have)|keeps?|owns?|runs?|own|stayed)(?: [\w']+){0,5}? in <NAME>|"
        r"\b(?:my old (?:room|school|street|bedroom|neighbou?rhood|house)|my childhood \w+|the house I grew up|"
        r"where I went to school) in (?P<v2>[A-Z][\w-]+(?: [A-Z]\w+)?)",
        " in ",
    ),
    sayings.ORIGIN.implied(
        r"\b(?:back home in|home to|going home to|fly home to|visiting (?:my )?(?:family|parents|folks) in|accent "
        r"from|never lost my) <NAME>(?= accent| for\b|$|,|\.| (?:every|this|at|to|and|where)\b)",
        "home|visiting|accent|never lost",
    ),
    sayings.LANGUAGE.implied(
        r"\b(?:[Aa]t home|[Ww]ith my (?:kids|parents|wife|husband|partner|mother|grandmother|family)|[Aa]t (?:the )?"
        r"dinner(?: table)?),? (?:we|I) (?:only |still |mostly |always )?(?:mix|speak|talk|use|switch between|swear"
        r" in|pray in|argue in) <LIST>",
        "home|with|dinner",
    ),
    sayings.LANGUAGE.implied(
        r"\b(?:I (?:still |often |always |sometimes )?(?:dream|count|swear|think|pray|curse|read|sing) in|subtitles "
        r"off in|interpret(?:ing)? (?:from|for \w+ in)) <TONGUE>",
        " in |interpret&<TONGUE>",
    ),
    sayings.LEARNING.implied(
        r"\b(?:(?:day|week|lesson|unit|chapter) \d+ of (?:my )?|my (?:\w+ )?streak in |flashcards (?:for|in) |"
        r"vocabulary (?:for|in) |homework for (?:my )?|evening class in |beginner'?s? (?:course|class) in )<TONGUE>|"
        r"\b(?P<v2>[A-Z][a-z]+) (?:flashcards|vocabulary|streak|exam|course|evening class|lessons?|verbs|grammar)"
        r"(?= (?:again|tonight|every|today|is|are|on|for|this|before|at)\b)",
        "of |streak|flash|vocab|homework|class|course|exam|lesson|verbs|grammar",
    ),
    sayings.DIET.implied(
        r"\b(?:[Tt]he|[Aa]n?|[Oo]nly|[Nn]o) <DIET> (?:option|menu|dish|dishes|version|meal|section|place|alternative|"
        r"cookbook|recipes?|plate|food|shelf|restaurant)s?\b(?=.{0,60}\b(?:I|me|my)\b)",
        "option|menu|dish|version|meal|section|place|alternative|cookbook|recipe|plate|food|shelf|restaurant&<DIET>",
    ),
    sayings.DIET.implied(
        r"\b(?:[Ss]ince I (?:went|turned|became)|[Bb]ecause I(?:'m| am)|[Mm]y (?:\w+ )?years? (?:of being|as an?)|"
        r"cook(?:ing|s)? (?:strictly )?) ?<DIET>",
        "since i|because i|year|cook",
    ),
    sayings.CONDITION.implied(
        r"\b(?:thanks to|blame|with|living with|because of|despite|manage|for) (?:my |the )?<CONDITION>"
        r"(?=.{0,60}\b(?:I|me|my)\b)|\bmy (?:\w+ )?(?:pills|meds|medication|inhaler|specialist|doctor) for "
        r"(?:my )?(?P<v2>[\w' ]{3,30}?)(?=$|,|\.)",
        "thanks|blame|with|because|despite|manage|for &<CONDITION>|pills|meds|medication|inhaler|specialist|doctor",
    ),
    sayings.ALLERGY.implied(
        r"\b(?:[Oo]ne|[Aa] single|[Aa] bite of|[Aa] trace of|[Aa] crumb of|[Ee]ven a little)(?: bite of| crumb of)?"
        r" (?P<v>[a-z]+(?: [a-z]+)?) (?:and|is enough and|means) (?:I|my)(?:'m| am| end| need| get| face| lips| throat"
        r"| eyes| am in|'ll)",
        "one |single|bite|trace|crumb|even",
    ),
    sayings.AI_NAME.implied(
        r"^(?:[Hh]ey|[Hh]i|[Hh]ello|[Gg]ood (?:morning|evening|afternoon|night)|[Mm]orning|[Ee]vening|[Tt]hanks?|"
        r"[Tt]hank you|[Oo]k|[Oo]kay|[Aa]lright|[Ww]elcome back|[Yy]ou're back),? "
        + NOT_A_NAME
        + r"(?P<v>[A-Z][a-z]{1,11})(?=[,!.]? (?:\w+ ){0,3}(?:machine|you|your|can|could|I|me|what|how|let's|today|"
        r"it's|again|one more|please|do|same|back|quick|now|we|my|help|that|there|another|ready|time|next)\b|$)",
        "hey|hi|hello|good |morning|evening|thank|ok|alright|back",
    ),
    sayings.RELATION.implied(
        rf"\b(?:for|with|and|to|from|about|at) {NOT_A_NAME}<PET>, (?:who (?:is|has been) )?(?:my|our) (?:\w+ )?<REL>|"
        rf"\b[Mm]y (?:\w+ )?<REL2>(?:\.|,|:|;|!)? (?P<v2>[A-Z][a-z]+),? (?:she|he|that's|is)".replace(
            "<REL2>", r"(?P<r2>sister|brother|wife|husband|partner|daughter|son|dog|cat)"
        ),
        "my |our ",
    ),
    sayings.PET.implied(
        rf"\b(?:walk|feed|groom|brush|bathe|vaccinate|chip) {NOT_A_NAME}<PET>\b|\b{NOT_A_NAME}(?P<v2>[A-Z][a-z]+)'s (?:vet|litter"
        r" ?box|leash|collar|kibble|vaccination|flea|paws?|tail|crate|food bowl|hay)\b|\b(?:[Tt]he )?vet (?:said|says|"
        r"thinks|told us|wants)(?: that)? (?P<v3>[A-Z][a-z]+) ",
        "walk|feed|groom|brush|bathe|chip|vet|litter|leash"
        "|collar|kibble|flea|paw|tail|crate|bowl|hay|vaccin",
    ),
    sayings.CHILD.implied(
        rf"\b{NOT_A_NAME}(?P<v>[A-Z][a-z]+)'s (?:kindergarten|daycare|preschool|bedtime|diapers?|homework|pediatrician|"
        r"teacher|school (?:play|trip|bag)|car seat|stroller|playdate|naps?|first (?:tooth|steps|word))\b",
        "kinder|daycare|preschool|bedtime|diaper|homework|pediat|teacher|school|seat|stroller|play|nap|first ",
    ),
)
