"""How people say what they like, dislike, prefer, use, and how they want to be answered."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

_LIKES = (
    r"(?:love|loved|like|enjoy|adore|enjoyed|am into|'m into|am obsessed with|'m obsessed with"
    r"|am passionate about|am hooked on|live for|am crazy about|geek out (?:on|over|about)|can't get "
    r"enough of|have a soft spot for|have a passion for|spend (?:\w+ ){1,4}on|fell in love with)"
)

PATTERNS = (
    sayings.FAVORITE.stated(
        r"\b[Mm]y (?:all[- ]time |absolute |personal |current )?favou?rite (?P<r>[\w-]+(?: [\w-]+)"
        r"{0,2}?)(?: of all time| ever| right now| to \w+)?(?: is|'s| has to be|:| are|, hands down,|"
        r" would be| will always be| remains) (?:probably |definitely |still |by far |always )*"
        r"(?P<v>[^.;:!?()\n…,]{2,60}?)(?=\s*(?:[.;:!?()\n…,]|$| (?:because|but|and|so|since)\b))",
        "favorite|favourite",
    ),
    sayings.FAVORITE.stated(
        r"\b(?:^|(?<=, )|(?<=that ))(?P<v>[^.;:!?()\n…,]{2,50}?) (?:is|are|will always be|has always "
        r"been|has been|remains|was) (?:\w+ )?my (?:all[- ]time |absolute |personal )?favou?rite "
        r"(?P<r>[\w-]+(?: (?!(?:of|ever|to|in|at|on|and|but|because|since|right|for|by)\b)[\w-]+)?)",
        "favorite|favourite",
    ),
    sayings.FAVORITE.implied(
        r"\b(?:the )?best (?P<r>book|novel|movie|film|album|series|show|game|restaurant|city|song|"
        r"author|podcast) (?:I've|I have|I) (?:ever )?(?:read|seen|heard|watched|played|been to|"
        r"visited|listened to)(?: is| was|:) (?P<v>[^.;:!?()\n…,]{2,60}?)(?=\s*(?:[.;:!?()\n…,]|$|"
        r" (?:because|but|and|so)\b))",
        "best ",
    ),
    sayings.FAVORITE.stated(
        r"\b[Ff]avou?rite (?P<r>\w+): ?(?P<v>[^.;:!?()\n…,]{2,60})",
        "favorite|favourite",
    ),
    sayings.FAVORITE.implied(
        r"\b[Ii](?:'ve| have)? ?(?:re-?read|re-?watch(?:ed)?|keep (?:re-?reading|re-?watching|coming "
        r"back to|going back to)) (?P<v>[A-Z][\w']*(?: (?:[A-Z][\w']*|of|the|and|a|in|to|on))*)"
        r"(?: (?:every|each|once|for the)\b)(?P<r>)",
        "read|watch|coming back|going back",
    ),
    sayings.LIKES.stated(
        rf"(?:\b[Ii]|\b[Ww]e)(?: |(?='m))(?:\w+ly |also |just |do |still |always |absolutely |have "
        rf"always |would say I |so |very much ){{0,2}}{_LIKES} <LIST>",
        "love|like|enjoy|adore|into|obsess|passion|hooked|live for|crazy|geek|enough|soft spot"
        "|spend",
    ),
    sayings.LIKES.stated(
        r"<ME> <J>(?:into|obsessed with|passionate about|hooked on|crazy about|keen on|mad about|fond "
        r"of|addicted to|nuts about|enthusiastic about|fan of|fans of|sucker for|fascinated by|"
        r"in love with|interested in|lover of|fanatic about|partial to) <LIST>",
        "into|obsess|passion|hooked|crazy|keen|mad about|fond|addict|nuts|enthus|fan|sucker"
        "|fascin|in love|interested|lover|partial",
    ),
    sayings.LIKES.stated(
        r"\b[Mm]y (?:\w+ )?(?:hobby|hobbies|passions?|pastimes?|interests?|thing|guilty pleasure|"
        r"happy place|big love|other love|obsession)(?: lately| these days| right now)?"
        r"(?: is|'s| are| include|:) (?:mostly |probably |definitely )?<LIST>",
        "hobby|hobbies|passion|pastime|interest|thing|pleasure|happy place|love|obsession",
    ),
    sayings.LIKES.implied(
        r"\b(?:[Ii]n my (?:free|spare) time|[Ww]hen I'm not working|[Oo]utside (?:of )?work|"
        r"[Oo]n (?:my )?(?:weekends|days off)|[Ff]or fun|[Aa]fter work|[Tt]o (?:relax|unwind|"
        r"de-?stress)),? I(?:'m)?(?: \w+ly| mostly| often| usually)? (?:go (?=\w+ing)|do (?!the|my)|play "
        r"|enjoy |love |like |am into |practice )(?!to )<NP>",
        "free time|spare time|not working|outside|weekend|days off|for fun|after work|to relax"
        "|to unwind|stress",
    ),
    sayings.LIKES.implied(
        r"\b[Ii](?:'ve| have)? (?:(?:\w+ly |just )*(?:been |started |taken up |got into |gotten into "
        r"|picked up |do |did |go |play |played |playing |doing |going |practice |practise |into ))+"
        r"(?:a lot of |some |lots of |the )?(?P<v>(?:[\w-]+ )?(?:climbing|bouldering|hiking|running|"
        r"cycling|swimming|skiing|snowboarding|surfing|sailing|kayaking|rowing|knitting|crochet\w*|"
        r"sewing|quilting|pottery|ceramics|woodworking|woodturning|gardening|baking|painting|drawing|"
        r"sketching|photography|birdwatching|bird-watching|birding|astronomy|stargazing|beekeeping|"
        r"fishing|foraging|camping|backpacking|chess|poker|guitar|piano|violin|cello|drums|ukulele|"
        r"banjo|bass|flute|saxophone|trumpet|yoga|pilates|judo|karate|boxing|fencing|archery|tennis|"
        r"padel|squash|badminton|football|soccer|basketball|volleyball|golf|rugby|hockey|calligraphy|"
        r"origami|geocaching|board games|video games|crosswords|sudoku|salsa|tango|ballet|dancing|"
        r"singing|choir|karaoke|improv|juggling|magic|scuba diving|diving|paragliding|triathlons?|"
        r"marathons|home ?brewing|fermenting|bookbinding|embroidery|whittling|letterpress|lego|"
        r"model trains|metal detecting|orienteering|rock climbing|ice skating|skateboarding))\b",
        "been|start|taken|got|pick|do |did|go |play|doing|going|practi|into",
    ),
    sayings.DISLIKES.stated(
        r"\b[Ii] (?:\w+ly |also |just |absolutely |do |kind of |sort of |can |really |have always )"
        r"{0,2}(?:hate|dislike|can't stand|cannot stand|can't bear|detest|loathe|despise|don't like"
        r"|do not like|don't enjoy|don't care for|can't tolerate|never liked|don't really like|dread"
        r"|have no patience for|can't deal with) <LIST>",
        "hate|dislike|stand|bear|detest|loathe|despise|don't|do not|tolerate|never liked|dread"
        "|patience|deal with",
        may_be_negative=True,
    ),
    sayings.DISLIKES.stated(
        r"(?:<ME>|\b[Nn]ever been) (?:really |definitely )?(?:not |no |never )(?:really |much of |been "
        r"|exactly )?(?:a )?(?:big |huge )?(?:fan of|fond of|keen on|into|crazy about) <LIST>",
        "not |no |never&fan|fond|keen|into|crazy",
        may_be_negative=True,
    ),
    sayings.DISLIKES.stated(
        r"(?:^|, |and |that |because )(?P<v>(?!(?:it|this|that|which|he|she|they|what|who|one)\b)"
        r"[A-Za-z][\w'-]*(?: [\w'-]+){0,3}?) (?:drives? me (?:crazy|nuts|mad|up the wall|insane|bonkers)"
        r"|(?:is|are) (?:\w+ )?my (?:biggest |number one )?pet peeves?|annoys? me|makes? me (?:gag|"
        r"cringe)|gets? on my nerves|grosses? me out|turns? my stomach|(?:is|are) the worst)",
        "drive|peeve|annoy|gag|cringe|nerves|gross|stomach|the worst",
    ),
    sayings.DISLIKES.stated(
        r"\b[Mm]y (?:biggest |number one )?pet peeve(?: is|:) <NP>",
        "pet peeve",
    ),
    sayings.PREFERS.stated(
        r"\b(?:[Ii]|[Ww]e)(?:'ve| have)? (?:\w+ly |much |always |still |tend to |generally )*"
        r"(?:prefer|preferred|lean towards?|opt for) (?P<v>(?!(?:the|this|that|these|it|your|to|if"
        r"|when|you)\b)[^.;:!?()\n…,]{3,60}?)(?=\s*(?:[.;:!?()\n…,]|$| (?:because|but|and I|so|since"
        r"|when|if|whenever|for now)\b))",
        "prefer|lean|opt for",
    ),
    sayings.USES.stated(
        r"(?:<WE>|<ME>|\b[Ww]e're) <J>(?:use|using|used|code in|coding in|program in|programming in|"
        r"work in|work(?:ing)? with(?= (?:the )?<TOOL>)|working in|develop in|write(?: \w+)? in|"
        r"switched to|switching to|rely on|do (?:everything|most of it|it all|my \w+) in"
        r"|open(?:ed)? (?:\w+ ){0,4}in|open(?:ed)?|track (?:everything|\w+|my \w+) in|swear by|love using|keep (?:\w+ ){1,6}in"
        r"|store (?:\w+ ){1,3}in|organi[sz]e (?:\w+ ){1,3}in|edit (?:\w+ ){0,2}in|plan (?:\w+ ){0,3}"
        r"in|write) (?:the |a |an |mostly |mainly |only |both |my |lots of |primarily )*"
        r"<TOOLS>".replace("<TOOLS>", r"(?P<tools>[^.;:!?()\n…]{1,100})"),
        "open|use|using|cod|program|work|run|develop|write|moved|switch|migrat|rely|do |track|swear"
        "|live|keep|bought|store|organi|edit|plan|type",
    ),
    sayings.USES.stated(
        r"\b[Mm]y (?:main |daily |go-to |primary |favorite |favourite |current |whole |usual )?"
        r"(?:stack|editor|ide|IDE|setup|set-up|laptop|language|tool|tools|workflow|note-taking app"
        r"|notes|toolchain|phone|computer|backend|frontend|database|camera)(?: right now)? (?:is|are"
        r"|runs|live in|uses|is in|are in|includes)(?: a| an| the| on| in| all| mostly)* "
        r"(?P<tools>[^.;:!?()\n…]{1,100})",
        "stack|editor|ide|setup|set-up|laptop|language|tool|workflow|notes|note-|phone|computer"
        "|backend|frontend|database|camera",
    ),
    sayings.USES.implied(
        r"\b(?:[Ii]n )?[Mm]y <TOOL> (?:setup|config|vault|workspace|library|account|dashboard|project"
        r"|plugin|notes|template|file|sheet|board|database|app|shop|site|base)\b",
        "my ",
    ),
    sayings.LIKES.stated(
        r"(?:^|[,:] )(?P<v>[A-Z]?[a-z][\w'-]*(?: (?!is\b|are\b)[\w'-]+){0,3}?) (?:is|are|has been|has always been|remains|"
        r"became) (?:\w+ )?(?:my|our) (?:\w+ )?(?:passion|hobby|thing|happy place|obsession|escape|therapy|"
        r"guilty pleasure|great love|favou?rite (?:hobby|pastime|thing|activity|sport))\b(?! with)",
        "my |our ",
    ),
    sayings.DISLIKES.stated(
        r"^(?P<v>[A-Za-z][\w'-]*(?: [\w'-]+){0,3}?)(?:\?|,| -| is| are)? (?:(?:just |really |definitely )?not (?:really )?"
        r"(?:my|for me)|(?:can|could) (?:do|live) without|never my|no thanks|a nightmare for me)\b",
        "not |without|never my|no thanks|nightmare",
        may_be_negative=True,
    ),
)
