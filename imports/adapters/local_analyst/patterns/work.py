"""How people speak of their work and their studies."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings

_JOB = r"(?P<v>(?:[\w/&-]+ ){0,4}?<TITLE>)\b(?! (?:at heart|in training|wannabe|friend))(?!(?<=owner) of)"
NOT_WORK = (
    r"(?!(?:I|The|A|An|It|This|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Python"
    r"|JavaScript|TypeScript|React|Excel|SQL|English|German|French|Spanish|January|February|March"
    r"|April|May|June|July|August|September|October|November|December|Christmas|Zoom|Java|Rust"
    r"|Figma|Notion|Docker|Linux|Windows|Google (?:Docs|Sheets)|Django|Home|AI)\b)"
)
_STUDY_STOP = (
    r"(?!(?:for|the|this|it|how|that|a|an|my|at|in|hard|these|more|every|abroad)\b)"
)

PATTERNS = (
    sayings.OCCUPATION.stated(
        r"<I> <J>(?:work|working|worked|employed|freelance|working full-time|started|hired|"
        r"serve|moonlight)(?: \w+ly| full-time| part-time| out| here| remotely| in \w+"
        r"| freelance| nights)? as an? <NP>",
        "work|employed|freelance|started|hired|serve|moonlight",
    ),
    sayings.OCCUPATION.stated(
        r"(?:<ME>|<I>) <J>(?:working|employed|freelancing|training|retraining|hired|volunteering)"
        r"(?: \w+ly| full-time| part-time)? as an? <NP>",
        "working|employed|freelanc|training|hired|volunteer",
    ),
    sayings.OCCUPATION.stated(
        rf"(?:<ME>|\b[Ii]'ve been|\b[Ii] have been|\b[Ii] became) (?:\w+ly )?"
        rf"(?:(?:now|still|just|also|actually|currently|basically) )?(?:an?|the|one of)(?: only| sole| new| first)? {_JOB}",
        "i'm |i am |im |been |became&<TITLE>",
    ),
    sayings.OCCUPATION.stated(
        rf"(?:^|, |that |\()[Aa]s an? {_JOB}(?=,?$|,? (?:I|my|we|at|in|with|who|on|for|from|it|and)\b)",
        "as a&<TITLE>",
    ),
    sayings.OCCUPATION.stated(
        r"\b[Mm]y (?:day |current |main |full-time |new |actual )?(?:job|job title|title|"
        r"occupation|profession|role|work|career|position)(?: here)?"
        r"(?: is|:|'s)(?: as)?(?: being)?(?: an?)? <NP>",
        "my ",
    ),
    sayings.OCCUPATION.stated(
        r"\b[Mm]y (?:\w+ )?(?:job|work|role|position|career|shifts?|day|days|life) as an? <NP>|"
        r"\b(?:job|career|role|position) as an? (?P<v2><TITLE>)",
        " as a",
    ),
    sayings.OCCUPATION.stated(
        r"\b(?:[Oo]ccupation|[Jj]ob|[Pp]rofession|[Rr]ole|[Ww]ork): ?(?:an? )?(?P<v>(?:[\w/&-]+ )"
        r"{0,4}?<TITLE>)\b|^(?P<v2>(?:[\w/&-]+ ){0,3}?<TITLE>) here\b",
        "occupation:|job:|profession:|role:|work:| here&<TITLE>",
    ),
    sayings.OCCUPATION.stated(
        r"(?:^|, |[Ff]ellow |\bme, an? |\bI, an? )(?P<v>(?:[\w/-]+ ){0,3}?<TITLE>) (?:by (?:trade"
        r"|training|day|profession)|of \d+ years)\b|<ME> (?:trained as |by training )an? "
        r"(?P<v2>(?:[\w/-]+ ){0,3}?<TITLE>)",
        "by |years|train&<TITLE>",
    ),
    sayings.OCCUPATION.stated(
        r"\b[Ii] (?:\w+ly )?teach (?P<taught>(?!(?:my|the|him|her|them|you|myself|a|our|his)\b)"
        r"[\w-]+(?: (?!at\b|in\b|for\b|to\b|and\b)[\w-]+){0,3})",
        "teach",
    ),
    sayings.OCCUPATION.stated(
        r"\bI (?:make|earn) (?:my|a) living (?:as an?|by|from) <NP>|\bwhat I do for a living is "
        r"(?P<v2>\w+)",
        "living",
    ),
    sayings.EMPLOYER.stated(
        rf"(?:<WE>|<ME>) <J>(?:work|working|worked|employed|intern|interning|teach|nurse|consult|"
        rf"freelance|volunteer|code|engineer)"
        rf"(?:(?: (?!at\b|for\b|with\b)[\w/&-]+){{0,6}}? (?:over )?at"
        rf"|(?: (?!at\b|for\b|with\b|on\b)[\w/&-]+){{0,6}}? (?:for|by)) (?:the |a (?:\w+ ){{1,4}}called )?{NOT_WORK}<NAME>",
        " at | for | by &work|employ|intern|teach|nurse|consult|freelance|volunteer|code|engineer",
    ),
    sayings.EMPLOYER.stated(
        rf"(?:<ME>|\b[Aa]s|\b[Ii]'ve been|\bbeen)(?: now| currently)? (?:an?|the) "
        rf"(?:[\w/&-]+ ){{0,4}}?<TITLE>(?: here)?,? (?:at|for|with) (?:the )?{NOT_WORK}<NAME>",
        " at | for | with &<TITLE>",
    ),
    sayings.EMPLOYER.stated(
        rf"\b[Mm]y (?:\w+ )?(?:job|work|role|position|boss|manager|team|desk|shift|shifts|contract"
        rf"|internship|probation|office|colleagues?|coworkers?|co-workers|career|time|first \w+|"
        rf"onboarding|training|salary)(?: \w+)? (?:at|with|from) (?:the )?{NOT_WORK}<NAME>",
        " at | with | from ",
    ),
    sayings.EMPLOYER.stated(
        rf"\b(?:[Mm]y|[Oo]ur) (?:\w+ )?(?:employer|company|workplace|firm|school|hospital|clinic"
        rf"|lab|agency)(?:,| is|:| -|'s called| is called) (?:the )?{NOT_WORK}<NAME>",
        "employer|company|workplace|firm|school|hospital|clinic|lab|agency",
    ),
    sayings.EMPLOYER.stated(
        rf"<I> <J>(?:joined|joining|started at|started with|started working (?:at|for)|hired by"
        rf"|hired at|(?:landed|got|took) (?:a|the) job (?:at|with)"
        rf"|(?:left|quit) <OTHERNAME>(?: last \w+)? (?:and|to)(?: (?:I|now|am|'m|have))*"
        rf" (?:work|working|join|joined|started|started work|start)(?: at| for| with)?"
        rf"|quit <OTHERNAME> for|accepted an offer (?:from|at)|"
        rf"signed with|began at|moved over to|switched jobs to|been at|been with|start at|"
        rf"(?:got |have |starting )?(?:a|my) new (?:job|role|position) (?:at|with)|started "
        rf"(?:a|my) (?:new )?(?:job|role|position) (?:as [\w ]{{3,30}} )?(?:at|with)) "
        rf"(?:the )?{NOT_WORK}<NAME>",
        "join|start|hired|job|offer|signed|began|moved over|switched|been |role|position|left|quit",
    ),
    sayings.EMPLOYER.stated(
        rf"(?:<ME>) <J>(?:joining|starting at|starting (?:a|my) (?:new )?(?:job|role|position)"
        rf"(?: as [\w ]{{3,30}})? (?:at|with)|employed (?:at|by)|with|at) {NOT_WORK}<NAME>"
        rf"(?=$|,|\.| (?:now|as|since|and|these)\b)",
        "joining|starting|employed| with | at ",
    ),
    sayings.EMPLOYER.implied(
        rf"\b(?:[Hh]ere|[Uu]s|[Ww]e|[Ww]ork|[Pp]eople|[Ee]veryone|[Cc]olleagues?) at (?:the )?"
        rf"{NOT_WORK}<NAME>(?=$|,|\.| (?:we|is|are|I|have|has|use|just|my|got|who|keep)\b)",
        " at ",
    ),
    sayings.EMPLOYER.implied(
        rf"<MY> (?:first|second|third) (?:day|week|month|year) (?:at|with) {NOT_WORK}<NAME>|"
        r"\bI've been (?:at|with) (?P<v2>[A-Z]\w+(?: [A-Z]\w+)*) (?:for|since)",
        "first|second|third|been ",
    ),
    sayings.EMPLOYER.implied(
        rf"\b(?:a|my|the|this) (?:new |first |great |current )?(?:job|role|position|gig) (?:at|with) "
        rf"(?:the )?{NOT_WORK}<NAME>",
        "job|role|position|gig",
    ),
    sayings.OCCUPATION.stated(
        rf"^(?:I'm|I am|[Mm]y name is|[Tt]his is) <OTHERNAME>,? (?:and )?an? {_JOB}",
        "i'm |i am |my name is|this is&<TITLE>",
    ),
    sayings.BUSINESS.stated(
        r"(?:<WE>|<ME>) <J>(?:run|own|running|founded|co-founded|opened|started|launched|bootstrapped"
        r"|co-own|owning) (?P<v>(?:a|an|my own|our own|my|our) (?:[\w&'-]+ ){0,4}?(?:business|shop"
        r"|store|bakery|cafe|café|restaurant|agency|studio|company|startup|start-up|farm|salon|"
        r"practice|brewery|bookshop|bookstore|boutique|consultancy|gallery|gym|food truck|B&B|"
        r"podcast|newsletter|nonprofit|workshop|school|clinic|firm|nursery|winery|hostel)"
        r"(?:,? (?:called|named) [A-Z][\w'&]*(?: [A-Z][\w'&]*){0,3})?)",
        "run|own|found|opened|started|launched|boot",
    ),
    sayings.STUDIES.stated(
        rf"(?:<I>|<ME>) <J>(?:study|studying|majoring in|major in|minoring in)"
        rf" {_STUDY_STOP}<NP>(?=$|,|\.| (?:at|in|and|with|for|now|but|so)\b)",
        "study|major|minor",
    ),
    sayings.STUDIED.stated(
        rf"<I> <J>(?:studied|majored in) {_STUDY_STOP}<NP>(?=$|,|\.| (?:at|in|and|with|for|but|so)\b)",
        "studied|majored",
    ),
    sayings.DEGREE.stated(
        r"<I> <J>(?:have|got|hold|did|finished|earned|completed|doing|getting|pursuing) (?:a|an|my) "
        r"(?P<v>(?:bachelor'?s?|master'?s?|phd|PhD|doctorate|degree|diploma|MBA|MSc|BSc|BA|MA|GED)"
        r"(?: degree)?(?: (?:in|of) (?!\d)(?:[\w&]+)(?: [\w&]+){0,3}?)?)(?=$|,|\.| (?:at|from|and|but)\b)",
        "bachelor|master|phd|doctorate|degree|diploma|mba|msc|bsc| ba| ma|ged",
    ),
    sayings.SCHOOL.stated(
        r"<I> <J>(?:graduated from|went to|attend|attended|studied at|study at|enrolled at|"
        r"transferred to) (?P<v>(?:the )?(?:University of [A-Z]\w+(?: [A-Z]\w+)?|[A-Z][\w'.-]+"
        r"(?: [A-Z][\w'.-]+){0,3} (?:University|College|School|Institute|Academy)|MIT|UCLA|ETH"
        r"|NYU|Stanford|Harvard|Yale|Oxford|Cambridge|Berkeley))",
        "graduat|went to|attend|studied|study|enroll|transferred",
    ),
    sayings.STUDENT.stated(
        r"<ME> an? (?P<v>(?:[\w-]+ ){0,4}?(?:student|undergrad|undergraduate|grad student|PhD "
        r"candidate|freshman|sophomore|postgrad))\b",
        "student|grad|candidate|freshman|sophomore",
    ),
    sayings.EXPERIENCE.stated(
        r"<I> (?:\w+ly )?(?:have|got|with) (?P<v>(?:over |about |almost |more than )?(?:\d+|two|"
        r"three|five|ten|twenty)\+? years(?: of|')? experience(?: (?:in|with|as) (?:an? )?[\w+#]+"
        r"(?: [\w+#]+){0,3}?)?)(?=$|,|\.| (?:and|but|so)\b)",
        "years",
    ),
    sayings.SKILL.stated(
        r"<ME> (?:really |pretty |quite |very )?(?:good at|great at|skilled (?:at|in)|experienced "
        r"(?:in|with)|proficient (?:in|with)|comfortable with|certified in) <NP>",
        "good at|great at|skilled|experienced|proficient|comfortable|certified",
    ),
)
