"""`kiosk pack new` to `retire`: a venue's own questions, from a draft to customers and back."""

import json

from kiosk.dates import now
from kiosk.settings.settings import library_of, load_settings
from kiosk.visit.comments import keep_comment
from tests.kiosk.machines import Machine, Office

LINE = (
    "--why", "Nobody knew it.", "--asked", "customers", "--count", "4", "--from", "The meeting of 3 March",
)  # fmt: skip
READ = ("--customers", "3", "--staff", "1", "--from", "The meeting of 3 March")


def says(office: Machine, *arguments: str) -> str:
    """Run a command that asks for no passphrase and must succeed, and return what it prints."""
    result = office.run("pack", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def rewords(office: Machine, new: str = "How was your week?") -> None:
    """Make a draft of the next version of the shipped pack, with one question in other words."""
    says(office, "new", "strengths")
    file = office.home.packs / "strengths" / "draft" / "strengths.toml"
    text = file.read_text("utf-8")
    was = next(line for line in text.split("\n") if line.startswith('ask = "How did you') or new in line)
    file.write_text(text.replace(was, f'ask = "{new}"'), "utf-8")


def ready(office: Machine) -> None:
    """The same, with all that has to come before a pilot."""
    rewords(office)
    says(office, "log", "strengths", "--add", "feeling", *LINE)
    says(office, "review", "strengths", *READ)


def tries(office: Machine) -> None:
    """Save an entry of the pilot of the shipped pack, as a customer does."""
    form = {"pack": "strengths", "version": 2, "answers": {"feeling": 3}}
    office.run("enter", office.file("pilot.json", json.dumps(form)))


def test_a_reason_that_was_not_needed_is_said_not_to_be_kept(office: Office) -> None:
    ready(office)
    said = office.says("pack", "pilot", "strengths", "--because", "Just in case.")
    assert "Nothing was missing, so the reason is not in the change log." in said


def test_what_somebody_wrote_into_the_change_log_is_no_command_to_a_terminal(office: Office) -> None:
    ready(office)
    log = office.home.packs / "strengths" / "log.toml"
    was = log.read_text("utf-8")
    log.write_text(was.replace("Nobody knew it.", r"\u001b]0;x\u0007\u202e\nVersion 9"), "utf-8")
    told = says(office, "log", "strengths")
    assert told.replace("\n", "").isprintable()
    assert "\nVersion 9" not in told


def test_a_pack_is_changed_tried_out_published_and_rolled_back(office: Office) -> None:
    rewords(office)
    assert says(office, "diff", "strengths").split("\n")[:3] == [
        "feeling: wording; the change log does not say why",
        "  - ask: How did you feel most of the time in the last week?",
        "  + ask: How was your week?",
    ]
    assert "feeling. Add a line" in office.as_jo("pack", "pilot", "strengths").stderr
    says(office, "log", "strengths", "--add", "feeling", *LINE)
    assert "No customer took part" in office.as_jo("pack", "pilot", "strengths").stderr
    says(office, "review", "strengths", *READ)
    assert "version 2     review    3 customers, 1 staff" in says(office, "list")
    office.says("pack", "pilot", "strengths")
    listed = says(office, "list").split("\n")
    assert [line.split() for line in listed if "customers get it" in line] == [
        ["strengths", "version", "1", "live", "customers", "get", "it"],
        ["strengths", "version", "2", "pilot", "customers", "get", "it"],
    ]
    assert "Nobody answered the pilot, version 2" in office.as_jo("pack", "publish", "strengths").stderr
    tries(office)
    assert "live from the next visit" in office.says("pack", "publish", "strengths")
    again = office.says("pack", "publish", "strengths")
    assert again == "Version 2 of the pack 'strengths' is live already.\n"
    assert "version 1     retired\n" in says(office, "list")
    assert "Version 1 of the pack 'strengths' is live again" in office.says("pack", "roll-back", "strengths")
    assert office.noted() == [
        "Jo Smith: published a pack strengths, version 2: pilot",
        "the kiosk: typed in a paper form ",
        "Jo Smith: published a pack strengths, version 2: live",
        "Jo Smith: published a pack strengths, version 2: rolled back",
    ]
    told = says(office, "log", "strengths")
    assert "read by 3 customers and 1 staff: The meeting of 3 March" in told
    assert "feeling: changed (wording). Nobody knew it.\n" in told
    assert "asked by 4 (customers): The meeting of 3 March" in told


def test_only_a_lead_publishes_and_staff_who_are_none_do_not(office: Office) -> None:
    ready(office)
    for step in (("pilot",), ("publish",), ("roll-back",), ("retire",), ("offer",)):
        refused = office.as_ali("pack", *step, "strengths")
        assert (refused.exit_code, "lead" in refused.stderr) == (1, True)
    assert not (office.home.packs / "strengths" / "states.json").exists()
    assert office.noted() == []


def test_a_comment_on_a_pilot_needs_a_decision_or_a_reason(office: Office) -> None:
    ready(office)
    office.says("pack", "pilot", "strengths")
    tried = library_of(office.home).version("strengths", 2)
    key = load_settings(office.home.settings).venue.key
    keep_comment(office.home, key, tried, now=now(), question="feeling", text="Too long.")
    refused = office.as_jo("pack", "publish", "strengths").stderr
    assert "1 comment on the pilot waits" in refused
    assert "open the desk (F12), press F3, then 7" in refused
    assert "Nobody answered" not in refused
    office.says("pack", "publish", "strengths", "--because", "It is the end of the year.")
    assert "although something was missing: It is the end" in says(office, "log", "strengths")


def test_a_new_pack_is_a_copy_of_the_short_one_and_offered_once_settings_say_so(office: Office) -> None:
    says(office, "new", "ours")
    says(office, "review", "ours", *READ)
    office.says("pack", "pilot", "ours")
    assert "customers get it" not in says(office, "list").split("ours")[1].split("\n")[0]
    told = office.says("pack", "offer", "strengths", "ours", "short")
    assert told == "From the next visit customers get strengths first, and may choose ours or short.\n"
    got = [line.split()[0] for line in says(office, "list").split("\n") if "customers get it" in line]
    assert got == ["ours", "short", "strengths"]
    told = office.says("pack", "retire", "ours")
    assert told.endswith("Take it out of what Welcome offers with 'kiosk pack offer strengths short'.\n")
    listed = office.run("pack", "list")
    assert "version 1     retired\n" in listed.stdout
    assert listed.stderr == "Customers cannot use ours. No version of it is in use.\n"
    office.says("pack", "offer", "strengths", "short")
    assert office.run("pack", "list").stderr == ""


def test_what_a_lead_offers_is_noted_and_raises_no_alarm(office: Office) -> None:
    office.says("audit")  # an unlock that takes stock
    assert office.says("pack", "offer", "short") == "From the next visit customers get short.\n"
    assert office.says("pack", "offer", "short", "strengths").endswith("and may choose strengths.\n")
    settings = load_settings(office.home.settings)
    assert (settings.pack, settings.offer) == ("short", ("strengths",))
    assert office.says("audit", "--acknowledge").count("set which packs are offered") == 2
    assert office.noted()[1:3] == [
        "Jo Smith: set which packs are offered short",
        "Jo Smith: set which packs are offered short, strengths",
    ]


def test_what_cannot_be_offered_is_refused(office: Office) -> None:
    says(office, "new", "ours")
    before = office.home.settings.read_bytes()
    for ids, why in (
        (("none",), "no pack with that name"),
        (("strengths", "../x"), "no pack with that name"),
        (("strengths", "ours"), "No version of the pack 'ours' is a pilot or live"),
        (("strengths", "short", "one", "two", "three"), "at most 4"),
        ((), "Missing argument"),
    ):
        refused = office.as_jo("pack", "offer", *ids)
        assert (refused.exit_code != 0, why in refused.stderr) == (True, True), refused.stderr
    assert (office.home.settings.read_bytes(), office.noted()) == (before, [])


def test_a_name_of_staff_does_not_come_into_the_change_log(office: Office) -> None:
    rewords(office)
    result = office.run("pack", "log", "strengths", "--add", "feeling", *LINE, "--why", "Jo Smith said so.")
    assert (result.exit_code, "Leave the name Jo Smith out" in result.stderr) == (1, True)


def test_what_cannot_be_done_is_one_plain_line(office: Office) -> None:
    for arguments, code in (
        (("log", "strengths", "--add", "feeling", "--why", "So."), 2),
        (("log", "none"), 0),
        (("new", "../x"), 1),
        (("new", "strengths", "--from", "none"), 1),
        (("diff", "strengths"), 1),
        (("diff", "strengths@9", "strengths"), 1),
        (("review", "strengths", *READ), 1),
        (("pilot", "none"), 1),
    ):
        result = (office.as_jo if arguments[0] == "pilot" else office.run)("pack", *arguments)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
    assert not (office.home.packs / "strengths").exists()


def test_a_paper_form_counts_under_the_version_on_it_and_a_draft_is_no_version(office: Office) -> None:
    ready(office)
    office.says("pack", "pilot", "strengths")
    office.says("pack", "publish", "strengths", "--because", "A test.")
    for told, asked in (({"version": 1}, "How did you feel most"), ({}, "How was your week?")):
        file = office.file("form.json", json.dumps({"pack": "strengths", "answers": {"feeling": 3}, **told}))
        code = json.loads(office.run("enter", file, "--json").stdout)["code"]
        assert asked in office.as_jo("open", code).stdout
    file = office.file("form.json", '{"pack": "strengths@draft", "answers": {}}')
    assert "no pack with that name" in office.run("enter", file).stderr
