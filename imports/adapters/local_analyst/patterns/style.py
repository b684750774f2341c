"""How people tell an assistant the way they want to be answered."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

_ANSWERS = (
    r"(?:answers?|responses?|replies|reply|explanations?|messages?|output|feedback|summaries|"
    r"suggestions|examples|code|snippets|advice)"
)
_MANNERS = (
    "short|brief|concise|direct|blunt|honest|detailed|simple|casual|formal|informal|friendly|"
    "structured|plain|succinct|to the point|straightforward|practical|thorough|terse|precise|critical|"
    "candid|step-by-step|shorter|simpler|longer|crisp|compact|warm|gentle|playful|actionable"
)
_HOW = f"(?:{_MANNERS})"

PATTERNS = (
    sayings.ANSWERS.stated(
        rf"\b(?<!to )(?:keep|make|give|be|stay|get)(?: me)?(?: it| your| the| everything| things| all| always| more"
        rf"| very| super| really| extremely| as| a bit)*(?: {_ANSWERS})?(?: nice and| very| super| always"
        rf"| more| really| as)* (?P<v>{_HOW}(?:(?:,| and|, and| but) {_HOW}){{0,2}})"
        rf"(?= ?(?:$|[,.;!)]|and\b|please|with me|when|in your|{_ANSWERS}(?=$|[,.;!)]| (?:please|and|only|always))|for me|from now|as possible))",
        f"keep|make|give|be |stay|get&{_MANNERS}",
    ),
    sayings.ANSWERS.stated(
        rf"\b[Ii](?:'d)? (?:\w+ly |much |always |generally )?(?:prefer|like|want|love|need|appreciate|"
        rf"value) (?:my |your |the |it when )?(?:{_ANSWERS} (?:to be |that are |kept |are ))?"
        rf"(?P<v>{_HOW}(?:(?:,| and|, and) {_HOW}){{0,2}})(?:, [\w-]+)?(?: (?:{_ANSWERS}|code|over)|$|,|\.)",
        "prefer|like|want|love|need|appreciate|value",
    ),
    sayings.FORM.stated(
        r"\b(?:answer|reply|respond|explain|write|format|present|give|use|put)(?: \w+){0,4}? (?:in|as|with"
        r"|using)? ?(?P<v>(?:short |numbered |plain |British |American |metric )?(?:bullet points|bullets|"
        r"bulleted lists?|tables?|lists|plain English|plain language|plain text|simple terms|layman's "
        r"terms|metric units|metric|imperial units|British English|American English|British spelling|"
        r"American spelling|UK spelling|US spelling|markdown|code blocks|numbered steps|numbered lists?|"
        r"concrete examples|full sentences|Celsius|kilometers|kilometres|24-hour time|type hints))"
        r"(?=$|[,.;!)]| (?:when|for|please|and|not|from|whenever|always|instead|only|where|rather)\b)",
        "answer|reply|respond|explain|write|format|present|give|use|put",
    ),
    sayings.NONE_OF.stated(
        r"\b(?:no|without|avoid|skip|drop|don't use|do not use|stop using|never use|don't add|leave out|"
        r"hold off on|cut|don't give me|please don't use|lose) (?:any |the |all |your |so many |using |too "
        r"many |giving |more |adding )*(?P<v>emojis?|fluff|filler|jargon|disclaimers?|apologies|small talk|"
        r"bullet points|bullet lists|bulleted lists|bullets|lists|buzzwords|exclamation (?:marks|points)|em[- ]dash(?:es)?|corporate speak|"
        r"corporate jargon|preamble|intros?|introductions?|pleasantries|flattery|sugar-?coating|markdown|"
        r"headings|tables|boilerplate|moralizing|caveats|warnings|clichés|cliches|hedging|lectures?|"
        r"long explanations|repetition|recaps?|summaries|comments|marketing speak|motivational \w+|"
        r"passive voice|abbreviations|footnotes|sports metaphors|metaphors|praise)\b",
        "no |without|avoid|skip|drop|don't|do not|stop|never|leave out|hold off|cut|lose",
        may_be_negative=True,
    ),
    sayings.NOT_TO.stated(
        r"\b(?:please |and )?(?:don't|do not|never|stop) (?P<v>(?:apologi[sz]e|apologi[sz]ing|sugar-?coat"
        r"|sugar-?coating|lecture me|lecturing me|repeat (?:my|the) question|repeating (?:my|the) question|"
        r"flatter me|moralize|ramble|rambling|hedge|hedging|over-?explain|over-?explaining|patronize me)\b"
        r"[^.;:!?()\n…,]{0,40})",
        "don't|do not|never|stop",
        may_be_negative=True,
    ),
    sayings.FORM.stated(
        r"\b(?:always|please|from now on,?|make sure to|start by|start with|begin with|I'd like you to|you "
        r"should always|remember to) (?:please |always )?(?P<v>(?:show|include|cite|add|give|list|mention|"
        r"provide|start with|lead with|end with|explain|ask|use|quote|name|put|offer|challenge|double-check"
        r"|point out|summari[sz]e|tell me when|say)\b(?! (?:me )?(?:a|an|this|the following|it|this) )"
        r"[^.;:!?()\n…]{4,70}?)(?: (?:when(?:ever)? you (?:answer|reply|respond|explain)|in (?:your|every|"
        r"each|all) (?:answers?|repl\w+|responses?)|first|at the (?:end|start|beginning|top)|every time"
        r"|before (?:you )?answering|by default)\b)",
        "always|please|from now on|make sure|start|begin|i'd like you|should|remember to",
    ),
    sayings.ALWAYS.stated(
        r"(?:^|[:,] |please )always (?P<v>(?:show|include|cite|add|give|list|mention|provide|start|end|explain|ask|use|"
        r"quote|name|offer|point out|tell me|write|answer|reply|format|put)\b[^.;:!?()\n…]{3,70}?)(?=$|[.;:!?]|, )",
        "always ",
    ),
    sayings.ANSWERS_IN.stated(
        r"\b(?:answer|reply|respond|speak|talk|write)(?: to me| back| everything)?(?: only| always| just)?"
        r" in <TONGUE>(?=$|[,.;!)]| (?:from|please|when|unless|only|even|always)\b)",
        "answer|reply|respond|speak|talk|write&<TONGUE>",
    ),
    sayings.AI_NAME.stated(
        r"\b(?:[Yy]our name (?:is|will be|shall be)|(?:I'll|I will|I'm going to|I'd like to|[Ll]et me|can I"
        r"|I) (?:just )?(?:call|name) you|[Ff]rom now on,? you(?:'re| are)|[Yy]ou(?:'ll| will) be called|"
        r"I(?:'ve)? named you|answer to the name(?: of)?|[Yy]ou go by|you can be) "
        r"<PET>(?=$|[,.;!?)]| (?:from|and|now|because|ok|okay|if|since|for|when)\b)",
        "your name|you |you're|be called|answer to",
    ),
)
