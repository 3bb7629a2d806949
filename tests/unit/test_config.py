"""The preferences: whatever is in the file, there are some."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from trainer.config import Config, load, wanted
from trainer.scheduling.settings import FSRS_DEFAULTS, DeckSettings, Settings


def read(folder: Path, text: str | bytes) -> Config:
    path = folder / "config.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    config = load(str(path))
    assert all(str(path) in problem for problem in config.problems)
    return config


def test_without_a_file_all_is_at_its_default(tmp_path: Path) -> None:
    assert load(str(tmp_path / "config.toml")) == Config()
    assert read(tmp_path, "") == Config()


def test_all_of_it(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        [daily]
        new = 5
        reviews = 0
        [schedule]
        retention = 0.85
        rollover = 0
        learning_steps = [1, 10.5]
        relearning_steps = []
        maximum_interval = 365
        [grading]
        again = 0.4
        hard = 0.6
        """,
    )
    settings = Settings(0.85, 0, (1.0, 10.5), (), 365)
    assert config == Config(5, 0, 0.4, 0.6, settings)


def test_what_a_plan_needs(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        interview = 2026-12-14
        [daily]
        minutes = 22.5
        backlog_days = 5
        """,
    )
    assert config == Config(minutes=22.5, backlog_days=5, interview=date(2026, 12, 14).toordinal())
    assert read(tmp_path, 'interview = "2026-12-14"') == Config(interview=config.interview)


def test_decks_of_their_own(tmp_path: Path) -> None:
    parameters = [*FSRS_DEFAULTS[:20], 0.2]
    config = read(
        tmp_path,
        f"""
        [decks.rag]
        retention = 0.95
        [decks."sql-basics"]
        parameters = {parameters}
        [decks.empty]
        """,
    )
    assert config == Config(
        settings=Settings(
            decks=(
                DeckSettings("rag", 0.95),
                DeckSettings("sql-basics", None, tuple(parameters)),
            )
        )
    )
    assert config.settings.of("rag/x").retention == 0.95
    assert config.settings.of("other/x").retention == 0.9
    assert config.settings.of("sql-basics/x").parameters[20] == 0.2
    assert Settings.from_json(config.settings.to_json()) == config.settings


def test_a_bad_value_of_a_deck_leaves_its_others(tmp_path: Path) -> None:
    config = read(tmp_path, "[decks.d]\nretention = 0.95\nparameters = [1, 2]\n")
    assert config.settings.decks == (DeckSettings("d", 0.95),)
    assert "[decks.d] parameters must be a list of FSRS-6's 21 parameters" in config.problems[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[daily]\nnew = -1", r"\[daily\] new must be a whole number from 0 to 9999"),
        ("[daily]\nnew = true", "new must be"),
        ("[daily]\nnew = 2.5", "new must be"),
        ('[daily]\nnew = "5"', "new must be"),
        ("[schedule]\nretention = 1", "retention must be a number from 0.7 to 0.97"),
        ("[schedule]\nretention = nan", "retention must be"),
        ("[schedule]\nrollover = 24", "rollover must be"),
        ("[schedule]\nlearning_steps = 10", "learning_steps must be a list of minutes"),
        ("[schedule]\nlearning_steps = [0]", "learning_steps must be"),
        ("[schedule]\nlearning_steps = [inf]", "learning_steps must be"),
        ('[schedule]\nlearning_steps = ["10m"]', "learning_steps must be"),
        ("[schedule]\nmaximum_interval = 0", "maximum_interval must be"),
        ("[grading]\nagain = 0.8", "again must not be above hard"),
        ("[grading]\nhard = 0.2", "again must not be above hard"),
        ("[daily]\nnews = 5", r"\[daily\] has no news; it has new, reviews"),
        ("[dayly]\nnew = 5", r"dayly is not known here; the tables are \[daily\]"),
        ("daily = 5", "daily is not known here"),
        ("new = 5", "new is not known here"),
        ("[daily]\nminutes = -1", r"\[daily\] minutes must be a number from 0 to 1440"),
        ("[daily]\nminutes = nan", "minutes must be"),
        ("[daily]\nbacklog_days = 0", "backlog_days must be a whole number from 1 to 365"),
        ("[daily]\nbacklog_days = 1.5", "backlog_days must be"),
        ("interview = 5", "interview must be a date such as 2026-12-14; it is left out"),
        ('interview = "soon"', "interview must be a date"),
        ("interview = 2026-12-14T09:00:00Z", "interview must be a date"),
        ("interview = 09:00:00", "interview must be a date"),
        ("[interview]\nday = 1", "interview must be a date"),
        ("[decks.d]\nretention = 1", r"\[decks.d\] retention must be a number from 0.7 to 0.97"),
        ("[decks.d]\nnew = 1", r"\[decks.d\] has no new; it has .*retention, parameters"),
        ("[decks.d]\nparameters = 1", "parameters must be a list"),
        ("[decks]\nd = 1", r"\[decks.d\] must be a table; it is left out"),
        ("decks = 1", r"decks must be tables such as \[decks.ID\]; they are left out"),
        ("[[decks]]\nd = 1", "decks must be tables"),
        ("[daily\nnew = 5", "not valid TOML"),
        (b"\xff\xfe", "not valid TOML"),
        (f"[daily]\nnew = {'9' * 5000}", "not valid TOML"),
        (f"a = {'[' * 100_000}", "not valid TOML"),
    ],
)
def test_what_cannot_be_used_is_said_and_at_its_default(
    tmp_path: Path, text: str | bytes, says: str
) -> None:
    config = read(tmp_path, text)
    assert config._replace(problems=()) == Config()
    assert len(config.problems) == 1
    with pytest.raises(AssertionError, match=says):
        raise AssertionError(config.problems[0])


def test_one_bad_value_leaves_the_others(tmp_path: Path) -> None:
    config = read(tmp_path, "[daily]\nnew = -1\nreviews = 7\n[grading]\nhard = 0.9\nagain = 2\n")
    assert (config.new, config.reviews, config.again, config.hard) == (10, 7, 0.5, 0.9)
    assert len(config.problems) == 2


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    config = load(str(tmp_path / "config.toml"))
    assert "can't be read" in config.problems[0]


def test_hostile_names_pass_the_door(tmp_path: Path) -> None:
    config = read(
        tmp_path, '[daily]\n"a\\u001b[31mb" = 1\n["x\\u202ey"]\n[decks."d\\u001b"]\n"e\\u202e" = 1'
    )
    assert len(config.problems) == 3
    assert not {"\x1b", "\u202e"} & set("".join(config.problems))


def test_keys_are_named_with_quotes_or_without(tmp_path: Path) -> None:
    config = read(tmp_path, '[keys]\n"home.start" = "f2"\nquestion.submit = "f3"\nhelp = "f4"\n')
    assert config == Config(keys=(("home.start", "f2"), ("question.submit", "f3"), ("help", "f4")))


def test_a_name_of_many_parts_is_no_key(tmp_path: Path) -> None:
    config = read(tmp_path, f"[keys]\n{'.'.join('a' * 5000)} = 'f2'\n")
    assert config.keys == ()
    assert "must name keys" in config.problems[0]


def test_what_a_setting_may_be_is_said() -> None:
    assert wanted("daily", "new") == "a whole number from 0 to 9999"
    assert wanted("", "interview") == "a date such as 2026-12-14"
