"""How people speak of goals, plans, events, habits and beliefs."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

# What one wants of an assistant is not a goal in life.
_LIFE = (
    r"(?:become|quit|stop (?:smoking|drinking|biting|procrastinating|eating)|lose (?:weight|\d+|some|"
    r"about)|run (?:a|my|the|\d)|finish (?:a|my|the) (?:marathon|half|degree|novel|book|phd|thesis|"
    r"dissertation|first)|save|retire|buy (?:a|our|my) (?:house|home|flat|apartment|first|boat|farm|"
    r"cabin|van|place|piece)|move (?:to|abroad|back|out)|travel|learn|publish|start (?:a|my|our) "
    r"(?:own|business|family|company|bakery|podcast|shop|blog|farm|side|garden|youtube|studio)|open (?:a"
    r"|my|our)|climb|hike|cycle|swim|walk the|get (?:better at|fluent|in shape|fit|into|promoted|my|"
    r"certified|out of debt|a promotion|stronger|back in)|pass (?:the|my)|read (?:\d+|more|one|a book|"
    r"all)|write (?:a|my) (?:novel|book|memoir|first)|launch|build (?:a|my|our) (?:house|cabin|boat|"
    r"tiny|own|business|following|portfolio|emergency|guitar|kayak|shed)|pay off|adopt|be (?:able|a|an"
    r"|fluent|debt|more|financially)|visit|see the|speak|play|qualify|complete|double|grow|switch "
    r"(?:careers?|into)|change careers?|transition|reach|master|sleep|deadlift|bench|do (?:a|my first)"
    r"|perform|exhibit|sell|earn|improve|reduce|cut (?:down|back|out)|spend (?:more|less)|teach|"
    r"compete|cook more|eat (?:less|more|better)|sail|restore|convert|renovate|plant|give up|apply)"
)
_EVERY = (
    r"(?:every (?:single )?(?:day|morning|night|evening|week|weekend|month|other day|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: \w+)?)|each (?:day|morning|night|evening|week"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)|daily|nightly|(?:on )?(?:Mon|Tues|Wednes|Thurs|Fri|"
    r"Satur|Sun)days(?: and (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days)?|(?:once|twice|three times|"
    r"four times|five times|[2-6] ?x|[2-6] times|a few times) (?:a|per) (?:day|week|month)"
    r"|before (?:work|bed|breakfast|sunrise)|first thing in the morning|after (?:work|dinner|lunch))"
)

PATTERNS = (
    sayings.GOAL.stated(
        r"\b[Mm]y (?:\w+[ -]){0,3}?(?:goal|dream|aim|ambition|resolution|target|plan|hope|objective)"
        r"(?: (?:for (?:this|the|next) year|this year|in life|for 20\d\d|right now|now|here))?"
        r"(?: is|'s| has always been|:| was) (?:to |eventually to |finally to |still to )<VP>",
        "goal|dream|aim|ambition|resolution|target|plan|hope|objective",
    ),
    sayings.GOAL.stated(
        rf"(?:\b[Ii]|\b[Ww]e)(?:'d|'m| am| would|'ve| have)? (?:\w+ly |also |still |just |always |hope "
        rf"|someday |one day |secretly ){{0,2}}(?:want|wanted|wanna|hope|hoping|love|dream|dreamed|"
        rf"dreaming|aim|aiming|like|planning|plan|trying|try|working|determined|intend|desperate|keen|"
        rf"committed|saving up|saving|training|on track|set myself the goal|set a goal)"
        rf"(?: hard| up)? (?:to |of )(?:eventually |finally |one day |someday |actually )?"
        rf"(?P<v>{_LIFE}\b[^.;:!?()\n…]{{2,80}}?)"
        r"(?=\s*(?:[.;:!?()\n…]|$|, | (?:because|but|so|which|and I|since|while|though|if|when|what"
        r"|how|can you|any|please)\b))",
        "want|wanna|hop|love|dream|aim|like|plan|try|working|determin|intend|desperate|keen"
        "|commit|saving|training|on track|goal",
    ),
    sayings.TRAINING.stated(
        r"(?:<ME>|<I> been|\b[Ww]e're) (?:\w+ly |now |also |still )?(?:training|preparing|prepping|in "
        r"training|studying) for (?P<v>(?:a|an|my|the|our|another) [^.;:!?()\n…,]{3,60}?)"
        r"(?=\s*(?:[.;:!?()\n…,]|$| (?:because|but|so|and|which|since|while|if)\b))",
        "training|prepar|prepping|studying",
    ),
    sayings.SAVING.stated(
        r"(?:<ME>|<I> been|\b[Ww]e're|\b[Ww]e are) (?:\w+ly |now |also |still )?(?:saving|putting money "
        r"aside|putting money away)(?: up| money)? (?:for|towards?) (?P<v>(?:a|an|my|the|our) "
        r"[^.;:!?()\n…,]{3,60}?)(?=\s*(?:[.;:!?()\n…,]|$| (?:because|but|so|and|which)\b))",
        "saving|putting",
    ),
    sayings.WORKING_TOWARDS.stated(
        r"(?:<ME>|<I> been|\b[Ww]e're) (?:\w+ly |now |still )?(?:working (?:towards?|up to)|building up "
        r"to|gunning for|aiming for|shooting for) (?P<v>(?:a|an|my|the|our|being|becoming) "
        r"[^.;:!?()\n…,]{3,60}?)(?=\s*(?:[.;:!?()\n…,]|$| (?:because|but|so|and|which)\b))",
        "working|building|gunning|aiming|shooting",
    ),
    sayings.GOAL.stated(
        r"\b(?:[Oo]ne day|[Ss]omeday|[Ee]ventually|[Bb]efore I (?:die|turn \d+|retire|'m \d+)|[Bb]y the "
        r"end of (?:the|this|next) year|[Bb]y (?:next )?(?:summer|spring|fall|autumn|winter|20\d\d)),? "
        r"I(?:'d| would|'ll| will| want| hope)? (?:really )?(?:like |love |want |hope |be able )?(?:to )?"
        r"(?P<v>(?!(?:have|need|should|was|am|think|will)\b)[a-z][^.;:!?()\n…,]{4,80}?)"
        r"(?=\s*(?:[.;:!?()\n…,]|$| (?:because|but|so|and I|which)\b))",
        "one day|someday|eventually|before i|by the end|by next|by summer|by spring|by fall|by 20"
        "|by autumn|by winter",
    ),
    sayings.GOAL.stated(
        r"\b(?P<v>(?:Becoming|Running|Learning|Writing|Publishing|Opening|Buying|Finishing|Climbing|"
        r"Owning|Starting|Retiring|becoming|running|opening|buying|finishing|owning|publishing)"
        r"\b[^.;:!?()\n…,]{3,60}?) (?:is|has always been|has been) (?:\w+ )?my (?:\w+ )?(?:goal|dream|"
        r"aim|ambition|plan)",
        "my ",
    ),
    sayings.EVENT.stated(
        r"\b(?:[Ii]|[Ww]e)(?:'ve| have)? (?:just |recently |finally |actually )?(?P<v>got married|got "
        r"engaged|got divorced|got promoted|got laid off|was laid off|lost my job|quit my job|had "
        r"(?:a baby|surgery|twins|an? \w+ operation)|broke my (?:\w+ )?\w+|sprained my \w+|tore my \w+|"
        r"graduated(?: from [\w ]{3,40}?)?|bought (?:a|our|my) (?:first )?(?:house|home|flat|apartment|"
        r"car|van|boat|cabin|farm)|adopted (?:a|an|our|two) [\w -]{3,30}|retired|ran (?:my|a|the) "
        r"(?:first |second )?(?:[A-Z]\w+ )?(?:marathon|half marathon|10k|ultra)|defended my (?:thesis|"
        r"phd|PhD|dissertation)|passed my [\w ]{3,30}?|celebrated our \w+ anniversary|broke up"
        r"|won [\w ]{3,40}?|published my [\w ]{3,30}?|finished my [\w ]{3,30}?|sold (?:my|our) "
        r"(?:house|car|business|company)|started my own \w+)(?=$|[,.!;)]| (?:and|in|on|last|this|after"
        r"|with|to|at|but|so|two|three|a|yesterday|at|because|when|since|from|for)\b)",
        "got |laid off|lost my|quit my|had |broke|sprain|tore|graduat|bought|adopt|retired|ran "
        "|defend|passed|celebrat|won |publish|finished|sold|started my",
    ),
    sayings.PLAN.stated(
        r"(?:<ME>|\b[Ww]e're|\b[Ww]e are|^and I are) (?:\w+ly |finally )?(?P<v>getting married|getting divorced|expecting (?:a baby|our|"
        r"twins|my)[^.;:!?()\n…,]{0,30}|having a baby|moving (?:to|in|out|back|house)[^.;:!?()\n…,]{0,40}|"
        r"retiring|graduating|starting (?:a|my) new (?:job|role)|adopting (?:a|an)[^.;:!?()\n…,]{3,30}|"
        r"expecting)(?=$|[,.!;)?]| )",
        "getting|expecting|having|moving|retiring|graduating|starting|adopting",
    ),
    sayings.OCCASION.implied(
        r"\b[Mm]y (?P<v>(?:wedding|surgery|graduation|thesis defen[sc]e|driving test|citizenship test|"
        r"housewarming|due date|retirement party|first marathon|first exhibition|book launch|"
        r"knee operation|operation|recital|concert|sabbatical|trip to [A-Z]\w+)) (?:is|was|will be|got"
        r"|went|starts|takes place)\b",
        "my ",
    ),
    sayings.HABIT.stated(
        rf"\b[Ii] (?:\w+ly |also |still |always |try to |like to |tend to ){{0,2}}(?P<v>(?!(?:am|was|have"
        rf"|had|need|want|think|know|see|saw|do not|don't|can|could|would|should|will|got|received|"
        rf"get (?:this|an|the)|forgot)\b)[a-z][\w'-]*(?: [^\s.;:!?()…,]+){{0,8}}? {_EVERY}"
        r"(?: (?:at|before|after|in|around) [^.;:!?()\n…,]{2,30}?)?)(?=\s*(?:[.;:!?()\n…,]|$| (?:and|"
        r"but|so|because|which|when|with|while|since|to|for)\b))",
        "every|each|daily|nightly|days|once|twice|times|x a|x per|before|first thing|after",
    ),
    sayings.HABIT.stated(
        rf"\b(?P<often>(?i:{_EVERY[3:-1]}|on weekends|most (?:days|mornings|evenings|nights))),? I (?:\w+ly |always |"
        r"try to |like to |also |still ){0,2}(?P<v>(?!(?:am|was|have|had|need|want|think|know|see|can|"
        r"could|would|should|will|get|feel|got)\b)[a-z](?:[^.;:!?()\n…,]|(?<=\d),(?=\d)){2,60}?)"
        r"(?=\s*(?:(?!(?<=\d),\d)[.;:!?()\n…,]|$|"
        r" (?:but|so|because|which|and I|when|while|since)\b))",
        "every|each|daily|nightly|on |days|most|once|twice|a few|per |x a|before|first thing|after|times& i ",
    ),
    sayings.HABIT.stated(
        r"\b[Ii] (?:usually |always |normally |generally |typically |tend to |\w+ly )?(?P<v>(?:wake up|get"
        r" up|wake|go to bed|go to sleep|start work|start my day) (?:at|around|by|before) (?:about |"
        r"around )?(?:\d{1,2}(?::\d\d|\.\d\d)?(?: ?[ap]\.?m\.?)?|noon|midnight|dawn|sunrise))",
        "wake|get up|go to|start",
    ),
    sayings.HABIT.stated(
        r"\b[Ii] (?P<v>(?:journal|meditate|intermittent fast|fast|nap|commute by \w+|bike to work|cycle to"
        r" work|walk to work|work night shifts|work nights|work from home|do yoga|swim laps|batch cook"
        r"|meal prep|keep a \w+(?: \w+)?(?: journal| diary| log))(?: [^.;:!?()\n…,]{2,40}?)?)"
        r"(?=\s*(?:[.;:!?()\n…,]|$| (?:and|but|so|because|which|when|while|since)\b))",
        "journal|medit|fast|nap|commute|bike|cycle|walk to|work|yoga|swim|batch|meal prep|keep a",
    ),
    sayings.HABIT.stated(
        r"\b[Ii] (?:usually|always|normally|generally|typically) (?P<v>(?!(?:get|am|feel|think|want|need|"
        r"ask|have|end|prefer|use|say|forget|thought|assumed|tell|struggle|like|love|hate|enjoy)\b)"
        r"[a-z]+ [^.;:!?()\n…,]{3,60}? (?:before|after|in|at|on|while|with|to)"
        r" [^.;:!?()\n…,]{2,30}?)(?=\s*(?:[.;:!?()\n…,]|$| (?:and|but|so|because|which|when)\b))",
        "usually|always|normally|generally|typically",
    ),
    sayings.NEVER.stated(
        r"\b[Ii] (?:never|don't ever) (?P<v>(?:drink|smoke|eat|work|check|cook|skip|drive|fly)\b"
        r"[^.;:!?()\n…,]{3,50}?)(?=\s*(?:[.;:!?()\n…,]|$| (?:and|but|so|because|which|when)\b))",
        "never|don't ever",
        may_be_negative=True,
    ),
    sayings.RELIGION.stated(
        r"(?:<ME>|[Aa]s an?) <J>(?:an? )?(?P<v>(?:practicing |practising |lapsed |devout )?(?:[Cc]atholic"
        r"|[Mm]uslim|[Jj]ewish|[Cc]hristian|[Bb]uddhist|[Hh]indu|[Ss]ikh|[Qq]uaker|[Mm]ormon|[Aa]theist|"
        r"[Aa]gnostic|[Pp]rotestant|[Ll]utheran|[Oo]rthodox))\b",
        "cathol|muslim|jewish|christian|buddhist|hindu|sikh|quaker|mormon|atheist|agnostic|protest"
        "|lutheran|orthodox",
    ),
    sayings.VALUE.stated(
        r"\b[Ii] (?:\w+ly |really |do )?(?:care (?:\w+ )?about|value|believe in|stand for) "
        r"(?P<v>(?!(?:the|this|that|you|it|your|how|what)\b)[\w'-]+(?: [\w'-]+){0,4}?)"
        r"(?=\s*(?:[.;:!?()\n…,]|$| (?:and|but|so|because|more|above|over|which|a lot|when|in)\b))",
        "care|value|believe|stand for",
    ),
    sayings.VALUE.stated(
        r"\b(?P<v>[A-Z][\w'-]+(?: [\w'-]+){0,2}?) (?:matters?|means?|is) (?:a lot |everything |very |really "
        r"|most |important |so |deeply ){1,3}(?:important )?to me\b",
        "to me",
    ),
)
