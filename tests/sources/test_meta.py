import json

import pytest

from corpus.sources import meta
from corpus.sources.file import File
from corpus.sources.meta_entries import listed_entries
from corpus.sources.piece import Piece, Problem, Reading

OWNER = {"profile_v2": {"name": {"full_name": "Ann Lee"}}}


@pytest.fixture
def read(tmp_path):
    def run(data, name="posts/your_posts_1.json", profile=OWNER):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        if profile:
            beside = tmp_path / "profile_information" / "profile_information.json"
            beside.parent.mkdir(exist_ok=True)
            beside.write_text(json.dumps(profile))
        file = File(path, f"export/{name}", "f1")
        assert meta.recognise(file, file.head())
        return list(meta.read(file, Reading()))

    return run


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def post(when, text=None, *media, **more):
    data = [{"post": text}] if text else []
    attachments = [{"data": [{"media": m} for m in media]}] if media else []
    return {"timestamp": when, "data": data, "attachments": attachments, **more}


def test_posts_are_ones_own_whoever_the_profile_names(read):
    (piece,) = of(Piece, read([post(1_500_000_000, "mine")]))
    assert (piece.handle, piece.mine, piece.kind) == ("messenger:Ann Lee", True, "post")
    (piece,) = of(Piece, read([post(1_500_000_000, "mine")], "x/y/your_posts_1.json", None))
    assert (piece.handle, piece.mine) == (None, True)


def test_a_caption_is_read_once_and_what_is_linked_never(read):
    linked = {"external_context": {"name": "their headline", "url": "https://x.example/"}}
    found = read(
        [
            post(1_500_000_000, "Evening", {"uri": "a.jpg", "description": "Evening"}),
            post(1_500_000_001, "Two", {"uri": "b.jpg", "description": "a second thought"}),
            post(1_500_000_002, None) | {"attachments": [{"data": [linked]}]},
        ]
    )
    assert [p.text for p in of(Piece, found)] == ["Evening", "Two\n\na second thought"]
    assert [p.reason for p in of(Problem, found)] == ["a post without words"]


def test_ids_are_those_of_another_export_in_other_parts(read):
    many = of(Piece, read([post(5, "c"), post(4, "b"), post(4, "b, again"), post(3, "a")]))
    few = of(Piece, read({"your_posts_v2": [post(4, "b"), post(4, "b, again")]}))
    assert {(p.own, p.text) for p in few} <= {(p.own, p.text) for p in many}
    assert len({p.own for p in many}) == 4


def test_the_same_picture_has_one_id_in_all_lists(read):
    picture = {"uri": "media/posts/1_17972948920990787.jpg", "title": "Light"}
    one = read([{"media": [picture | {"creation_timestamp": 5}]}], "media/posts_1.json")
    other = read(
        {"ig_posts": [{"media": [{**picture, "creation_timestamp": 6}], "title": "Light"}]},
        "media/posts.json",
    )
    assert [p.own for p in of(Piece, one + other)] == ["media:17972948920990787"] * 2
    assert [p.text for p in of(Piece, other)] == ["Light"]


def test_comments_of_others_are_not_ones_own(read):
    def comment(author, text):
        return {"timestamp": 9, "data": [{"comment": {"comment": text, "author": author}}]}

    found = read(
        {"comments_v2": [comment("Ann Lee", "yes"), comment("Ben Holm", "no")]},
        "comments_and_reactions/comments.json",
    )
    assert [p.text for p in of(Piece, found)] == ["yes"]
    assert [p.reason for p in of(Problem, found)] == ["written by another person"]


@pytest.mark.parametrize(
    ("pairs", "text"),
    [
        ({"Comment": "nice", "Media Owner": "ben"}, "nice"),
        ({"Media-eigenaar": "ben", "Opmerking": "mooi"}, "mooi"),
        ({"Athugasemd": "Svo fallegt hér", "Eigandi": "ben"}, "Svo fallegt hér"),
        ({"Eigandi": "ben", "Athugasemd": "Svo fallegt hér"}, "Svo fallegt hér"),
    ],
)
def test_a_comment_is_found_under_any_label(read, pairs, text):
    values = {label: {"value": value} for label, value in pairs.items()}
    entry = {
        "media_list_data": [],
        "string_map_data": {**values, "Tími": {"timestamp": 1620000000}},
    }
    (piece,) = of(Piece, read([entry], "comments/post_comments_1.json"))
    assert (piece.text, piece.own) == (text, "comment:1620000000")
    assert piece.created is not None


def test_labelled_values_of_other_files_are_never_words(read):
    entry = {
        "label_values": [{"label": "Caption", "value": "a stranger's caption"}],
        "timestamp": 5,
    }
    for name in ("saved/saved_posts.json", "likes/liked_comments.json"):
        found = read([entry], name)
        assert [(type(x), x.outcome) for x in found] == [(Problem, "dropped")]


@pytest.mark.parametrize(
    "told",
    [
        {"reactions_v2": [{"timestamp": 1, "data": [{"reaction": {"reaction": "LIKE"}}]}]},
        {"friends_v2": [{"name": "Ben Holm", "timestamp": 1}]},
        {"relationships_following": [{"string_list_data": [{"value": "ben"}]}]},
        {"off_facebook_activity_v2": [{"name": "shop.example", "events": []}]},
        {"inferred_data_ig_interest": [{"string_map_data": {"Interest": {"value": "tea"}}}]},
    ],
)
def test_the_machinery_of_an_export_is_one_problem(read, told):
    found = read(told, "x/any.json")
    assert len(found) == 1 and "not writing" in found[0].reason


def test_threads_and_notes(read):
    threads = {
        "text_post_app_text_posts": [
            {"media": [{"uri": "", "creation_timestamp": 7, "title": "caf\u00c3\u00a9 day"}]}
        ]
    }
    (piece,) = of(Piece, read(threads, "threads/threads_and_replies.json"))
    assert (piece.text, piece.namespace) == ("café day", "threads")
    note = {"title": "On leaves", "text": "<p>They fall.</p>", "created_timestamp": 8}
    (piece,) = of(Piece, read({"notes_v2": [note]}, "notes/notes.json"))
    assert (piece.kind, piece.title, piece.text) == ("essay", "On leaves", "They fall.")


def test_a_file_that_breaks_off_keeps_what_stands_before(read):
    whole = json.dumps([post(n + 1_500_000_000, f"p{n}") for n in range(4)])
    for cut in range(whole.index("p1"), len(whole)):
        found = read(whole[:cut])
        assert [p.outcome for p in of(Problem, found)] == ["errored"]
        assert [p.text for p in of(Piece, found)] == ["p0", "p1", "p2", "p3"][
            : len(of(Piece, found))
        ]


def test_entries_are_found_at_any_place(tmp_path):
    path = tmp_path / "x.json"
    path.write_text('{"a": [1, {"x": [1]}, [2]], "b": {"c": [1]}, "d": 5, "e": [7]}')
    assert list(listed_entries(File(path, "x.json", "f"))) == [
        ("a", 1),
        ("a", {"x": [1]}),
        ("a", [2]),
        ("b", {"c": [1]}),
        ("e", 7),
    ]


def test_json_of_others_is_left_alone(tmp_path):
    for told in ({"title": "x"}, [{"id": 1, "text": "x"}], {"notes": "x"}, {"data": [{"post": 1}]}):
        path = tmp_path / "a.json"
        path.write_text(json.dumps(told))
        assert meta.recognise(File(path, "x/a.json", "f"), path.read_bytes()) is None
