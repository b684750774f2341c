"""How people speak of what they build, write and repair."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings
from imports.adapters.local_analyst.patterns.work import NOT_WORK

# What one is asked to write today is a task, not a project.
_NOT_A_TASK = (
    r"(?!(?:[\w-]+ ){0,3}?(?:e-?mail|letter|essay|report|function|script|query|post|message|paper"
    r"|r[eé]sum[eé]|cv|presentation|speech|code|sentence|paragraph|test|tests|reply|answer|list"
    r"|toast|review|assignment|homework|problem|exam|issue|bug|question|plan|point|decision"
    r"|difference|mistake|few|lot|bit|response|note|statement|proposal|table|chart|regex|class"
    r"|form|ticket|call|case|deal|cake|marriage|relationship|health|fitness|confidence|posture|taxes|dinner|lasagna|soup|bread|salad|fool|mess|living)\b)"
)

PATTERNS = (
    sayings.PROJECT.stated(
        rf"(?:<ME>|<I> been|\b[Ww]e're) (?:\w+ly |slowly |still |now |also )?(?:building|working on"
        rf"|writing|developing|restoring|renovating|designing|making|coding|launching|converting|"
        rf"creating|recording|composing|prototyping|illustrating) {_NOT_A_TASK}"
        r"(?P<v>(?:a|an|my|our|my own|my first|another) [^.;:!?()\n…]{3,80}?)"
        r"(?=\s*(?:[.;:!?()\n…]|$|, |"
        r" (?:because|but|so|which|since|while|and I|when|where|if|that I)\b))",
        "building|working on|writing|developing|restoring|renovating|designing|making|coding"
        "|launching|converting|creating|recording|composing|prototyping|illustrating",
    ),
    sayings.PROJECT.stated(
        r"\b[Mm]y (?:current |main |latest |big |little |new |weekend |long-running )?(?:side[- ]"
        r"|pet |hobby |passion |weekend )?project(?: right now)?(?: is|,|:|'s) (?:called |named "
        r"|building |to build |making |writing )?(?P<v>[^.;:!?()\n…,]{3,70})",
        "project",
    ),
    sayings.PROJECT.stated(
        r"\b(?P<v>(?:[Mm]y|[Oo]ur|an?|the) (?:[\w-]+ ){0,4}?(?:app|blog|novel|podcast|startup|"
        r"website|game|newsletter|book|album|zine|channel|plugin|library|tool|bot|memoir|project"
        r"|comic|documentary|tracker|app idea|store))(?: I'm (?:building|making|writing|working "
        r"on))?,? (?:is )?(?:called|named) (?P<n>\"?[A-Z0-9][\w'-]*(?: [A-Z0-9][\w'-]*){0,3}\"?)",
        "called|named",
    ),
    sayings.PROJECT.stated(
        r"\b[Ii](?:'ve| have)? (?:just |recently |finally )?(?:started|begun|began|been) (?:building|"
        r"working on|writing|developing|restoring|renovating|designing|coding|to build|to write) "
        rf"{_NOT_A_TASK}(?P<v>(?:a|an|my|our|my own|my first|another) [^.;:!?()\n…,]{{3,70}}?)"
        r"(?=\s*(?:[.;:!?()\n…,]|$| (?:because|but|so|which|since|while|when|where|if)\b))",
        "started|begun|began|been",
    ),
    sayings.PROJECT.stated(
        rf"(?:<ME>|<I>|\b[Ww]e're|\b[Ww]e) (?:\w+ly |still |now |also |been )?(?:building|working on|writing|developing|"
        rf"creating|making|launching|started|launched|founded|built|maintain|run) {NOT_WORK}"
        rf"(?P<v>[A-Z][\w'-]+(?: [A-Z][\w'-]+){{0,2}})(?=$|\.|, (?:an?|my|our|which)\b| (?:a|as|because|since|last|in|on)\b)",
        "building|working on|writing|developing|creating|making|launch|started|founded|built|maintain|run",
    ),
)
