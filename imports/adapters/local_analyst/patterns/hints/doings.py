"""What people do, use, like and want."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings
from imports.adapters.local_analyst.patterns.hints.shared import NOT_A_NAME

_WORKPLACE = (
    r"(?:doors?|entrance|lobby|canteen|cafeteria|reception|headquarters|HQ|parking lot|car park|loading dock"
    r"|warehouse|front desk|badge|locker|break room|staff room|night shift|early shift|payroll|intranet"
    r"|all-hands|town hall|onboarding|canteen food|office)"
)


PATTERNS = (
    sayings.EMPLOYER.implied(
        r"\b[Aa]t (?:the )?<NAME>,? where I (?:\w+ )?(?:work|am employed|teach|intern)|\b(?:[Ff]irst|[Ss]econd|[Tt]hird|"
        r"[Ll]ast|[Aa]nother) (?:day|week|month|year|shift) at (?:the )?(?P<v2>[A-Z][\w'.]+(?: [A-Z]\w+)*)",
        "where i|day at|week at|month at|year at|shift at",
    ),
    sayings.A_FAVORITE.implied(
        r"\b(?:[Nn]o (?:other )?\w+ (?:means|meant|matters|comes close|beats)(?: more)?(?: to me)?(?: than| to)?|[Mm]y (?:old |"
        r"worn |battered )?copy of|[Nn]othing beats) (?P<v>[A-Z][\w'-]*(?: (?:[A-Z0-9][\w'-]*|of|the|and|a|in|to|on))*)",
        "no |copy of|nothing beats",
    ),
    sayings.GOAL.implied(
        r"\b(?:promised (?:myself|my \w+)|swore|vowed|made up my mind|made a bet|signed up|set my heart on|would give "
        r"anything)(?: that I'd| that I will)? (?:to )?<VP>",
        "promised|swore|vowed|my mind|bet|signed up|heart|anything",
    ),
    sayings.EMPLOYER.implied(
        rf"\b(?:[Mm]y |[Tt]he |[Oo]ur |[Ii]n |[Aa]t )(?:\w+ )?{_WORKPLACE} (?:of|at|in front of) (?:the )?{NOT_A_NAME}<NAME>",
        "door|entrance|lobby|canteen|cafeteria|reception|headq|hq|park|dock|warehouse|desk|badge|locker|room"
        "|shift|payroll|intranet|all-hands|town hall|onboard|office",
    ),
    sayings.EMPLOYER.implied(
        r"\b"
        + NOT_A_NAME
        + r"<NAME> (?:pays (?:me|us|my)|hired me|gave me (?:a raise|a contract|Friday off|my badge)|"
        r"promoted me|sends me|sent me|keeps me|lets us|lets me|makes us|is my employer|signs my|has me)",
        "pays|hired me|gave me|promoted me|send|sent me|keeps me|lets|makes us|employer|signs my|has me",
    ),
    sayings.OCCUPATION.implied(
        r"\b(?:[Ll]ife as|[Bb]eing|[Ww]orking as|[Jj]ob as|[Pp]aid as|[Hh]ired as|[Aa]s the only|[Nn]obody warns|"
        r"[Tt]hat's what|[Yy]ears as|[Rr]egistered as|[Ll]icensed) (?:an? )?(?P<v>(?:[\w/-]+ ){0,3}?<TITLE>)\b",
        "as |being |warns|what|licensed&<TITLE>",
    ),
    sayings.LIKES.implied(
        r"\b(?:[Ww]e|I) met (?:\w+ )?(?:through|at|over|doing) (?P<v>[a-z][\w-]+(?: [\w-]+)?)(?=,|$|\.| and)",
        "met ",
    ),
    sayings.LIKES.implied(
        r"\b(?:[Aa]nother|[Aa] whole|[Tt]he whole|[Mm]y|[Ee]very free|[Mm]ost of my|[Mm]y entire) "
        r"(?:weekend|Saturday|Sunday|evening|evenings|weekends|minute|holiday|vacation|garage|spare room|basement)"
        r"(?: (?:was|is|goes|went|spent|lost|gone|full|belongs|disappear\w*))+ (?:to|into|on|with|of|for) "
        r"(?:the |my |some )?<NP>",
        "weekend|saturday|sunday|evening|minute|holiday|vacation|garage|room|basement",
    ),
    sayings.A_FAVORITE.implied(
        r"\bI(?:'ve| have)? (?:now )?(?:read|re-?read|reread|watched|seen|rewatched|listened to|played|quoted|own) "
        r"(?P<v>[A-Z][\w'-]*(?: (?:[A-Z0-9][\w'-]*|of|the|and|a|in|to|on))*) (?:more often|\w+ times|for the \w+ "
        r"time|every (?:year|winter|summer|autumn)|at least|again and again|so (?:often|many))",
        "read|watch|seen|listen|play|quote|own",
    ),
    sayings.PROJECT.implied(
        r"\bthe (?:thing|app|project|tool|site|game|book|novel|album|machine|boat|band|side project) (?:that )?I(?:'m| "
        r"am|'ve been| have been)? (?:\w+ )?(?:build|building|write|writing|make|making|develop|developing|work on"
        r"|working on|record|recording)[^:]{0,40}(?::|, called|, namely| is) (?P<v>[A-Z]\w+(?: [A-Z]\w+)?)",
        "thing|app|project|tool|site|game|book|novel|album|machine|boat|band",
    ),
    sayings.PROJECT.implied(
        r"\b(?:[Tt]he first|[Mm]y first|[Oo]ur first|[Nn]ew|[Aa]nother|[Aa]ll) (?:\w+ )?(?:users?|customers?|testers?|"
        r"readers?|subscribers?|downloads?|sign-?ups?|stars|players?|listeners?|commit|release|chapter) (?:of|for|on) "
        + NOT_A_NAME
        + r"<NAME>|\b(?P<v2>[A-Z]\w+)'s (?:landing page|beta|first release|roadmap|launch|backlog|release "
        r"notes|waitlist)",
        "user|customer|tester|reader|subscriber|download|sign|stars|player|listener|commit"
        "|release|chapter|landing|beta|roadmap|launch|backlog|waitlist",
    ),
    sayings.USES.implied(
        r"\b(?:[Hh]alf|[Mm]ost|[Aa]ll|[Mm]uch) of my (?:\w+ )?(?:life|day|days|work|notes|time|thinking|files|writing"
        r"|week) (?:is|lives|happens|goes|sits|are|live|ends up|disappears) (?:\w+ )?(?:in|into|inside|on|to) <TOOL>|"
        r"\b(?:[Ww]ithout|[Tt]hank God for|[Ll]ost without) (?P<v2>[A-Z]\w+) (?:I|my)\b",
        " of my |without|thank god",
    ),
    sayings.USES.implied(
        r"\b(?:[Mm]y|[Aa]n?|[Tt]he) (?:open |shared |new |old )?<TOOL> (?:tabs?|windows?|license|subscription|shortcuts?"
        r"|keybindings|files?|projects?|boards?|vaults?|sheets?|crash\w*|bill)(?=.{0,60}\b(?:I|me|my)\b|.{0,20}$)",
        "tab|window|license|subscr|shortcut|keybind|file|project|board|vault|sheet|crash|bill",
    ),
    sayings.GOAL.implied(
        r"\b(?:[Tt]he plan|[Tt]he goal|[Tt]he dream|[Tt]he aim|[Oo]ne sentence|[Tt]op of (?:my|the) list|[Oo]n my "
        r"(?:bucket )?list|[Mm]y (?:new year's )?resolution|[Ww]hat keeps me going|[Oo]n the (?:fridge|mirror|wall|"
        r"whiteboard)[^:]{0,40}|[Tt]he sentence|[Tt]he note(?: \w+)*|[Ww]hat I (?:really )?want)(?: (?:for|of) [\w' ]{2,20})?"
        r"(?: is|:| says| reads)+:? (?:to |still |simple: |the same: )?(?P<v>[a-z][^.;:!?()\n…]{4,70}?)(?=$|,|\.| because)",
        "plan|goal|dream|aim|sentence|list|resolution|going|fridge|mirror|wall|board|note|want",
    ),
    sayings.GOAL.implied(
        r"\b(?:[Ee]very (?:euro|dollar|cent|pound|spare \w+)|[Tt]he jar|[Tt]he savings|[Aa]ll of (?:it|this)|[Tt]his "
        r"is|[Ii]t's all|[Ss]o)(?: [\w' ]{1,25}?)? (?:so that|for the day|until|to finally|because one day|so) I can "
        r"(?:finally |one day )?<VP>",
        "i can",
    ),
    sayings.HABIT.implied(
        r"\b(?:know|knows|knew|call|calls|called|mock|tease|teases|remember)(?: of)? me (?:as|for|because)(?: the (?:one|"
        r"person|guy|woman|man|neighbor|neighbour|colleague))?(?: who| that| as)? (?:always |has to |have to |must |needs "
        r"to |never misses |will )?(?P<v>[a-z][^.;:!?()\n…,]{4,60}?)(?=$|,|\.| (?:every|before|no matter))",
        "me as|me for|me because",
    ),
    sayings.EVENT.implied(
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
