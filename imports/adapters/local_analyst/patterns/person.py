"""How people say who they are: name, age, home, origin."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

# "I'm Ana" is a name, "I'm German" is not.
_NOT_A_NAME = (
    r"(?!(?:I|The|A|An|In|On|At|Mr|Mrs|Ms|Dr|Prof|So|Not|Just|Very|OK|Ok|Sorry|Trying|Looking|Working|Using|"
    r"German|French|Spanish|Italian|Dutch|Irish|British|English|American|Canadian|Indian|"
    r"Catholic|Muslim|Jewish|Christian|Buddhist|Hindu|Python|Java|Type|CEO|CTO|Senior|Junior|"
    r"Head|Director|[A-Z][\w]+(?:ese|ish|ian|ic|ean))\b)"
)
_PLACE_STOP = (
    r"(?!(?:a|an|the|my|our|this|that|fear|peace|harmony|constant|hope|here|there|it|terms|total"
    r"|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|general|order|case|addition|fact|bed|love|need|charge|debt|town|shock|pain|it)\b)"
)

PATTERNS = (
    sayings.NAME.stated(
        r"\b[Mm]y (?:full |first )?name(?:'s| is|,|:) <FIRST>",
        "my name|my first name|my full",
    ),
    sayings.NAME.stated(
        r"\b(?:call me|[Pp]eople call me|calls me|I go by|i go by|[Nn]ame:|I'm called"
        r"|known as|introduce myself as|chang\w+ my name to) <FIRST>",
        "call me|calls me|go by|my name to|name:|known as|called|myself as",
    ),
    sayings.NAME.stated(
        r"(?:^|[Hh]i,? |[Hh]ello,? |[Hh]ey,? |\b[Tt]his is |[Ii]t's )(?:I'm |I am |this is |"
        r"[Tt]his is )" + _NOT_A_NAME + r"<FIRST>(?=$|,|\.|!| (?:and|from|here|again)\b)",
        "i'm |i am |this is ",
    ),
    sayings.NAME.implied(
        r"\b(?:[Ss]ign(?:ed)? (?:it |off |the \w+ |this |them )?(?:as|with|from)?|signature is|"
        r"[Pp]ut my name,?) <FIRST>(?=$|,|\.)",
        "sign|my name",
    ),
    sayings.NAME.stated(r"^<FIRST> here(?=$|,|\.|!)", " here"),
    sayings.AGE.stated(
        r"<ME> <J>(?:turning )?<AGE>(?=(?: |-)?(?:years? old|y/?o|yrs?)\b|$|,| and\b"
        r"| now\b| this year\b| already\b|\)| (?:in|next) <MONTH>| male| female| so\b| but\b"
        r"| with\b| years young|[fFmM]\b)",
        "i'm |i am |im ",
    ),
    sayings.AGE.stated(
        r"<I> (?:just |recently |finally )?(?:turned|hit|turn) <AGE>\b(?! ?(?:%|k|km|miles|on))",
        "turn|hit",
    ),
    sayings.AGE.stated(
        r"\b(?:[Aa]s an? |<ME> an? |\()<AGE>[ -]?(?:years?[ -]old|y/?o)\b",
        "old|yo|y/o",
    ),
    sayings.AGE.stated(
        r"\b(?:[Aa]t (?:age|the age of) |[Mm]y age is |[Aa]ge: ?|\bI'm age |aged )<AGE>"
        r"(?=$|,|\.| (?:I|and)\b)",
        "age",
    ),
    sayings.AGE.implied(
        r"\b[Mm]y (?:upcoming |recent )?<AGE>(?:th|st|nd|rd) birthday",
        "birthday",
    ),
    sayings.BIRTH_YEAR.stated(
        r"\b(?:I was |<ME> )born in (?P<v>19[3-9]\d|20[01]\d)\b",
        "born in",
    ),
    sayings.HOME.stated(
        r"<WE> <J>(?:live|lives|reside|lived|living|am based|are based)"
        r"(?: (?:alone|together|here|downtown|with [\w ]{2,25}?))?"
        r"(?: (?:in|near|outside|just outside)| (?:in|on) the (?:outskirts|middle|heart|center|"
        r"centre|suburbs) of| in (?:a|an|the) (?:[\w-]+ ){1,4}(?:in|of|near)) <NAME>",
        "live|reside|based|living",
    ),
    sayings.HOME.stated(
        r"(?:<ME>|\b[Ww]e're|\b[Ww]e are|^) ?<J>(?:based|living|located|settled|residing) "
        r"(?:out of|in|near|outside|just outside)(?: (?:a|the) (?:[\w-]+ ){1,3}(?:in|of))? "
        r"<NAME>",
        "based|living|located|settled|residing|based",
    ),
    sayings.HOME.stated(
        r"(?:<WE>|\b(?:I'm|we're)) <J>(?:moved|relocated|moved back)(?: (?:here|"
        r"back|over|out|down|up|away|house|in together|countries|cities))*"
        r"(?: from <OTHERNAME>)?(?: (?:in)?to|,) (?:(?:an?|my|our) (?:[\w-]+ ){1,4}in )?<NAME>",
        "moved|relocated",
    ),
    sayings.HOME.stated(
        r"\b(?:[Ss]ince|[Aa]fter|[Bb]efore|[Ww]hen) (?:I|we|my) (?:\w+ ){0,2}?(?:moved|moving|"
        r"move|relocated) (?:here )?to <NAME>",
        "mov|relocat",
    ),
    sayings.HOME.implied(
        r"\b(?:[Ss]ince|[Aa]fter) moving to <NAME>|\b[Mm]y (?:recent )?move to (?P<v2>"
        r"[A-Z]\w+(?: [A-Z]\w+)?)",
        "moving to|move to",
    ),
    sayings.HOME.implied(
        r"<MY> (?:\w+ ){0,3}?(?:apartment|flat|house|home|place|condo|studio|neighbou?rhood|"
        r"garden|balcony|allotment|landlord|street|kitchen|commute|rent|lease)"
        r"(?: here)? in (?:the (?:\w+ ){1,2}of )?<NAME>",
        "apartment|flat|house|home|place|condo|studio|neighb|garden|balcony|landlord|street"
        "|allotment|kitchen|commute|rent|lease",
    ),
    sayings.HOME.implied(
        r"(?:<ME>|[Aa]s|\bbeen|,) an? (?:[\w/-]+ ){0,4}?<TITLE>(?: living| based| working)?"
        r" (?:in|from|near) <NAME>(?=$|,|\.|\)| (?:and|with|who|for|since|looking|trying|I)\b)",
        " in | from | near &<TITLE>",
    ),
    sayings.HOME.implied(
        r"\b(?:[Hh]ere|[Bb]ack home|[Ll]ife) in <NAME>(?=$|,|\.| (?:we|the|it|is|I|where|and|are|there)\b)",
        "here in|back home in|life in",
    ),
    sayings.HOME.stated(
        r"\b[Ii] (?:live|reside) (?:in|near) " + _PLACE_STOP + r"(?P<v>[a-zà-ÿ][\w'-]{2,}"
        r"(?: [a-zà-ÿ][\w'-]+)?)(?=$|,|\.| (?:and|with|so|but|now|for|since)\b)",
        "live in|live near|reside",
    ),
    sayings.HOME.stated(
        r"\b[Mm]y (?:city|town|home city|current city|location)(?: is|:| now is) "
        r"<NAME>|\b[Ll]ocation: ?(?P<v2>[A-Z][\w-]+(?: [A-Z][\w-]+)?)",
        "my city|my town|my home city|my current|location",
    ),
    sayings.HOME.stated(
        r"<ME> (?:an? )?(?:[\w-]+ ){0,2}?(?P<v>[A-Z][\w]+(?: [A-Z]\w+)?)-based\b|"
        r"\b(?P<v2>[A-Z]\w+)-based (?:[\w-]+ ){0,2}?<TITLE>\b",
        "-based",
    ),
    sayings.HOME.stated(
        r"\b[Ii] (?:call|\w+ to call) <NAME> home\b|\b<NAME2> is (?:now )?(?:my )?home\b".replace(
            "<NAME2>", r"(?P<v2>[A-Z][\w-]+(?: [A-Z][\w-]+)?)"
        ),
        " home",
    ),
    sayings.ORIGIN.stated(r"<ME> <J>from (?!A\b)<NAME>", "from "),
    sayings.ORIGIN.stated(
        r"<WE> <J>(?:come|came|hail|hailed) (?:originally )?from <NAME>",
        "from ",
    ),
    sayings.ORIGIN.stated(
        r"\b(?:I|i)(?: was| am|'m)? <J>(?:grew up|born and raised|born|raised|brought up)"
        r"(?: and (?:raised|bred|grew up))?(?: speaking \w+)? (?:in|near|outside|on)"
        r"(?: (?:a|the) (?:[\w-]+ ){1,4}(?:in|of|near|outside))? <NAME>",
        "grew up|born|raised|brought up",
    ),
    sayings.ORIGIN.stated(
        r"^(?:[Bb]orn|[Rr]aised|[Gg]rowing up|[Bb]orn and raised)(?: and raised)? in <NAME>|"
        r"\b(?:[Aa]s a kid|[Mm]y childhood|when I was (?:a kid|little|young)|growing up)"
        r"(?: back)? in (?P<v2>[A-Z][\w-]+(?: [A-Z][\w-]+)?)",
        "born|raised|growing up|childhood|a kid|was little|was young",
    ),
    sayings.ORIGIN.stated(
        r"\b[Mm]y (?:home ?town|home country|native (?:country|city)|birthplace)"
        r"(?: is|,| of|:) <NAME>|\b[Mm]y (?:parents|family|mom|mum|mother|grandparents)"
        r" (?:still )?(?:live|are) (?:back )?(?:home )?in (?P<v2>[A-Z][\w-]+(?: [A-Z]\w+)?)"
        r",? where I grew up",
        "home|native|birthplace|where i grew up",
    ),
)
