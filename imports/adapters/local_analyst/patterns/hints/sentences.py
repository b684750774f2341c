"""What only a whole sentence lets slip: "Tom and I met in May, and my husband never forgets it"."""

from __future__ import annotations

from imports.adapters.local_analyst import sayings
from imports.adapters.local_analyst.patterns.hints.shared import NOT_A_NAME

PATTERNS = (
    sayings.HOME.stated(
        r"\b[Uu]sed to live in <OTHERNAME>,? (?:but|and)(?: now)? (?:<ME>|I live) (?:now )?in <NAME>",
        "used to live",
        may_be_negative=True,
    ),
    sayings.RELATION.implied(
        rf"^{NOT_A_NAME}<PET>(?: [a-z'-]+){{2,9}}?,? (?:because|so|since|and|but) (?:I (?:have|had|need|must|should|will|am|"
        r"got) (?:to )?(?:\w+ ){0,4})?my (?:\w+ )?<REL>(?: (?:up|was|is|has|had|loves|hates|needs|wants|to|from|home|"
        r"at|early|again|and)\b|$)",
        " my ",
    ),
    sayings.RELATION.implied(
        rf"^{NOT_A_NAME}<PET> and I (?!work|live in|went)[^.;:!?]{{3,80}}?\b[Mm]y <PARTNER>\b",
        " and i ",
    ),
    sayings.PET.implied(
        rf"^{NOT_A_NAME}(?P<v>[A-Z][a-z]+) (?:has |just |keeps |always |still |will not stop )*(?:eaten|chewed|chewing|barked|"
        r"barks|barking|meows|meowing|purrs|purring|scratched|scratching|shed|sheds|shedding|hissed|molted|peed on|threw "
        r"up on|stole|buried|dug up|licked|licks|wags|begs for|drools|hid under|sleeps on my)\b",
        "eaten|chew|bark|meow|purr|scratch|shed|hiss|molt|peed|threw up|stole|buried|dug|lick|wag|beg|drool"
        "|hid |sleeps",
    ),
    sayings.DIET.implied(
        r"\b[Mm]y <DIET> (?:meal|lunch|dinner|breakfast|menu|food|sandwich|lasagna|chili|burger|cake|option|box|order|"
        r"years|life|cooking|kitchen|cheese|milk|groceries|snacks?)\b",
        "my ",
    ),
    sayings.USES.implied(
        r"\b(?:of|in|with|for|on|into) my <TOOL>(?= (?:runs?|expires?|crashed|is|has|and|again|every|for|from|to)\b|$|,|\.)",
        " my ",
    ),
    sayings.GOAL.implied(
        r"\b(?:on|above|over|inside) (?:my|the|our) (?:fridge|mirror|wall|whiteboard|desk|door|calendar|monitor|planner)"
        r"[^:;.!?]{0,30}: (?P<v>[a-z][^.;:!?()\n…,]{4,70}?)(?=$|,|\.)",
        "fridge|mirror|wall|board|desk|door|calendar|monitor|planner",
    ),
    sayings.PARTNER.implied(
        rf"\b{NOT_A_NAME}<PET> and I (?:have been|are|were|got|just|celebrate|met|finally) (?:\w+ )?(?:married|"
        r"engaged|dating|celebrating our|expecting|honeymooning)",
        " and i ",
    ),
)
