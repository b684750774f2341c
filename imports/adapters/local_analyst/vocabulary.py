"""Word lists of the local analyst. They are looked up, never guessed from."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    """Give the entries, longest first, so that an alternation prefers "product manager"."""
    entries = {entry.strip() for entry in text.replace("\n", " ").split(",")}
    return tuple(sorted(entries - {""}, key=lambda entry: (-len(entry), entry)))


def bag(text: str) -> frozenset[str]:
    """Give the single words of a text."""
    return frozenset(text.split())


TITLES = _words("""
accountant, actor, actress, actuary, account manager, administrator, anesthesiologist,
analyst, animator, anthropologist, archaeologist, architect, archivist, artist, art director,
assistant, astronomer, attorney, auditor, author, baker, barber, banker, barista, bartender,
beekeeper, biochemist, biologist, blacksmith, bookkeeper, bookseller, botanist, brewer,
bricklayer, broker, builder, bus driver, butcher, buyer, carer, caregiver, carpenter, cashier,
chef, chemist, chiropractor, choreographer, civil servant, cleaner, clerk, coach,
columnist, comedian, community manager, composer, conductor, consultant, contractor, cook,
copywriter, counselor, counsellor, courier, curator, dancer, data engineer, data scientist,
dealer, dental hygienist, dentist, dermatologist, designer, detective, developer, dietitian,
director, diplomat, dj, doctor, doula, draftsman, driver, ecologist, economist, editor,
educator, electrician, engineer, entrepreneur, epidemiologist, estate agent, executive,
farmer, fashion designer, filmmaker, financial advisor, firefighter, fisherman, florist,
flight attendant, founder, freelancer, game designer, gardener, geneticist, geographer,
geologist, glassblower, goldsmith, graphic designer, guard, guide, hairdresser, hairstylist,
handyman, headhunter, head teacher, historian, homemaker, hotel manager, housekeeper,
illustrator, inspector, instructor, interior designer, interpreter, investor, janitor,
jeweler, jeweller, joiner, journalist, judge, laboratory technician, lab technician, landscaper,
lawyer, lecturer, librarian, lifeguard, linguist, locksmith, logistician, logistics coordinator,
machinist, magistrate, maker, manager, marine biologist, marketer, mason, massage therapist,
mathematician, mechanic, mechanical engineer, meteorologist, microbiologist, midwife, miller,
miner, model, musician, music teacher, nanny, neurologist, neuroscientist, notary, novelist,
nurse, nurse practitioner, nutritionist, occupational therapist, officer, operator, optician,
optometrist, organizer, painter, paralegal, paramedic, park ranger, pastor, pastry chef,
pathologist, pediatrician, personal trainer, pharmacist, philosopher, photographer,
physician, physicist, physiotherapist, physical therapist,
pianist, pilot, plasterer, plumber, podcaster, poet, police officer, policeman, policewoman,
policy advisor, politician, postdoc, potter, priest, principal, producer, product manager,
product owner, professor, programmer, project manager, psychiatrist, psychologist,
psychotherapist, publicist, publisher, purchaser, radiographer, radiologist, ranger,
real estate agent, realtor, receptionist, recruiter, reporter, researcher, research assistant,
restaurateur, retiree, roofer, sailor, salesman, salesperson, saleswoman, sales rep,
scientist, screenwriter, scrum master, sculptor, seamstress, secretary, security guard,
server, shepherd, shipwright, shop assistant, shop owner, singer, social worker, sociologist,
software architect, software developer, software engineer, soldier, solicitor, sommelier,
songwriter, sound engineer, speech therapist, statistician, stonemason, stylist,
supervisor, surgeon, surveyor, sysadmin, tailor, tattoo artist, tax advisor, taxi driver,
teacher, teaching assistant, technician, technical writer, tester, therapist, toolmaker,
tour guide, trader, trainer, train driver, translator, trucker, truck driver, tutor,
tv producer, urban planner, upholsterer, ux designer, ux researcher, vet, vet nurse,
veterinarian, veterinary nurse, veterinary technician, video editor, violinist, virologist,
waiter, waitress, warehouse worker, watchmaker, web designer, web developer, wedding planner,
weaver, welder, winemaker, writer, youth worker, youtuber, zookeeper, zoologist, luthier,
cheesemaker, chocolatier, cartographer, hydrologist, agronomist, forester, arborist, puppeteer,
intern, apprentice, trainee, owner, ceo, cto, cfo, coo, team lead, tech lead, planner,
coordinator, specialist, strategist, dispatcher, estimator, foreman, restorer, conservator,
oceanographer, audiologist, podiatrist, phlebotomist, orthodontist, cardiologist, oncologist
""")

PARTNERS = _words("""
wife, husband, partner, girlfriend, boyfriend, fiancé, fiancée, fiance, fiancee, spouse
""")
CHILDREN = _words("""
daughter, son, kid, child, baby, toddler, newborn, stepdaughter, stepson, foster son,
foster daughter, baby girl, baby boy, little girl, little boy
""")
KIN = _words("""
brother, sister, twin, twin brother, twin sister, mother, father, mom, mum, mama, dad,
grandmother, grandfather, grandma, grandpa, granddaughter, grandson, niece, nephew, cousin,
aunt, uncle, mother-in-law, father-in-law, sister-in-law, brother-in-law, half-sister,
half-brother, stepmom, stepdad, stepsister, stepbrother, godson, goddaughter,
best friend, roommate, flatmate, housemate
""")
PETS = _words("""
dog, puppy, cat, kitten, kitty, rabbit, bunny, hamster, guinea pig, parrot, budgie, cockatiel,
canary, ferret, gecko, snake, turtle, tortoise, fish, goldfish, horse, pony, donkey, goat,
hen, chicken, rat, mouse, gerbil, lizard, iguana, bearded dragon, hedgehog, chinchilla,
corgi, labrador, poodle, beagle, greyhound, whippet, terrier, dachshund, husky, collie,
border collie, golden retriever, retriever, german shepherd, spaniel, bulldog, french bulldog,
tabby, siamese, maine coon, cockatoo, axolotl, tarantula, pug, mutt, rescue
""")
RELATIONS = tuple(
    sorted({*PARTNERS, *CHILDREN, *KIN, *PETS}, key=lambda word: (-len(word), word))
)

CONDITIONS = _words("""
adhd, add, anxiety, asthma, arthritis, rheumatoid arthritis, autism, bipolar disorder,
celiac disease, coeliac disease, celiac, chronic fatigue, chronic migraine, chronic migraines,
chronic pain, chronic back pain, copd, crohn's, crohn's disease, cystic fibrosis, depression,
diabetes, type 1 diabetes, type 2 diabetes, dyslexia, dyspraxia, eczema, endometriosis, epilepsy,
fibromyalgia, gerd, acid reflux, glaucoma, gout, hashimoto's, hay fever, heart condition,
high blood pressure, high cholesterol, hypertension, hyperthyroidism, hypothyroidism, ibs,
insomnia, lupus, lyme disease, migraine, migraines, multiple sclerosis, narcolepsy, ocd,
osteoporosis, osteoarthritis, pcos, plantar fasciitis, psoriasis, ptsd, raynaud's, rosacea,
sciatica, scoliosis, sleep apnea, sleep apnoea, tendinitis, tendonitis, tinnitus,
ulcerative colitis, vertigo, vitiligo, anemia, anaemia, color blindness, hearing loss,
tennis elbow, carpal tunnel, carpal tunnel syndrome, a slipped disc, a herniated disc, long covid,
restless legs, restless leg syndrome, hypermobility, reflux, diverticulitis, gastritis,
a heart murmur, a thyroid condition, an underactive thyroid, an overactive thyroid, afib
""")

DIETS = _words("""
vegetarian, vegan, pescatarian, pescetarian, flexitarian, keto, ketogenic, paleo, plant-based,
gluten-free, dairy-free, lactose-free, low-carb, low-fodmap, low-sodium, mediterranean, halal,
kosher, carnivore, raw vegan, whole30, gluten free, dairy free, low carb, plant based
""")

LANGUAGES = _words("""
english, german, french, spanish, portuguese, italian, dutch, swedish, norwegian, danish,
finnish, icelandic, polish, czech, slovak, hungarian, romanian, bulgarian, serbian, croatian,
bosnian, slovenian, slovene, greek, turkish, russian, ukrainian, belarusian, lithuanian,
latvian, estonian, albanian, macedonian, arabic, hebrew, persian, farsi, dari, pashto, kurdish,
urdu, hindi, punjabi, bengali, gujarati, marathi, tamil, telugu, kannada, malayalam, sinhala,
nepali, thai, lao, vietnamese, khmer, burmese, malay, indonesian, tagalog, filipino, chinese,
mandarin, cantonese, taiwanese, hokkien, japanese, korean, mongolian, swahili, amharic, yoruba,
igbo, hausa, zulu, xhosa, afrikaans, irish, gaelic, scottish gaelic, welsh, breton, basque,
catalan, galician, maltese, luxembourgish, georgian, armenian, azerbaijani, kazakh, uzbek,
esperanto, latin, sanskrit, sign language, asl, bsl, american sign language, quechua, maori
""")

TOOLS = _words("""
python, javascript, typescript, java, kotlin, swift, rust, golang, ruby, php, perl, scala,
haskell, elixir, clojure, matlab, julia, c++, c#, sql, bash, r, lua, dart, zig,
django, flask, fastapi, rails, laravel, react, vue, angular, svelte, next.js, node.js, node,
tailwind, bootstrap, spring boot, pytorch, tensorflow, scikit-learn, pandas, numpy, jupyter,
postgresql, postgres, mysql, sqlite, mongodb, redis, kafka, elasticsearch, snowflake, bigquery,
dbt, airflow, spark, docker, kubernetes, terraform, ansible, jenkins, github actions, github,
gitlab, git, linux, ubuntu, debian, fedora, arch linux, macos, windows, vs code, vscode, vim,
neovim, emacs, intellij, pycharm, xcode, android studio, aws, azure, google cloud, vercel,
netlify, supabase, firebase, heroku, cloudflare, figma, sketch, photoshop, illustrator,
indesign, lightroom, premiere, after effects, davinci resolve, final cut, blender, autocad,
sketchup, revit, rhino, solidworks, fusion 360, ableton, logic pro, reaper, fl studio,
notion, obsidian, evernote, onenote, roam, logseq, todoist, trello, asana, jira, linear, clickup,
monday.com, slack, discord, teams, zoom, excel, google sheets, google docs, word, powerpoint,
airtable, zapier, salesforce, hubspot, shopify, wordpress, squarespace, wix, webflow, stripe,
quickbooks, xero, tableau, power bi, looker, spss, stata, latex, overleaf, zotero, mendeley,
anki, duolingo, grammarly, scrivener, ulysses, calibre, kindle, home assistant, raspberry pi,
arduino, strava, garmin, myfitnesspal, ynab, spotify, canva, miro, postman, unity, unreal,
godot, qgis, arcgis, procreate, capture one, lightburn, klipper, octoprint, google calendar,
copilot, cursor, claude, gemini, midjourney, stable diffusion
""")

VALUES = _words("""
honesty, fairness, family, privacy, freedom, independence, creativity, curiosity, kindness,
loyalty, sustainability, the environment, animal welfare, animal rights, equality, justice,
simplicity, quality, craftsmanship, accuracy, accessibility, open source, health, balance,
work-life balance, community, respect, transparency, integrity, learning, punctuality, clarity
""")

# Words that make an object say nothing: "I like the second option".
VAGUE_FIRST = bag("""
the this that these those it its your yours how to them you him her his their there here me what
when where which who why something anything everything nothing some any all more most both such
one ones another other being having if as so too not no very my our us we i he she they and or
but with for of in on at is are was a an just doing getting going seeing hearing knowing
dich euch ihn je jou hem toi vous ti te
remember right ok okay sadly unfortunately obviously
""")
VAGUE_ANYWHERE = bag("""
option options version versions idea ideas answer answers response responses draft drafts
approach suggestion suggestions design tone way ways look looks thing things stuff help lot
it you this that sentence paragraph example examples advice question questions time guys sound sounds feedback
""")

TASKS: dict[str, tuple[str, ...]] = {
    "coding": _words("""
        code, function, bug, error, exception, stack trace, python, javascript, typescript, react,
        api, sql, query, regex, script, debug, refactor, unit test, docker, git, compile, class,
        database, endpoint, deploy, css, html, algorithm, traceback, django, kubernetes, migration
    """),
    "writing": _words("""
        rewrite, rephrase, proofread, email, essay, cover letter, paragraph, tone, blog post,
        headline, caption, draft, wording, speech, story, poem, edit, newsletter, cv, resume
    """),
    "learning": _words("""
        explain, what is, what are, how does, why does, difference between, teach me, learn,
        understand, study, exam, homework, quiz, concept, definition, example of, practice,
        flashcards, grammar
    """),
    "planning": _words("""
        plan, itinerary, schedule, trip, budget, meal plan, checklist, agenda, organize, organise,
        routine, to-do, timeline, packing list, wedding, calendar, prioritize
    """),
    "translation": _words("""
        translate, translation, in spanish, in german, in french, into english, übersetze,
        traduce, traduis, traduza
    """),
    "summarizing": _words(
        "summarize, summarise, summary, tl;dr, tldr, key points, condense"
    ),
    "brainstorming": _words("""
        brainstorm, ideas for, suggest, name for, names for, gift, come up with, inspiration
    """),
    "deciding": _words("""
        should i, which is better, pros and cons, compare, worth it, recommend, versus, decide,
        choose between
    """),
    "cooking": _words(
        "recipe, cook, bake, dinner, ingredients, oven, meal, marinade, dough"
    ),
    "health": _words("""
        workout, exercise, sleep, calories, symptoms, doctor, pain, stretch, protein, marathon
    """),
    "support": _words("""
        i feel, feeling, anxious, stressed, overwhelmed, lonely, sad, burned out, burnt out, argue,
        broke up, grief, worried, upset
    """),
    "data": _words("""
        spreadsheet, excel, formula, csv, dataset, chart, pivot table, dashboard, statistics,
        regression, average
    """),
}
