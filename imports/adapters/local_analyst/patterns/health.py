"""How people speak of their health and of what they do not eat."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

_FOODS = (
    r"(?P<v>(?:red |any )?(?:meat|pork|beef|dairy|gluten|seafood|shellfish|fish|eggs|sugar|"
    r"alcohol|lactose|wheat|animal products|nuts))"
)

PATTERNS = (
    sayings.ALLERGY.stated(
        r"(?:<ME>|\b[Ii] was|\b[Ii]'ve been|\bbeing|\bmildly|\bdeathly|\bseverely|\bbeen) <J>"
        r"(?:deathly |mildly |severely |highly |terribly |violently )?allergic to <LIST>",
        "allergic",
    ),
    sayings.ALLERGY.stated(
        r"(?:<MY>|<I> (?:have |got |developed )(?:an? )?|\b(?:an?|with my|because of my|my) )"
        r" ?(?:bad |severe |serious |mild |nasty |life-threatening )?"
        r"(?P<v>(?!(?:food|skin|seasonal|bad|severe|an|my|new|mild)\b)[\w-]+(?: (?!and)[\w-]+)?) "
        r"allerg(?:y|ies)\b(?! to\b)",
        "allerg",
    ),
    sayings.ALLERGY.stated(
        r"\b[Mm]y allerg(?:y|ies) (?:to|is to|are|is|include)(?: to)? <LIST>|"
        r"\b[Ii] (?:have|developed|'ve got) an? (?:\w+ )?allergy to (?P<v2>[\w-]+(?: [\w-]+)?)",
        "allerg",
    ),
    sayings.ALLERGY.implied(
        r"\b<NP0> (?:gives? me hives|makes? me break out|makes? my (?:throat|lips|face|mouth|tongue)"
        r" (?:swell|itch|close|tingle)\w*|sends? me (?:straight )?to the (?:ER|hospital|emergency)|"
        r"sent me to the (?:ER|hospital|emergency)|could kill me|brings? me out in (?:hives|a rash))".replace(
            "<NP0>",
            r"(?:[Ll]ast (?:time|week|month|year|night|summer|winter|spring|fall|autumn),? |"
            r"[Oo]nce,? |[Yy]esterday,? )?(?P<v>(?![Ll]ast\b)[A-Za-z][\w-]*(?: [\w-]+){0,2}?)",
        ),
        "hives|break out|swell|itch|close|tingle|sends me|send me|sent me|kill me|rash",
    ),
    sayings.ALLERGY.implied(
        r"\b(?:[Ee]pi-?[Pp]en|antihistamines?)(?: \w+){0,4}? (?:because of|for|in case of|due to)"
        r"(?: my| the| any)? (?P<v>[\w-]+(?: [\w-]+)?)",
        "epi|antihistamine",
    ),
    sayings.ALLERGY.stated(
        r"<ME> (?:\w+ly )?(?P<v>lactose|gluten|fructose|histamine)[ -]intolerant",
        "intolerant",
    ),
    sayings.CONDITION.stated(
        r"<I> <J>(?:have|(?<=ve )had|got|get|suffer from|suffered from|struggle with|struggled with|deal "
        r"with|live with|manage|battle|cope with|was diagnosed with|diagnosed with|been diagnosed "
        r"with|develop(?:ed)?|keep getting) (?:an? |my |from |with |severe |mild |bad |chronic |terrible |early "
        r"|pretty |really |really bad |the |occasional |frequent |moderate ){0,3}<CONDITION>(?! in (?:my|the) family)",
        "have|had|got|get|suffer|struggl|deal|live with|manage|battle|cope|diagnos|develop&<CONDITION>",
    ),
    sayings.CONDITION.stated(
        r"(?:<ME>|\b[Ii] was|\b[Ii]'ve been|\b[Ii] got|\b[Ii] just got|\b[Mm]y doctor(?: just)?) "
        r"(?:\w+ly |just |been )?(?:diagnosed(?: me)? with|told I have|treated for|living with"
        r"|dealing with|struggling with|managing|suffering from|recovering from|prone to|coping "
        r"with|battling) (?:an? |my |severe |mild |chronic |early ){0,2}<NP>",
        "diagnos|treated|living with|dealing|struggling|managing|suffering|recovering|prone"
        "|coping|battling|told i have",
    ),
    sayings.CONDITION.stated(
        r"\b[Mm]y (?:\w+ )?<CONDITION>(?! (?:friendly|levels? of))",
        "my ",
    ),
    sayings.CONDITION.stated(
        r"(?:<ME>|\b[Aa]s an?) <J>(?P<v>diabetic|asthmatic|epileptic|dyslexic|autistic|celiac"
        r"|coeliac|type 1 diabetic|type 2 diabetic|color-?blind|colour-?blind|deaf|bipolar|"
        r"hard of hearing|immunocompromised|hypothyroid|neurodivergent|anemic)\b",
        "diabetic|asthmatic|epileptic|dyslexic|autistic|celiac|coeliac|blind|deaf|bipolar|hearing"
        "|immuno|hypothyroid|neurod|anemic",
    ),
    sayings.CONDITION.implied(
        r"\b(?:with|because of|given|due to|despite|thanks to|since) my (?:\w+ )?<CONDITION>|"
        r"\b[Ii] take (?:\w+ ){1,3}for (?:my )?(?P<v2>(?:high )?(?:blood pressure|cholesterol|"
        r"thyroid|migraines?|asthma|diabetes|anxiety|depression|epilepsy|ADHD|adhd))\b",
        "my | take ",
    ),
    sayings.PREGNANCY.stated(
        r"<ME> (?:\w+ )?(?P<v>(?:\d+ weeks |\d+ months |newly )?pregnant)\b",
        "pregnant",
    ),
    sayings.DIET.stated(
        r"(?:<ME>|\b[Ii]'ve been|\b[Ii] have been|\b[Ii] went|\b[Ii] turned|\b[Ii] became|\bgone"
        r"|\bgoing|\b[Ii] eat|\b[Ii] stay|\b[Ww]e're|\b[Ww]e are|\b[Ww]e eat|\b[Ii]'ve gone|"
        r"\b[Aa]s an?|\b[Bb]eing an?) <J>(?:strictly |mostly |mainly |fully |a |an )?<DIET>",
        "veg|pesc|flexi|keto|paleo|plant|gluten|dairy|lactose|carb|fodmap|sodium|mediterr|halal"
        "|kosher|carnivore|whole30",
        may_be_negative=True,
    ),
    sayings.DIET.stated(
        r"\b[Ii] (?:keep|follow|do|eat|stick to|am on|cook|'m on|try to eat)(?: to)? (?:a |an "
        r"|strictly |only |mostly )?<DIET>(?: diet| food| at home| meals)?|<ME> (?:on )(?:a |an "
        r"|the )?(?P<v2>[\w-]+) diet\b|\b[Mm]y (?P<v3>[\w-]+) diet\b",
        "diet|keep|follow|eat|stick|cook|do |am on|'m on",
    ),
    sayings.DIET.stated(
        r"^<DIET> here\b|\b(?:[Rr]emember|[Kk]eep in mind|[Nn]ote)(?: that)? I'm <DIET2>".replace(
            "<DIET2>", r"(?P<v2>\w+)"
        ),
        " here|i'm",
    ),
    sayings.EATEN.stated(
        r"(?:<ME> eating|\b[Ii] (?:now )?eat) (?P<v>meat|fish|dairy|gluten|eggs)(?: again| now)",
        " again| now",
    ),
    sayings.NOT_EATEN.stated(
        rf"\b(?:[Ii]|[Ww]e) (?:don't|do not|never|can't|cannot|no longer|stopped|quit|gave up|avoid|"
        rf"don't really|cut out)(?: eat| eating| have| touch| do| consume| drink| drinking)? "
        rf"{_FOODS}(?=$|,|\.| (?:or|and|any ?more|at|for|since|but|so|because|these|in)\b)",
        "don't|do not|never|can't|cannot|no longer|stopped|quit|gave up|avoid|cut out",
        may_be_negative=True,
    ),
    sayings.NOT_EATEN.stated(
        rf"\b[Ii] (?:haven't|have not) (?:eaten|had|touched) {_FOODS}|\b[Ii](?:'ve| have) (?:given "
        r"up|cut out|sworn off|stopped eating) (?P<v2>(?:red )?(?:meat|pork|beef|dairy|gluten|"
        r"seafood|sugar|alcohol|fish|eggs))",
        "haven't|have not|given|cut out|sworn|stopped",
        may_be_negative=True,
    ),
)
