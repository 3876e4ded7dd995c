"""Marks and tokens are the same in every run and unlike any other."""

from __future__ import annotations

import base64

from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import UNIT, Marks


def test_a_mark_is_the_base64_of_32_bytes_and_survives_decoding() -> None:
    mark = Marks().mark("call:x:y:listKeys", "primaryKey")
    raw = base64.b64decode(mark, validate=True)
    assert len(mark) == 44
    assert len(raw) == 32
    assert base64.b64encode(raw).decode() == mark


def test_texts_do_not_depend_on_the_order_in_which_they_are_asked_for() -> None:
    first, second = Marks(), Marks()
    wanted = [("urn", "a"), ("urn", "b"), ("call:t", "keys[0].value")]
    one = {place: (first.mark(*place), first.token(*place)) for place in wanted}
    other = {place: (second.mark(*place), second.token(*place)) for place in reversed(wanted)}
    assert one == other


def test_what_a_text_stands_for_tells_it_from_others() -> None:
    marks = Marks()
    texts = {
        marks.mark("urn", "a"),
        marks.mark("urn", "b"),
        marks.mark("other", "a"),
        marks.mark("urn", "a", seed="other arguments"),
    }
    assert len(texts) == 4
    assert marks.mark("urn", "a") in texts


def test_every_piece_of_twelve_characters_says_whose_it_is() -> None:
    marks = Marks()
    texts = [marks.mark("urn", str(number)) for number in range(200)]
    pieces = [{text[i : i + UNIT].lower() for i in range(len(text) - UNIT + 1)} for text in texts]
    for number, mine in enumerate(pieces):
        assert not any(mine & others for others in pieces[:number])


def test_many_marks_stay_apart_though_their_ids_are_short() -> None:
    marks = Marks()
    texts = {marks.mark("urn", str(number)) for number in range(20_000)}
    assert len(texts) == 20_000


def test_what_was_handed_out_is_listed_once_with_what_it_stands_for() -> None:
    marks = Marks()
    for _ in range(2):
        key = marks.mark("call:t", "primaryKey")
        pin = marks.number("config:app:pin", "")
        host = marks.make("urn", "properties.hostName", "{}.azure-devices.net".format)
    assert marks.marks == [
        [key, "call:t", "primaryKey", "key"],
        [str(pin), "config:app:pin", "", "config"],
    ]
    assert [host, "urn", "properties.hostName"] in marks.made
    assert [key, "call:t", "primaryKey"] in marks.made
    assert len(marks.made) == 3


def test_a_number_is_long_enough_to_be_told_and_short_enough_for_json() -> None:
    number = Marks().number("config:app:pin", "")
    assert len(str(number)) >= UNIT
    assert int(float(number)) == number


def test_a_text_of_the_users_is_followed_like_a_mark() -> None:
    marks = Marks()
    text = marks.adopt("chosen-by-the-user", "config:app:password", "", "config")
    assert [text, "config:app:password", "", "config"] in marks.marks
