"""What people let slip about themselves while they speak of something else."""

from __future__ import annotations

from imports.adapters.local_analyst.grammar import Pattern, pattern

_NOT = (
    r"(?!(?:I|The|A|An|It|This|That|My|Our|We|You|He|She|They|There|Here|What|How|When|Where|Why|Who|If|So|But"
    r"|And|Or|No|Yes|Please|Thanks|Thank|Hi|Hello|Hey|Can|Could|Do|Does|Is|Are|Was|Chat ?GPT|GPT|Everyone|All"
    r"|Team|Sir|Just|Some|Every|Any|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February"
    r"|March|April|May|June|July|August|September|October|November|December|Today|Tomorrow|Yesterday|After"
    r"|Before|Since|Because|Now|Then|Still|Never|Always|Again|God|Lol)\b)"
)
_WORKPLACE = (
    r"(?:doors?|entrance|lobby|canteen|cafeteria|reception|headquarters|HQ|parking lot|car park|loading dock"
    r"|warehouse|front desk|badge|locker|break room|staff room|night shift|early shift|payroll|intranet"
    r"|all-hands|town hall|onboarding|canteen food|office)"
)


def _hint(category: str, slot: str, says: str, source: str, needles: str) -> Pattern:
    return pattern(category, slot, says, source, needles, basis="implied")


PATTERNS = (
    _hint(
        "identity",
        "name",
        "is named {v}",
        _NOT + r"<FIRST>,? (?:that's|that is|that would be|is) me(?=$|,| )",
        " me",
    ),
    _hint(
        "work",
        "employer",
        "works at {v}",
        r"\b[Aa]t (?:the )?<NAME>,? where I (?:\w+ )?(?:work|am employed|teach|intern)|\b(?:[Ff]irst|[Ss]econd|[Tt]hird|"
        r"[Ll]ast|[Aa]nother) (?:day|week|month|year|shift) at (?:the )?(?P<v2>[A-Z][\w'.]+(?: [A-Z]\w+)*)",
        "where i|day at|week at|month at|year at|shift at",
    ),
    _hint(
        "preference",
        "favorite",
        "names {v} as a favorite",
        r"\b(?:[Nn]o (?:other )?\w+ (?:means|meant|matters|comes close|beats)(?: more)?(?: to me)?(?: than| to)?|[Mm]y (?:old |"
        r"worn |battered )?copy of|[Nn]othing beats) (?P<v>[A-Z][\w']*(?: (?:[A-Z0-9][\w']*|of|the|and|a|in|to|on))*)",
        "no |copy of|nothing beats",
    ),
    _hint(
        "goal",
        "goal",
        "wants to {v}",
        r"\b(?:promised (?:myself|my \w+)|swore|vowed|made up my mind|made a bet|signed up|set my heart on|would give "
        r"anything)(?: that I'd| that I will)? (?:to )?<VP>",
        "promised|swore|vowed|my mind|bet|signed up|heart|anything",
    ),
    _hint(
        "skill",
        "language",
        "speaks {v}",
        r"\bI (?:\w+ )?(?:switch|change|slip|fall back|drift) (?:back )?(?:to|into) <TONGUE>",
        "switch|change|slip|fall back|drift",
    ),
    _hint(
        "identity",
        "name",
        "is named {v}",
        r"\b(?:[Ii]t's|[Tt]hat's|[Tt]hat is|[Ii]t is) "
        + _NOT
        + r"<FIRST>,? (?:that's|that is|by the way|as in|"
        r"not|is|it says|is what)",
        "it's |that's |it is |that is ",
    ),
    _hint(
        "identity",
        "name",
        "is named {v}",
        r"\b(?:my (?:passport|badge|lease|name ?tag|diploma|ID|mailbox|doorbell|ticket|contract)|the (?:form|lease"
        r"|ticket|invoice|certificate|envelope|badge)) (?:\w+ly )?(?:says|said|reads|read|is made out to|has me as|calls me) <FIRST>",
        "says|said|read|made out|has me|calls me",
    ),
    _hint(
        "identity",
        "age",
        "is {v} years old",
        r"\b(?:[Aa]t|[Bb]eing|[Nn]ow that I'm|[Tt]urning|[Aa]fter) (?P<v>[2-9]\d)(?=,| (?:I|my|you|one|years on)\b|$)",
        "at |being |now that|turning ",
    ),
    _hint(
        "identity",
        "age",
        "is {v} years old",
        r"\b(?P<v>[2-9]\d) candles\b|\bmy (?P<v2>[2-9]\d)(?:th|st|nd|rd)\b(?! (?:day|week|attempt|time|try))",
        "candles|my ",
    ),
    _hint(
        "location",
        "home",
        "lives in {v}",
        r"\b[Mm]y (?:\w+ )?(?:apartment|flat|house|place|condo|studio|home) is (?:now |still )?in (?:the \w+ of )?"
        r"<NAME>|\b[Hh]ome is (?:now |currently |still )?(?:in )?(?P<v2>[A-Z][\w-]+(?: [A-Z]\w+)?)|"
        r"^(?P<v3>[A-Z][\w-]+(?: [A-Z]\w+)?) (?:has been|is|became) (?:my |our )?home\b",
        "apartment|flat|house|place|condo|studio|home",
    ),
    _hint(
        "location",
        "home",
        "lives in {v}",
        r"\b(?:[Nn]eighbou?rs?|[Ll]andlord|[Ll]ocal (?:council|library|market|bakery|pool|gym)|[Cc]ity hall|"
        r"[Ff]armers' market|[Tt]rams?|[Mm]etro|[Tt]ax office) (?:here )?in <NAME>",
        "neighb|landlord|local|city hall|market|tram|metro|tax office",
    ),
    _hint(
        "location",
        "origin",
        "is from {v}",
        r"\b[Mm]y (?:parents?|folks|family|mother|father|mom|mum|dad|grandparents?|grandmother|grandma) "
        r"(?:still |both )?(?:lives?|keeps?|has|have|owns?|runs?|own|stayed)(?: [\w']+){0,5}? in <NAME>|"
        r"\b(?:my old (?:room|school|street|bedroom|neighbou?rhood|house)|my childhood \w+|the house I grew up|"
        r"where I went to school) in (?P<v2>[A-Z][\w-]+(?: [A-Z]\w+)?)",
        " in ",
    ),
    _hint(
        "location",
        "origin",
        "is from {v}",
        r"\b(?:back home in|home to|going home to|fly home to|visiting (?:my )?(?:family|parents|folks) in|accent "
        r"from|never lost my) <NAME>(?= accent| for\b|$|,|\.| (?:every|this|at|to|and|where)\b)",
        "home|visiting|accent",
    ),
    _hint(
        "work",
        "employer",
        "works at {v}",
        rf"\b(?:[Mm]y |[Tt]he |[Oo]ur |[Ii]n |[Aa]t )(?:\w+ )?{_WORKPLACE} (?:of|at|in front of) (?:the )?{_NOT}<NAME>",
        "door|entrance|lobby|canteen|cafeteria|reception|headq|hq|park|dock|warehouse|desk|badge|locker|room"
        "|shift|payroll|intranet|all-hands|town hall|onboard|office",
    ),
    _hint(
        "work",
        "employer",
        "works at {v}",
        r"\b"
        + _NOT
        + r"<NAME> (?:pays (?:me|us|my)|hired me|gave me (?:a raise|a contract|Friday off|my badge)|"
        r"promoted me|sends me|sent me|keeps me|lets us|lets me|makes us|is my employer|signs my|has me)",
        "pays|hired me|gave me|promoted me|send|sent me|keeps me|lets|makes us|employer|signs my|has me",
    ),
    _hint(
        "work",
        "occupation",
        "works as a {v}",
        r"\b(?:[Ll]ife as|[Bb]eing|[Ww]orking as|[Jj]ob as|[Pp]aid as|[Hh]ired as|[Aa]s the only|[Nn]obody warns|"
        r"[Tt]hat's what|[Yy]ears as|[Rr]egistered as|[Ll]icensed) (?:an? )?(?P<v>(?:[\w/-]+ ){0,3}?<TITLE>)\b",
        "as |being |warns|what|licensed",
    ),
    _hint(
        "skill",
        "language",
        "speaks {v}",
        r"\b(?:[Aa]t home|[Ww]ith my (?:kids|parents|wife|husband|partner|mother|grandmother|family)|[Aa]t (?:the )?"
        r"dinner(?: table)?),? (?:we|I) (?:only |still |mostly |always )?(?:mix|speak|talk|use|switch between|swear"
        r" in|pray in|argue in) <LIST>",
        "we |i ",
    ),
    _hint(
        "skill",
        "language",
        "speaks {v}",
        r"\b(?:I (?:still |often |always |sometimes )?(?:dream|count|swear|think|pray|curse|read|sing) in|subtitles "
        r"off in|interpret(?:ing)? (?:from|for \w+ in)) <TONGUE>",
        " in |interpret",
    ),
    _hint(
        "skill",
        "learning",
        "is learning {v}",
        r"\b(?:(?:day|week|lesson|unit|chapter) \d+ of (?:my )?|my (?:\w+ )?streak in |flashcards (?:for|in) |"
        r"vocabulary (?:for|in) |homework for (?:my )?|evening class in |beginner'?s? (?:course|class) in )<TONGUE>|"
        r"\b(?P<v2>[A-Z][a-z]+) (?:flashcards|vocabulary|streak|exam|course|evening class|lessons?|verbs|grammar)"
        r"(?= (?:again|tonight|every|today|is|are|on|for|this|before|at)\b)",
        "of |streak|flash|vocab|homework|class|course|exam|lesson|verbs|grammar",
    ),
    _hint(
        "health",
        "diet",
        "is {v}",
        r"\b(?:[Tt]he|[Aa]n?|[Oo]nly|[Nn]o) <DIET> (?:option|menu|dish|dishes|version|meal|section|place|alternative|"
        r"cookbook|recipes?|plate|food|shelf|restaurant)s?\b(?=.{0,60}\b(?:I|me|my)\b)",
        "option|menu|dish|version|meal|section|place|alternative|cookbook|recipe|plate|food|shelf|restaurant",
    ),
    _hint(
        "health",
        "diet",
        "is {v}",
        r"\b(?:[Ss]ince I (?:went|turned|became)|[Bb]ecause I(?:'m| am)|[Mm]y (?:\w+ )?years? (?:of being|as an?)|"
        r"cook(?:ing|s)? (?:strictly )?) ?<DIET>",
        "since i|because i|year|cook",
    ),
    _hint(
        "health",
        "condition",
        "has {v}",
        r"\b(?:thanks to|blame|with|living with|because of|despite|manage|for) (?:my |the )?<CONDITION>"
        r"(?=.{0,60}\b(?:I|me|my)\b)|\bmy (?:\w+ )?(?:pills|meds|medication|inhaler|specialist|doctor) for "
        r"(?:my )?(?P<v2>[\w' ]{3,30}?)(?=$|,|\.)",
        "thanks|blame|with|because|despite|manage|for ",
    ),
    _hint(
        "health",
        "allergy",
        "is allergic to {v}",
        r"\b(?:[Oo]ne|[Aa] single|[Aa] bite of|[Aa] trace of|[Aa] crumb of|[Ee]ven a little)(?: bite of| crumb of)?"
        r" (?P<v>[a-z]+(?: [a-z]+)?) (?:and|is enough and|means) (?:I|my)(?:'m| am| end| need| get| face| lips| throat"
        r"| eyes| am in|'ll)",
        "one |single|bite|trace|crumb|even",
    ),
    _hint(
        "preference",
        "likes",
        "likes {v}",
        r"\b(?:[Ww]e|I) met (?:\w+ )?(?:through|at|over|doing) (?P<v>[a-z][\w-]+(?: [\w-]+)?)(?=,|$|\.| and)",
        "met ",
    ),
    _hint(
        "preference",
        "likes",
        "likes {v}",
        r"\b(?:[Aa]nother|[Aa] whole|[Tt]he whole|[Mm]y|[Ee]very free|[Mm]ost of my|[Mm]y entire) "
        r"(?:weekend|Saturday|Sunday|evening|evenings|weekends|minute|holiday|vacation|garage|spare room|basement)"
        r"(?: (?:was|is|goes|went|spent|lost|gone|full|belongs|disappear\w*))+ (?:to|into|on|with|of|for) "
        r"(?:the |my |some )?<NP>",
        "weekend|saturday|sunday|evening|minute|holiday|vacation|garage|room|basement",
    ),
    _hint(
        "preference",
        "favorite",
        "names {v} as a favorite",
        r"\bI(?:'ve| have)? (?:now )?(?:read|re-?read|reread|watched|seen|rewatched|listened to|played|quoted|own) "
        r"(?P<v>[A-Z][\w']*(?: (?:[A-Z0-9][\w']*|of|the|and|a|in|to|on))*) (?:more often|\w+ times|for the \w+ "
        r"time|every (?:year|winter|summer|autumn)|at least|again and again|so (?:often|many))",
        "read|watch|seen|listen|play|quote|own",
    ),
    _hint(
        "project",
        "project",
        "is working on {v}",
        r"\bthe (?:thing|app|project|tool|site|game|book|novel|album|machine|boat|band|side project) (?:that )?I(?:'m| "
        r"am|'ve been| have been)? (?:\w+ )?(?:build|building|write|writing|make|making|develop|developing|work on"
        r"|working on|record|recording)[^:]{0,40}(?::|, called|, namely| is) (?P<v>[A-Z]\w+(?: [A-Z]\w+)?)",
        "thing|app|project|tool|site|game|book|novel|album|machine|boat|band",
    ),
    _hint(
        "project",
        "project",
        "is working on {v}",
        r"\b(?:[Tt]he first|[Mm]y first|[Oo]ur first|[Nn]ew|[Aa]nother|[Aa]ll) (?:\w+ )?(?:users?|customers?|testers?|"
        r"readers?|subscribers?|downloads?|sign-?ups?|stars|players?|listeners?|commit|release|chapter) (?:of|for|on) "
        + _NOT
        + r"<NAME>|\b(?P<v2>[A-Z]\w+)'s (?:landing page|beta|first release|roadmap|launch|backlog|release "
        r"notes|waitlist)",
        "user|customer|tester|reader|subscriber|download|sign|stars|player|listener|commit"
        "|release|chapter|landing|beta|roadmap|launch|backlog|waitlist",
    ),
    _hint(
        "skill",
        "uses",
        "uses {v}",
        r"\b(?:[Hh]alf|[Mm]ost|[Aa]ll|[Mm]uch) of my (?:\w+ )?(?:life|day|days|work|notes|time|thinking|files|writing"
        r"|week) (?:is|lives|happens|goes|sits|are|live|ends up|disappears) (?:\w+ )?(?:in|into|inside|on|to) <TOOL>|"
        r"\b(?:[Ww]ithout|[Tt]hank God for|[Ll]ost without) (?P<v2>[A-Z]\w+) (?:I|my)\b",
        " of my |without|thank god",
    ),
    _hint(
        "skill",
        "uses",
        "uses {v}",
        r"\b(?:[Mm]y|[Aa]n?|[Tt]he) (?:open |shared |new |old )?<TOOL> (?:tabs?|windows?|license|subscription|shortcuts?"
        r"|keybindings|files?|projects?|boards?|vaults?|sheets?|crash\w*|bill)(?=.{0,60}\b(?:I|me|my)\b|.{0,20}$)",
        "tab|window|license|subscr|shortcut|keybind|file|project|board|vault|sheet|crash|bill",
    ),
    _hint(
        "style",
        "ai_name",
        "calls the assistant {v}",
        r"^(?:[Hh]ey|[Hh]i|[Hh]ello|[Gg]ood (?:morning|evening|afternoon|night)|[Mm]orning|[Ee]vening|[Tt]hanks?|"
        r"[Tt]hank you|[Oo]k|[Oo]kay|[Aa]lright|[Ww]elcome back|[Yy]ou're back),? "
        + _NOT
        + r"(?P<v>[A-Z][a-z]{1,11})(?=[,!.]? (?:\w+ ){0,3}(?:machine|you|your|can|could|I|me|what|how|let's|today|"
        r"it's|again|one more|please|do|same|back|quick|now|we|my|help|that|there|another|ready|time|next)\b|$)",
        "hey|hi|hello|good |morning|evening|thank|ok|alright|back",
    ),
    _hint(
        "family",
        "relation",
        "has a {r} named {v}",
        rf"\b(?:for|with|and|to|from|about|at) {_NOT}<PET>, (?:who (?:is|has been) )?(?:my|our) (?:\w+ )?<REL>|"
        rf"\b[Mm]y (?:\w+ )?<REL2>(?:\.|,|:|;|!)? (?P<v2>[A-Z][a-z]+),? (?:she|he|that's|is)".replace(
            "<REL2>", r"(?P<r2>sister|brother|wife|husband|partner|daughter|son|dog|cat)"
        ),
        "my |our ",
    ),
    _hint(
        "family",
        "relation",
        "has a pet named {v}",
        rf"\b(?:walk|feed|groom|brush|bathe|vaccinate|chip) {_NOT}<PET>\b|\b{_NOT}(?P<v2>[A-Z][a-z]+)'s (?:vet|litter"
        r" ?box|leash|collar|kibble|vaccination|flea|paws?|tail|crate|food bowl|hay)\b|\b(?:[Tt]he )?vet (?:said|says|"
        r"thinks|told us|wants)(?: that)? (?P<v3>[A-Z][a-z]+) ",
        "walk|feed|groom|brush|bathe|chip|vet|litter|leash"
        "|collar|kibble|flea|paw|tail|crate|bowl|hay|vaccin",
    ),
    _hint(
        "family",
        "relation",
        "has a child named {v}",
        rf"\b{_NOT}(?P<v>[A-Z][a-z]+)'s (?:kindergarten|daycare|preschool|bedtime|diapers?|homework|pediatrician|"
        r"teacher|school (?:play|trip|bag)|car seat|stroller|playdate|naps?|first (?:tooth|steps|word))\b",
        "kinder|daycare|preschool|bedtime|diaper|homework|pediat|teacher|school|seat|stroller|play|nap|first ",
    ),
    _hint(
        "family",
        "relation",
        "has a partner named {v}",
        rf"\b{_NOT}<PET> and I (?:have been|are|were|got|just|celebrate|met|finally) (?:\w+ )?(?:married|together|"
        r"engaged|dating|celebrating our|living together|expecting|honeymooning)",
        " and i ",
    ),
    _hint(
        "goal",
        "goal",
        "wants to {v}",
        r"\b(?:[Tt]he plan|[Tt]he goal|[Tt]he dream|[Tt]he aim|[Oo]ne sentence|[Tt]op of (?:my|the) list|[Oo]n my "
        r"(?:bucket )?list|[Mm]y (?:new year's )?resolution|[Ww]hat keeps me going|[Oo]n the (?:fridge|mirror|wall|"
        r"whiteboard)[^:]{0,40}|[Tt]he sentence|[Tt]he note(?: \w+)*|[Ww]hat I (?:really )?want)(?: (?:for|of) [\w' ]{2,20})?"
        r"(?: is|:| says| reads)+:? (?:to |still |simple: |the same: )?(?P<v>[a-z][^.;:!?()\n…]{4,70}?)(?=$|,|\.| because)",
        "plan|goal|dream|aim|sentence|list|resolution|going|fridge|mirror|wall|board|note|want",
    ),
    _hint(
        "goal",
        "goal",
        "wants to {v}",
        r"\b(?:[Ee]very (?:euro|dollar|cent|pound|spare \w+)|[Tt]he jar|[Tt]he savings|[Aa]ll of (?:it|this)|[Tt]his "
        r"is|[Ii]t's all|[Ss]o)(?: [\w' ]{1,25}?)? (?:so that|for the day|until|to finally|because one day|so) I can "
        r"(?:finally |one day )?<VP>",
        "i can",
    ),
    _hint(
        "habit",
        "habit",
        "{v}",
        r"\b(?:know|knows|knew|call|calls|called|mock|tease|teases|remember)(?: of)? me (?:as|for|because)(?: the (?:one|"
        r"person|guy|woman|man|neighbor|neighbour|colleague))?(?: who| that| as)? (?:always |has to |have to |must |needs "
        r"to |never misses |will )?(?P<v>[a-z][^.;:!?()\n…,]{4,60}?)(?=$|,|\.| (?:every|before|no matter))",
        "me as|me for|me because",
    ),
    _hint(
        "event",
        "event",
        "{v}",
        r"(?:\b(?:[Ll]ast|[Tt]his|[Ee]arlier this) (?:spring|summer|autumn|fall|winter|week|month|year|weekend|Monday|Friday"
        r"|January|February|March|April|May|June|July|August|September|October|November|December)|"
        r"\b(?:[Ii]n|[Ss]ince) <MONTH>|\b[Ii]n (?:the )?(?:spring|summer|autumn|fall|winter)|\b[Yy]esterday|\b(?:\w+) "
        r"(?:weeks|months|years|days) ago),? (?:I|we)(?: \w+ly)?"
        r" (?P<v>(?:finished|completed|ran|became|won|visited|gave birth|adopted|bought|sold|passed|published|married|"
        r"graduated|defended|launched|opened|closed|quit|left|retired|climbed|hiked|cycled|swam|sang|exhibited|buried|lost"
        r"|inherited|performed|celebrated|renovated|rescued|planted|crossed|donated|proposed|got (?:married|engaged|"
        r"promoted|divorced|my)|had (?:my|our|surgery|a baby)|broke (?:my|up)|moved)\b[^.;:!?()\n…,]{0,60}?)"
        r"(?=$|[,.]| (?:and|but|so|because|which|after|when)\b)",
        "last|this|in |since |yesterday| ago",
    ),
)

# These need the whole sentence: "Tom and I met in May, and my husband never forgets the day".
WHOLE = (
    _hint(
        "family",
        "relation",
        "has a {r} named {v}",
        rf"^{_NOT}<PET>(?: [a-z'-]+){{2,9}}?,? (?:because|so|since|and|but) (?:I (?:have|had|need|must|should|will|am|"
        r"got) (?:to )?(?:\w+ ){0,4})?my (?:\w+ )?<REL>(?: (?:up|was|is|has|had|loves|hates|needs|wants|to|from|home|"
        r"at|early|again|and)\b|$)",
        " my ",
    ),
    _hint(
        "family",
        "relation",
        "has a {r} named {v}",
        rf"^{_NOT}<PET> and I (?!work|live in|went)[^.;:!?]{{3,80}}?\b[Mm]y <PARTNER>\b",
        " and i ",
    ),
    _hint(
        "family",
        "relation",
        "has a pet named {v}",
        rf"^{_NOT}(?P<v>[A-Z][a-z]+) (?:has |just |keeps |always |still |will not stop )*(?:eaten|chewed|chewing|barked|"
        r"barks|barking|meows|meowing|purrs|purring|scratched|scratching|shed|sheds|shedding|hissed|molted|peed on|threw "
        r"up on|stole|buried|dug up|licked|licks|wags|begs for|drools|hid under|sleeps on my)\b",
        "eaten|chew|bark|meow|purr|scratch|shed|hiss|molt|peed|threw up|stole|buried|dug|lick|wag|beg|drool"
        "|hid |sleeps",
    ),
    _hint(
        "health",
        "diet",
        "is {v}",
        r"\b[Mm]y <DIET> (?:meal|lunch|dinner|breakfast|menu|food|sandwich|lasagna|chili|burger|cake|option|box|order|"
        r"years|life|cooking|kitchen|cheese|milk|groceries|snacks?)\b",
        "my ",
    ),
    _hint(
        "skill",
        "uses",
        "uses {v}",
        r"\b(?:of|in|with|for|on|into) my <TOOL>(?= (?:runs?|expires?|crashed|is|has|and|again|every|for|from|to)\b|$|,|\.)",
        " my ",
    ),
    _hint(
        "goal",
        "goal",
        "wants to {v}",
        r"\b(?:on|above|over|inside) (?:my|the|our) (?:fridge|mirror|wall|whiteboard|desk|door|calendar|monitor|planner)"
        r"[^:;.!?]{0,30}: (?P<v>[a-z][^.;:!?()\n…,]{4,70}?)(?=$|,|\.)",
        "fridge|mirror|wall|board|desk|door|calendar|monitor|planner",
    ),
)
