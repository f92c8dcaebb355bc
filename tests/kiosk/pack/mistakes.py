"""Mistakes to make in the small pack and its deck, and what is to be said of each.

Each is: what stands in the file · what it becomes · how many lines below it the mistake is · the path ·
the words.
"""

from tests.kiosk.pack.small import PACK

CARD_ID = 'id = "friend"\nlabel'
FEEDBACK_POINTS = '[{ value = 1, label = "Bad" }, { value = 2, label = "Good" }]'

PACK_MISTAKES = {
    "a wrong kind": (
        'kind = "text"', 'kind = "essay"', 0,
        "section 2, question 2, kind", "expected one of scale, choice, cards, text, lines, goal",
    ),
    "a kind that is no text": (
        'kind = "text"', "kind = 3", 0,
        "section 2, question 2, kind", "expected one of scale, choice, cards, text, lines, goal",
    ),
    "no kind": (
        'id = "day"\nkind = "text"\n', 'id = "day"\n', -1,
        "section 2, question 2, kind",
        "expected one of scale, choice, cards, text, lines, goal, but the key is",
    ),
    "a number for a text": (
        'ask = "What do you like?"', "ask = 5", 0,
        "section 1, question 2, ask", "expected text, not a whole number",
    ),
    "a text for a number": (
        "value = 1, label = \"Bad\" },\n", 'value = "1", label = "Bad" },\n', 0,
        "section 1, question 1, point 1, value", "expected a whole number, not text",
    ),
    "true for a number": (
        "version = 1", "version = true", 0, "version", "expected a whole number, not true or false",
    ),
    "a decimal number": (
        "most = 3", "most = 3.0", 0, "section 2, question 3, most",
        "expected a whole number, not",
    ),
    "a text for yes or no": (
        "several = true", 'several = "yes"', 0, "section 1, question 2, several",
        "expected true or false, not text",
    ),
    "own words for two options": (
        'id = "tea", label = "Tea" },\n    { id = "milk",',
        'own_words = true, id = "tea", label = "Tea" },\n    { own_words = true, id = "milk",', 1,
        "section 1, question 2, option 2, own_words", "expected at most one option with own words",
    ),
    "an option alone where only one is chosen": (
        'several = true\noptions = [\n    { id = "tea",', 'options = [\n    { alone = true, id = "tea",', 1,
        "section 1, question 2, option 1, alone", "expected `several = true` in this question",
    ),
    "a part that begins with depth": (
        'id = "mood"', 'depth = true\nid = "mood"', 0, "section 1, question 1, depth",
        "expected no `depth` at the first question of a section",
    ),
    "too much before the first answer": (
        'short = ["We keep', 'short = ["one", "two", "three", "We keep', 0, "privacy, short",
        "expected 1 to 3 lines, not 4",
    ),
    "a date": ("made =", "made = 2020-01-01 #", 0, "made", "expected text, not a date"),
    "a text for a list": ('short = ["We keep', 'short = "We keep', 0, "", "expected no ] here: no list"),
    "a lone text for a list": (
        'cleared = ["Thank you."]', 'cleared = "Thank you."', 0, "closing, cleared",
        "expected a list, not text",
    ),
    "a list for a table": ("[welcome]", "[[welcome]]", 0, "welcome", "expected [welcome], with one bracket"),
    "three numbers of minutes": ("[1, 2]", "[1, 2, 3]", 0, "minutes", "expected a list of 2, not of 3"),
    "minutes the wrong way round": ("[1, 2]", "[2, 1]", 0, "minutes", (
        "expected the smaller number of minutes first"
    )),
    "a missing key": (
        'ask = "What is a good day?"\n', "", -3,
        "section 2, question 2, ask", "expected text, but the key is missing",
    ),
    "a missing key at the top": ('id = "small"', "", 0, "id", "expected text, but the key is missing"),
    "a table of another name": (
        '[welcome]', "[welkome]", 0, "welkome",
        "expected no key of this name; did you mean `welcome`? The keys",
    ),
    "an unknown key": (
        "most = 3", "most = 3\nleast = 1", 1,
        "section 2, question 3, least", "expected no key of this name; the keys here are id, ask",
    ),
    "another kind's key": (
        'summary = "A good day"', 'summary = "A good day"\nmost = 3', 1,
        "section 2, question 2, most", "expected no key of this name",
    ),
    "an unknown key in a point": (
        '{ value = 2, label = "Good" },\n', '{ value = 2, label = "Good", hint = "x" },\n', 0,
        "section 1, question 1, point 2, hint",
        "expected no key of this name; the keys here are value, label",
    ),
    "a question id used twice": (
        'id = "goal"', 'id = "mood"', 0,
        "section 2, question 4, id",
        "expected an id used once; section 1, question 1, id has it already",
    ),
    "a question id used by the feedback too": (
        'id = "feedback"', 'id = "mood"', 0, "closing, feedback, id", "expected an id used once",
    ),
    "a section id used twice": (
        'id = "second"', 'id = "first"', 0, "section 2, id",
        "expected an id used once; section 1, id has it",
    ),
    "an option id used twice": (
        'id = "milk"', 'id = "tea"', 0, "section 1, question 2, option 2, id",
        "expected an id used once",
    ),
    "a point value used twice": (
        '{ value = 2, label = "Good" },\n', '{ value = 1, label = "Good" },\n', 0,
        "section 1, question 1, point 2, value", "expected a value used once",
    ),
    "a group shown twice": (
        '"self", "others"', '"self", "self"', 0, "section 2, question 1, group 2",
        "expected a group used once",
    ),
    "an unknown deck": (
        'deck = "tiny"', 'deck = "huge"', 0, "section 2, question 1, deck", "decks: tiny",
    ),
    "an unknown group": (
        '"self", "others"', '"self", "nobody"', 0,
        "section 2, question 1, group 2", "expected a group of the deck: self, others",
    ),
    "a deck that leads out of the folder": (
        'deck = "tiny"', 'deck = "../small"', 0, "section 2, question 1, deck",
        "expected an id of lower-case letters",
    ),
    "one point": (
        '    { value = 2, label = "Good" },\n', "", -2,
        "section 1, question 1, points", "expected 2 to 11 points, not 1",
    ),
    "twelve points": (
        FEEDBACK_POINTS, "[" + ", ".join(f'{{ value = {n}, label = "p{n}" }}' for n in range(12)) + "]", 0,
        "closing, feedback, points", "expected 2 to 11 points, not 12",
    ),
    "one option": (
        '    { id = "milk", label = "Milk" },\n', "", -2,
        "section 1, question 2, options", "expected 2 to 9 options, not 1",
    ),
    "ten options": (
        '{ id = "tea", label = "Tea" }', ", ".join(f'{{ id = "o{n}", label = "{n}" }}' for n in range(9)), -1,
        "section 1, question 2, options", "expected 2 to 9 options, not 10",
    ),
    "no welcome": (
        'lines = [\n    "Hello.",\n    "There are no wrong answers.",\n]', "lines = []", 0,
        "welcome, lines", "expected 1 to 9 lines, not 0",
    ),
    "an empty label": (
        '{ id = "milk", label = "Milk" }', '{ id = "milk", label = "" }', 0,
        "section 1, question 2, option 2, label", "expected some words; this text is empty",
    ),
    "a blank question": (
        'ask = "What is a good day?"', 'ask = " \\t "', 0, "section 2, question 2, ask",
        "expected some words",
    ),
    "a blank line in a list of many lines": (
        '    "There are no wrong answers."', '    "  "', 0, "welcome, line 2", "expected some words",
    ),
    "an empty reason": (
        'summary = "People"', 'summary = "People"\nwhy = ""', 1, "section 2, question 3, why",
        "expected some words",
    ),
    "an unknown placeholder": (
        "{days}", "{weeks}", 0, "privacy, short, line 1",
        "expected only these in braces: {organisation}, {venue}, {days}",
    ),
    "a lone brace": ("{days} days", "{days days", 0, "privacy, short, line 1", "only these in braces"),
    "a placeholder that is code": (
        "Ask {contact}.\"]\n", "Ask {contact.__class__}.\"]\n", 0,
        "closing, keep, line 1", "expected only these in braces",
    ),
    "a placeholder where nothing is filled in": (
        "How do you feel?", "How do you feel at {venue}?", 0,
        "section 1, question 1, ask", "expected no braces in this text",
    ),
    "a capital in an id": (
        'id = "mood"', 'id = "Mood"', 0, "section 1, question 1, id",
        "expected an id of lower-case",
    ),
    "a dash in an id": (
        'id = "tea"', 'id = "green-tea"', 0, "section 1, question 2, option 1, id",
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
        '"Hello."', '"Hello.\\u001b[31m"', 0, "welcome, line 1",
        "expected visible characters, on one line; character 7",
    ),
    "a text on two lines": (
        '"Hello."', '"""Hello.\nYou."""', 0, "welcome, line 1", "character 7 is U+000A",
    ),
    "an invisible sign": (
        '"Thank you."', '"Thank\N{ZERO WIDTH SPACE} you."', 0,
        "closing, cleared, line 1", "character 6 is U+200B",
    ),
    "letters turned right to left": (
        '"What?"', '"\N{RIGHT-TO-LEFT OVERRIDE}What?"', 0, "section 2, question 4, want",
        "character 1 is U+202E",
    ),
    "an unknown question on My page": (
        "[closing]\n", '[my_page]\nstrengths = ["cards", "nothing"]\n\n[closing]\n', 1,
        "my_page, strengths, line 2",
        "expected the id of a question of the kind cards or lines or text or choice",
    ),
    "the feedback on My page": (
        "[closing]\n", '[my_page]\nratings = ["feedback"]\n\n[closing]\n', 1,
        "my_page, ratings, line 1", "expected the id of a question of the kind scale",
    ),
    "a question that My page cannot draw as a bar": (
        "[closing]\n", '[my_page]\nratings = ["mood", "day"]\n\n[closing]\n', 1,
        "my_page, ratings, line 2", "expected the id of a question of the kind scale",
    ),
    "a scale among the strengths": (
        "[closing]\n", '[my_page]\nstrengths = ["mood"]\n\n[closing]\n', 1,
        "my_page, strengths, line 1", "expected the id of a question of the kind cards",
    ),
    "a goal among the hopes": (
        "[closing]\n", '[my_page]\nhopes = ["goal"]\n\n[closing]\n', 1,
        "my_page, hopes, line 1", "expected the id of a question of the kind text or lines or choice",
    ),
    "a text among the steps": (
        "[closing]\n", '[my_page]\nsteps = ["goal", "day"]\n\n[closing]\n', 1,
        "my_page, steps, line 2", "expected the id of a question of the kind goal",
    ),
    "a question shown twice by a part of My page": (
        "[closing]\n", '[my_page]\nhopes = ["day", "likes", "day"]\n\n[closing]\n', 1,
        "my_page, hopes, line 3", "expected a question used once; my_page, hopes, line 1 has it already",
    ),
    "an unknown part of My page": (
        "[closing]\n", '[my_page]\nfears = ["day"]\n\n[closing]\n', 1,
        "my_page, fears", "expected no key of this name; the keys here are strengths, ratings, hopes, steps",
    ),
    "a lone question for a list": (
        "[closing]\n", '[my_page]\nhopes = "day"\n\n[closing]\n', 1,
        "my_page, hopes", "expected a list, not text",
    ),
    "a number for a question": (
        "[closing]\n", "[my_page]\nhopes = [1]\n\n[closing]\n", 1,
        "my_page, hopes, line 1", "expected text, not a whole number",
    ),
    "a list for My page": (
        "[closing]\n", "[[my_page]]\n\n[closing]\n", 0, "my_page", "expected [my_page], with one",
    ),
    "decks in the pack": (
        "[closing]\n", "[decks]\n\n[closing]\n", 0, "decks", "expected no key `decks` here",
    ),
    "a key that is spelled wrongly": (
        'ask = "What do you like?"', 'aks = "What do you like?"', 0, "section 1, question 2, aks",
        "expected no key of this name; did you mean `ask`?",
    ),
    "a key in capitals": (
        "minutes =", "Minutes =", 0, "Minutes", "did you mean `minutes`?",
    ),
    "a kind that is spelled wrongly": (
        'kind = "text"', 'kind = "Txt"', 0, "section 2, question 2, kind", "did you mean `text`?",
    ),
    "another file's id": ('id = "small"', 'id = "large"', 0, "id", "expected small, as the file is called"),
    "two options with one label": (
        'label = "Milk"', 'label = "tea"', 0, "section 1, question 2, option 2, label",
        "expected these words used once; section 1, question 2, option 1, label has it already",
    ),
    "two labels that differ by a space": (
        'label = "Milk"', 'label = "Tea "', 0, "section 1, question 2, option 2, label",
        "expected these words used once",
    ),
    "two points with one label": (
        'value = 2, label = "Good" },\n', 'value = 2, label = "Bad" },\n', 0,
        "section 1, question 1, point 2, label", "expected these words used once",
    ),
    "nobody to complain to": (
        ", or complain to {complain}", "", -3, "privacy",
        "expected {complain} in these texts, so that customers know where to complain",
    ),
    "no days": (" for {days} days", "", -2, "privacy", "so that customers know how long they are kept"),
    "no help": (
        " For help now: {help}", "", 0, "writing_note",
        "expected {help} in these texts, so that customers know where to get help now",
    ),
    "an option with no room": (
        '"Milk"', f'"{"m" * 35}"', 0, "section 1, question 2, option 2, label",
        "expected at most 34 characters, not 35",
    ),
    "a question with no room": (
        '"What is a good day?"', f'"{"What " * 23}?"', 0, "section 2, question 2, ask",
        "expected at most 110 characters, not 116",
    ),
    "wide letters with no room": (
        '"Milk"', f'"{chr(0x725B) * 18}"', 0, "section 1, question 2, option 2, label",
        "expected at most 34 characters, not 36",
    ),
    "a title with no room": (
        '"What we keep"', f'"{"k" * 35}"', 0, "privacy, title", "expected at most 34 characters",
    ),
    "a part of a goal with no room": (
        'want = "What?"', f'want = "{"w" * 111}"', 0, "section 2, question 4, want", "at most 110 characters",
    ),
    "an introduction with no room": (
        '"The first part."', f'"{"i" * 161}"', 0, "section 1, intro", "expected at most 160 characters",
    ),
    "letters from right to left": (
        '"Milk"', '"\N{HEBREW LETTER ALEF}b"', 0, "section 1, question 2, option 2, label",
        "expected letters that run from left to right: a terminal turns no others round; character 1 is U+05",
    ),
    "a flag": (
        '"Milk"', '"M \N{REGIONAL INDICATOR SYMBOL LETTER G}"', 0, "section 1, question 2, option 2, label",
        "expected signs of one character: a terminal draws the others in pieces; character 3",
    ),
    "a heart in colour": (
        '"Milk"', '"\N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}"', 0,
        "section 1, question 2, option 2, label", "expected signs of one character",
    ),
    "curly quotes": (
        'title = "Second"', "title = \N{LEFT DOUBLE QUOTATION MARK}Second\N{RIGHT DOUBLE QUOTATION MARK}", 0,
        "", "expected straight quotes around this text",
    ),
    "curly quotes in a list": (
        '["Thank you."]', "[\N{LEFT SINGLE QUOTATION MARK}Thank you.\N{RIGHT SINGLE QUOTATION MARK}]", 0,
        "", "expected straight quotes around this text",
    ),
    "no end quote": ('"The first part."', '"The first part.', 0, "", "expected a quote at the end"),
    "quotes in quotes": (
        '"The first part."', '"The "first" part."', 0, "", "for a quote inside a text",
    ),
    "quotes in quotes in a list": (
        '"Hello."', '"Say "hello"."', 0, "", "for a quote inside a text",
    ),
    "an apostrophe in single quotes": (
        '"The first part."', "'It's first.'", 0, "", "around a text that has an apostrophe",
    ),
    "no comma": ('"Hello.",', '"Hello."', 1, "", "expected a comma before this part of the list, or ]"),
    "no quotes": ('"The first part."', "The first part.", 0, "", "expected a text in quotes"),
    "a remark without its sign": ("minutes = [1, 2]", "minutes = [1, 2] short", 0, "", "starts with #"),
    "a backslash": ('"The first part."', '"C:\\part"', 0, "", "expected \\\\ for a backslash"),
    "one bracket for two": (
        '[[sections]]\nid = "second"', '[sections]\nid = "second"', 0, "",
        "expected [[sections]], with two brackets on each side each time",
    ),
    "one bracket for two, of the first question": (
        '[[sections.questions]]\nid = "mood"', '[sections.questions]\nid = "mood"', 0, "",
        "expected [[sections.questions]], with two brackets on each side each time",
    ),
    "one bracket for two, of the last question": (
        '[[sections.questions]]\nid = "day"', '[ sections.questions ] # ours\nid = "day"', 0, "",
        "expected [[sections.questions]], with two brackets on each side each time",
    ),
    "one bracket for two, of the first part": (
        '[[sections]]\nid = "first"', '[sections]\nid = "first"', 0, "",
        "expected [[sections]], with two brackets on each side each time",
    ),
    "more brackets behind than in front": (
        '[[sections]]\nid = "first"', '[sections]]\nid = "first"', 0, "", "expected brackets on both sides",
    ),
    "round brackets around a heading": ("[privacy]", "(privacy)", 0, "", "expected brackets on both sides"),
    "a list in round brackets": (
        "minutes = [1, 2]", "minutes = (1, 2)", 0, "", "expected [ and ] around a list, not ( and )",
    ),
    "a list that ends twice": ("[1, 2]", "[1, 2]]", 0, "", "expected no ] here: no list is open"),
    "square brackets for braces": (
        '{ id = "milk", label = "Milk" }', '[ id = "milk", label = "Milk" ]', 0, "",
        "expected { and } around this part of the list",
    ),
    "no braces": (
        '{ id = "milk", label = "Milk" }', 'id = "milk", label = "Milk"', 0, "",
        "expected { and } around this part of the list",
    ),
    "curly quotes alone on a line of a list": (
        '"Hello."', "\N{LEFT DOUBLE QUOTATION MARK}Hello.\N{RIGHT DOUBLE QUOTATION MARK}", 0, "",
        "expected straight quotes around this text",
    ),
    "slanted quotes": ('"Hello."', "`Hello.`", 0, "", "expected straight quotes around this text"),
    "quotes of two kinds": ('"The first part."', "'The first part.\"", 0, "", "expected a quote at the end"),
    "a word in quotes between spaces": (
        '"The first part."', '"The " first " part."', 0, "", "for a quote inside a text",
    ),
    "a zero in front": ("version = 1", "version = 01", 0, "", "expected a number without a zero in front"),
    "a space in a name": ("first_step =", "first step =", 0, "", "expected _ in place of each space"),
    "a key of quite another name": (
        'ask = "What do you like?"', 'question = "What do you like?"', 0, "section 1, question 2, question",
        "did you mean `ask`?",
    ),
    "a capital in the pack's id": (
        'id = "small"', 'id = "Small"', 0, "id", "expected an id of lower-case letters",
    ),
    "numbers as texts": ("[1, 2]", '["1", "2"]', 0, "minutes, line 1", "expected a whole number, not text"),
    "a heading given twice": ("[closing]\n", "[welcome]\n", 0, "", "it stands here a second time"),
    "a heading without its end": ("[privacy]", "[privacy", 0, "", "expected brackets on both sides"),
    "a list without its end before a key": (
        'answers for {days} days."]', 'answers for {days} days.",', 1, "", "the list that begins on line 18",
    ),
    "a table in braces for a list": (
        "minutes = [1, 2]", "minutes = { least = 1, most = 2 }", 0, "minutes", "expected a list, not a part",
    ),
    "a path of another system": (
        '"The first part."', '"C:\\Users"', 0, "", "expected \\\\ for a backslash",
    ),
    "a list without its end": (
        '"There are no wrong answers.",\n]', '"There are no wrong answers.",\n', 3, "",
        "expected ] above this line: the list that begins on line 11 has no end",
    ),
    "a comma after the last part in braces": (
        'id = "milk", label = "Milk" }', 'id = "milk", label = "Milk", }', 0, "",
        "expected } on the same line: braces take one line, and no comma after their last part",
    ),
    "braces over several lines": (
        '{ id = "milk", label', '{\n    id = "milk", label', 0, "", "expected } on the same line",
    ),
    "braces without an end": ('label = "Milk" },', 'label = "Milk",', 0, "", "expected } on the same line"),
    "a comma forgotten in braces": (
        '"milk", label', '"milk" label', 0, "", "expected a comma between the parts in these braces",
    ),
    "a colon": ('id = "milk"', '"id": "milk"', 0, "", "expected = between a name and its value, not a colon"),
    "a yes": ("several = true", "several = yes", 0, "", "expected true or false, in small letters"),
    "a curly end alone": (
        '"The first part."', '"The first part.\N{RIGHT DOUBLE QUOTATION MARK}', 0, "",
        "expected straight quotes around this text",
    ),
    "no end quote after a curly word": (
        '"The first part."',
        '"The \N{LEFT DOUBLE QUOTATION MARK}first\N{RIGHT DOUBLE QUOTATION MARK} part.', 0, "",
        "expected a quote at the end of this text as well, on the same line",
    ),
    "no quotes around a curly word": (
        '"The first part."', "A \N{LEFT DOUBLE QUOTATION MARK}part\N{RIGHT DOUBLE QUOTATION MARK}.", 0, "",
        "expected a text in quotes",
    ),
    "no quotes, and curly ones in a remark": (
        '"The first part."', "First # \N{LEFT DOUBLE QUOTATION MARK}a\N{RIGHT DOUBLE QUOTATION MARK}", 0, "",
        "expected a text in quotes",
    ),
    "three quotes without an end": (
        '"The first part."', '"""The first part."', 0, "", "it begins with three, and has no end",
    ),
    "a text on two lines without its end": (
        '"The first part."', '"The first\npart."', 0, "", "at the end of this text as well, on the same",
    ),
    "a heading inside a list without its end": (
        '"There are no wrong answers.",\n]\n', '"There are no wrong answers."\n', 2, "",
        "expected ] above this line: the list that begins on line 11 has no end",
    ),
    "two commas": ('"Hello.",', '"Hello.",,', 0, "", "expected one comma between two parts of a list"),
    "a remark of another language": (
        "minutes =", "// How long it takes.\nminutes =", 0, "", "expected # in front of a remark",
    ),
    "spaces in brackets": (
        '[[sections]]\nid = "second"', '[ [sections] ]\nid = "second"', 0, "",
        "expected brackets on both sides of this name",
    ),
    "a hard space before a name": (
        "minutes =", "\N{NO-BREAK SPACE}minutes =", 0, "", "expected an ordinary space; the one here is of",
    ),
    "a control character between names": (
        "minutes =", "\x0cminutes =", 0, "", "expected a character that can be seen in place of U+000C",
    ),
    "a control character as it is": (
        '"Hello."', '"Hello\x0b."', 0, "", "expected a character that can be seen in place of U+000B",
    ),
    "a tab in a text": ('"Hello."', '"Hello\tyou."', 0, "welcome, line 1", "expected an ordinary space"),
    "a hard space in a text": (
        '"Hello."', '"Hello\N{NO-BREAK SPACE}you."', 0, "welcome, line 1",
        "expected an ordinary space; character 6 is U+00A0",
    ),
    "an emoji of several": (
        '"Milk"', '"\N{MAN}\N{ZERO WIDTH JOINER}\N{COOKING}"', 0, "section 1, question 2, option 2, label",
        "expected signs of one character: a terminal draws the others in pieces; character 2 is U+200D",
    ),
    "letters whose width drifts": (
        '"Milk"', '"\N{TAMIL LETTER PA}"', 0, "section 1, question 2, option 2, label",
        "expected letters of a script that a terminal can show, such as Latin or Cyrillic",
    ),
    "a section without its heading": (
        '[[sections]]\nid = "first"\ntitle = "First"\nintro = "The first part."\n\n', "", 0, "",
        "expected [[sections]] above this line",
    ),
    "words for points": (
        FEEDBACK_POINTS, '["Bad", "Good"]', 0, "closing, feedback, point 1",
        'expected { value = 1, label = "Very bad" }, not text',
    ),
    "a part that is missing": (
        PACK[PACK.index("[privacy]") : PACK.index('[[sections]]\nid = "first"')], "", -15, "privacy",
        "expected [privacy] and its keys, but",
    ),
    "a decimal comma": ("version = 1", "version = 1,0", 0, "", "expected no comma here"),
    "a key of the pack below the last heading": (
        'feedback_line = "What', 'minutes = [1, 2]\nfeedback_line = "What', 0, "closing, minutes",
        "expected `minutes` at the top of the file, above the headings that follow there",
    ),
    "a key of the section below its question": (
        'summary = "A good day"', 'summary = "A good day"\nintro = "The second part."', 1,
        "section 2, question 2, intro", "expected `intro` right below its [[sections]], above the headings",
    ),
    "a key of the question in a point": (
        '{ value = 2, label = "Good" },\n', '{ value = 2, label = "Good", why = "It helps." },\n', 0,
        "section 1, question 1, point 2, why", "expected `why` right below its [[sections.questions]], above",
    ),
    "one question for questions": (
        '[[sections.questions]]\nid = "day"', '[[sections.question]]\nid = "day"', 0, "section 2, question",
        "expected no key of this name; did you mean [[sections.questions]]? The keys here",
    ),
    "two names on one line": (
        'summary = "A good day"', 'summary = "A good day", why = "It helps."', 0, "",
        "expected no comma here; each name stands on a line of its own",
    ),
    "a version of nothing": (
        "version = 1", "version = 0", 0, "version",
        "expected a whole number from 1 to 9999",
    ),
    "no room for a line": (
        "most = 3", "most = 0", 0, "section 2, question 3, most",
        "expected a whole number from 1",
    ),
    "a language in words": ('"en"', '"English"', 0, "language", "expected a language tag such as en"),
    "broken TOML": ("version = 1", "version 1", 0, "", "expected a name in plain letters, an equals"),
    "a key given twice": (
        "version = 1", "version = 1\nversion = 2", 1, "",
        "expected this name once; it stands here a second time",
    ),
}  # fmt: skip

DECK_MISTAKES = {
    "another file's id": ('id = "tiny"', 'id = "other"', 0, "id", "expected tiny, as the file is called"),
    "a card id used twice": (CARD_ID, 'id = "kind"\nlabel', 0, "card 2, id", "expected an id used once"),
    "a card of no group": (
        'group = "others"', 'group = "family"', 0, "card 2, group",
        "expected one of the deck's groups: self, others",
    ),
    "a group without a card": (
        'group = "others"', 'group = "self"', -10, "groups, others",
        "expected at least one card",
    ),
    "two cards with one label": (
        '"I am a friend"', '"I AM kind"', 0, "card 2, label", "expected these words used once; card 1, label",
    ),
    "two groups with one heading": (
        'others = "Other people"', 'others = "Me"', 0, "groups, others", "expected these words used once",
    ),
    "a card with no room": (
        '"I am a friend"', f'"{"f" * 31}"', 0, "card 2, label", "expected at most 30 characters, not 31",
    ),
    "an empty card": ('"I am kind"', '""', 0, "card 1, label", "expected some words"),
    "an unknown key": (
        'title = "A tiny deck"', 'title = "A tiny deck"\nname = "x"', 1, "name",
        "expected no key of this name",
    ),
    "a wrong group id": ('self = "Me"', 'Self = "Me"', 0, "groups, Self", (
        "expected an id of lower-case letters"
    )),
    "a number for a heading": (
        'self = "Me"', "self = 1", 0, "groups, self",
        "expected text, not a whole number",
    ),
    "a placeholder": (
        '"I am kind"', '"I like {venue}"', 0, "card 1, label",
        "expected no braces in this text",
    ),
    "broken TOML": ('self = "Me"', 'self = "Me', 0, "", "expected a quote at the end"),
}  # fmt: skip
