"""Mistakes to make in the small pack and its deck, and what is to be said of each.

Each is: what stands in the file · what it becomes · how many lines below it the mistake is · the path ·
the words.
"""

CARD_ID = 'id = "friend"\nlabel'
FEEDBACK_POINTS = '[{ value = 1, label = "Bad" }, { value = 2, label = "Good" }]'

PACK_MISTAKES = {
    "a wrong kind": (
        'kind = "text"', 'kind = "essay"', 0,
        "sections[1].questions[1].kind", "expected one of scale, choice, cards, text, lines, goal",
    ),
    "a kind that is no text": (
        'kind = "text"', "kind = 3", 0,
        "sections[1].questions[1].kind", "expected one of scale, choice, cards, text, lines, goal",
    ),
    "no kind": (
        'id = "day"\nkind = "text"\n', 'id = "day"\n', -1,
        "sections[1].questions[1].kind",
        "expected one of scale, choice, cards, text, lines, goal, but the key is",
    ),
    "a number for a text": (
        'ask = "What do you like?"', "ask = 5", 0,
        "sections[0].questions[1].ask", "expected text, not a whole number",
    ),
    "a text for a number": (
        "value = 1, label = \"Bad\" },\n", 'value = "1", label = "Bad" },\n', 0,
        "sections[0].questions[0].points[0].value", "expected a whole number, not text",
    ),
    "true for a number": (
        "version = 1", "version = true", 0, "version", "expected a whole number, not true or false",
    ),
    "a decimal number": (
        "most = 3", "most = 3.0", 0, "sections[1].questions[2].most",
        "expected a whole number, not",
    ),
    "a text for yes or no": (
        "several = true", 'several = "yes"', 0, "sections[0].questions[1].several",
        "expected true or false, not text",
    ),
    "own words for two options": (
        'id = "tea", label = "Tea" },\n    { id = "milk",',
        'own_words = true, id = "tea", label = "Tea" },\n    { own_words = true, id = "milk",', 1,
        "sections[0].questions[1].options[1].own_words", "expected at most one option with own words",
    ),
    "an option alone where only one is chosen": (
        'several = true\noptions = [\n    { id = "tea",', 'options = [\n    { alone = true, id = "tea",', 1,
        "sections[0].questions[1].options[0].alone", "expected `several = true` in this question",
    ),
    "a date": ("made =", "made = 2020-01-01 #", 0, "made", "expected text, not a date"),
    "a text for a list": ('short = ["We keep', 'short = "We keep', 0, "", "expected TOML"),
    "a lone text for a list": (
        'cleared = ["Thank you."]', 'cleared = "Thank you."', 0, "closing.cleared",
        "expected a list, not text",
    ),
    "a list for a table": ("[welcome]", "[[welcome]]", 0, "welcome", "expected a table, not a list"),
    "three numbers of minutes": ("[1, 2]", "[1, 2, 3]", 0, "minutes", "expected a list of 2, not of 3"),
    "minutes the wrong way round": ("[1, 2]", "[2, 1]", 0, "minutes", (
        "expected the smaller number of minutes first"
    )),
    "a missing key": (
        'ask = "What is a good day?"\n', "", -3,
        "sections[1].questions[1].ask", "expected text, but the key is missing",
    ),
    "a missing key at the top": ('id = "small"', "", 0, "id", "expected text, but the key is missing"),
    "a table of another name": (
        '[welcome]', "[welkome]", 0, "welkome",
        "expected no key of this name; the keys",
    ),
    "an unknown key": (
        "most = 3", "most = 3\nleast = 1", 1,
        "sections[1].questions[2].least", "expected no key of this name; the keys here are id, ask",
    ),
    "another kind's key": (
        'summary = "A good day"', 'summary = "A good day"\nmost = 3', 1,
        "sections[1].questions[1].most", "expected no key of this name",
    ),
    "an unknown key in a point": (
        '{ value = 2, label = "Good" },\n', '{ value = 2, label = "Good", hint = "x" },\n', 0,
        "sections[0].questions[0].points[1].hint",
        "expected no key of this name; the keys here are value, label",
    ),
    "a question id used twice": (
        'id = "goal"', 'id = "mood"', 0,
        "sections[1].questions[3].id",
        "expected an id used once; sections[0].questions[0].id has it already",
    ),
    "a question id used by the feedback too": (
        'id = "feedback"', 'id = "mood"', 0, "closing.feedback.id", "expected an id used once",
    ),
    "a section id used twice": (
        'id = "second"', 'id = "first"', 0, "sections[1].id",
        "expected an id used once; sections[0].id has it",
    ),
    "an option id used twice": (
        'id = "milk"', 'id = "tea"', 0, "sections[0].questions[1].options[1].id",
        "expected an id used once",
    ),
    "a point value used twice": (
        '{ value = 2, label = "Good" },\n', '{ value = 1, label = "Good" },\n', 0,
        "sections[0].questions[0].points[1].value", "expected a value used once",
    ),
    "a group shown twice": (
        '"self", "others"', '"self", "self"', 0, "sections[1].questions[0].groups[1]",
        "expected a group used once",
    ),
    "an unknown deck": (
        'deck = "tiny"', 'deck = "huge"', 0, "sections[1].questions[0].deck", "decks: tiny",
    ),
    "an unknown group": (
        '"self", "others"', '"self", "nobody"', 0,
        "sections[1].questions[0].groups[1]", "expected a group of the deck: self, others",
    ),
    "a deck that leads out of the folder": (
        'deck = "tiny"', 'deck = "../small"', 0, "sections[1].questions[0].deck",
        "expected an id of lower-case letters",
    ),
    "one point": (
        '    { value = 2, label = "Good" },\n', "", -2,
        "sections[0].questions[0].points", "expected 2 to 11 points, not 1",
    ),
    "twelve points": (
        FEEDBACK_POINTS, "[" + ", ".join(f'{{ value = {n}, label = "p" }}' for n in range(12)) + "]", 0,
        "closing.feedback.points", "expected 2 to 11 points, not 12",
    ),
    "one option": (
        '    { id = "milk", label = "Milk" },\n', "", -2,
        "sections[0].questions[1].options", "expected 2 to 9 options, not 1",
    ),
    "ten options": (
        '{ id = "tea", label = "Tea" }', ", ".join(f'{{ id = "o{n}", label = "o" }}' for n in range(9)), -1,
        "sections[0].questions[1].options", "expected 2 to 9 options, not 10",
    ),
    "no welcome": (
        'lines = [\n    "Hello.",\n    "There are no wrong answers.",\n]', "lines = []", 0,
        "welcome.lines", "expected 1 to 9 lines, not 0",
    ),
    "an empty label": (
        '{ id = "milk", label = "Milk" }', '{ id = "milk", label = "" }', 0,
        "sections[0].questions[1].options[1].label", "expected some words; this text is empty",
    ),
    "a blank question": (
        'ask = "What is a good day?"', 'ask = " \\t "', 0, "sections[1].questions[1].ask",
        "expected some words",
    ),
    "a blank line in a list of many lines": (
        '    "There are no wrong answers."', '    "  "', 0, "welcome.lines[1]", "expected some words",
    ),
    "an empty reason": (
        'summary = "People"', 'summary = "People"\nwhy = ""', 1, "sections[1].questions[2].why",
        "expected some words",
    ),
    "an unknown placeholder": (
        "{days}", "{weeks}", 0, "privacy.short[0]",
        "expected only these in braces: {organisation}, {venue}, {days}",
    ),
    "a lone brace": ("{days} days", "{days days", 0, "privacy.short[0]", "expected only these in braces"),
    "a placeholder that is code": (
        "{contact}", "{contact.__class__}", 0, "closing.keep[0]", "expected only these in braces",
    ),
    "a placeholder where nothing is filled in": (
        "How do you feel?", "How do you feel at {venue}?", 0,
        "sections[0].questions[0].ask", "expected no braces in this text",
    ),
    "a capital in an id": (
        'id = "mood"', 'id = "Mood"', 0, "sections[0].questions[0].id",
        "expected an id of lower-case",
    ),
    "a dash in an id": (
        'id = "tea"', 'id = "green-tea"', 0, "sections[0].questions[1].options[0].id",
        "expected an id",
    ),
    "an id that is empty": (
        'id = "small"', 'id = ""', 0, "id",
        "expected an id of lower-case letters a to z, digits and _",
    ),
    "an id that ends in a line end": (
        'id = "small"', 'id = "small\\n"', 0, "id",
        "expected an id of lower-case letters",
    ),
    "a control character": (
        '"Hello."', '"Hello.\\u001b[31m"', 0, "welcome.lines[0]",
        "expected visible characters, on one line; character 7",
    ),
    "a text on two lines": (
        '"Hello."', '"""Hello.\nYou."""', 0, "welcome.lines[0]", "character 7 is U+000A",
    ),
    "an invisible sign": (
        '"Thank you."', '"Thank\N{ZERO WIDTH SPACE} you."', 0, "closing.cleared[0]", "character 6 is U+200B",
    ),
    "letters turned right to left": (
        '"What?"', '"\N{RIGHT-TO-LEFT OVERRIDE}What?"', 0, "sections[1].questions[3].want",
        "character 1 is U+202E",
    ),
    "an unknown question on My page": (
        "[closing]\n", '[my_page]\nstrengths = ["cards", "nothing"]\n\n[closing]\n', 1,
        "my_page.strengths[1]", "expected the id of a question of the kind cards or lines or text or choice",
    ),
    "the feedback on My page": (
        "[closing]\n", '[my_page]\nratings = ["feedback"]\n\n[closing]\n', 1,
        "my_page.ratings[0]", "expected the id of a question of the kind scale",
    ),
    "a question that My page cannot draw as a bar": (
        "[closing]\n", '[my_page]\nratings = ["mood", "day"]\n\n[closing]\n', 1,
        "my_page.ratings[1]", "expected the id of a question of the kind scale",
    ),
    "a scale among the strengths": (
        "[closing]\n", '[my_page]\nstrengths = ["mood"]\n\n[closing]\n', 1,
        "my_page.strengths[0]", "expected the id of a question of the kind cards",
    ),
    "a goal among the hopes": (
        "[closing]\n", '[my_page]\nhopes = ["goal"]\n\n[closing]\n', 1,
        "my_page.hopes[0]", "expected the id of a question of the kind text or lines or choice",
    ),
    "a text among the steps": (
        "[closing]\n", '[my_page]\nsteps = ["goal", "day"]\n\n[closing]\n', 1,
        "my_page.steps[1]", "expected the id of a question of the kind goal",
    ),
    "a question shown twice by a part of My page": (
        "[closing]\n", '[my_page]\nhopes = ["day", "likes", "day"]\n\n[closing]\n', 1,
        "my_page.hopes[2]", "expected a question used once; my_page.hopes[0] has it already",
    ),
    "an unknown part of My page": (
        "[closing]\n", '[my_page]\nfears = ["day"]\n\n[closing]\n', 1,
        "my_page.fears", "expected no key of this name; the keys here are strengths, ratings, hopes, steps",
    ),
    "a lone question for a list": (
        "[closing]\n", '[my_page]\nhopes = "day"\n\n[closing]\n', 1,
        "my_page.hopes", "expected a list, not text",
    ),
    "a number for a question": (
        "[closing]\n", "[my_page]\nhopes = [1]\n\n[closing]\n", 1,
        "my_page.hopes[0]", "expected text, not a whole number",
    ),
    "a list for My page": (
        "[closing]\n", "[[my_page]]\n\n[closing]\n", 0, "my_page", "expected a table, not a list",
    ),
    "decks in the pack": (
        "[closing]\n", "[decks]\n\n[closing]\n", 0, "decks", "expected no key `decks` here",
    ),
    "a version of nothing": (
        "version = 1", "version = 0", 0, "version",
        "expected a whole number from 1 to 9999",
    ),
    "no room for a line": (
        "most = 3", "most = 0", 0, "sections[1].questions[2].most",
        "expected a whole number from 1",
    ),
    "a language in words": ('"en"', '"English"', 0, "language", "expected a language tag such as en"),
    "broken TOML": ("version = 1", "version 1", 0, "", "expected TOML: Expected '=' after a key"),
    "a key given twice": (
        "version = 1", "version = 1\nversion = 2", 1, "",
        "expected TOML: Cannot overwrite a value",
    ),
}  # fmt: skip

DECK_MISTAKES = {
    "another file's id": ('id = "tiny"', 'id = "other"', 0, "id", "expected tiny, as the file is called"),
    "a card id used twice": (CARD_ID, 'id = "kind"\nlabel', 0, "cards[1].id", "expected an id used once"),
    "a card of no group": (
        'group = "others"', 'group = "family"', 0, "cards[1].group",
        "expected one of the deck's groups: self, others",
    ),
    "a group without a card": (
        'group = "others"', 'group = "self"', -10, "groups.others",
        "expected at least one card",
    ),
    "an empty card": ('"I am kind"', '""', 0, "cards[0].label", "expected some words"),
    "an unknown key": (
        'title = "A tiny deck"', 'title = "A tiny deck"\nname = "x"', 1, "name",
        "expected no key of this name",
    ),
    "a wrong group id": ('self = "Me"', 'Self = "Me"', 0, "groups.Self", (
        "expected an id of lower-case letters"
    )),
    "a number for a heading": (
        'self = "Me"', "self = 1", 0, "groups.self",
        "expected text, not a whole number",
    ),
    "a placeholder": (
        '"I am kind"', '"I like {venue}"', 0, "cards[0].label",
        "expected no braces in this text",
    ),
    "broken TOML": ('self = "Me"', 'self = "Me', 0, "", "expected TOML"),
}  # fmt: skip
