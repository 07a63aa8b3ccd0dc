from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.sources import wechat
from corpus.sources.file import File
from corpus.sources.piece import Piece, Problem, Reading

FIXTURES = Path(__file__).parent.parent / "fixtures" / "wechat"
ANN, BEN = "wechat:wxid_ann01", "wechat:wxid_ben01"


def of(kind, found):
    return [x for x in found if isinstance(x, kind)]


def fixture(name, zone="Asia/Shanghai"):
    file = File(FIXTURES / name, f"wechat/{name}", "f1")
    assert wechat.recognise(file, file.head())
    return list(wechat.read(file, Reading(zone=zone)))


@pytest.fixture
def read(tmp_path):
    def run(text, name="chat.csv", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        file = File(path, f"x/{name}", "f1")
        assert wechat.recognise(file, file.head())
        return list(wechat.read(file, Reading()))

    return run


def test_a_table_of_pywxdump():
    found = fixture("wxid_ben01_0_8.csv")
    assert [(p.own, p.text, p.handle, p.mine) for p in of(Piece, found)] == [
        ("7001", "你在吗？", BEN, False),
        ("7002", "在，\n码头[捂脸]", ANN, True),
        (None, "没有编号", "wechat:me", True),
    ]
    assert {p.thread for p in of(Piece, found)} == {"wxid_ben01"}
    assert of(Piece, found)[0].created == datetime(2024, 3, 4, 8, 0, tzinfo=UTC)
    assert of(Piece, found)[2].created == datetime(2024, 3, 4, 8, 3, tzinfo=UTC)
    assert [p.reason for p in of(Problem, found)] == [
        "media without text",
        "media without text",
        "a reply in one with what it quotes",
        "system message",
        "a share, card or payment",
    ]


def test_a_table_of_wechatmsg_has_more_cells_than_names():
    found = fixture("messages.csv")
    assert [(p.text, p.people, p.mine) for p in of(Piece, found)] == [
        ("Are you there?", [(BEN, "Ben")], False),
        ("Yes", [(ANN, "Ann")], True),
    ]
    assert of(Piece, found)[0].created == datetime(2024, 3, 4, 8, 0, tzinfo=UTC)


def test_localised_columns():
    found = fixture("localised.csv")
    assert [(p.text, p.handle, p.mine, p.thread) for p in of(Piece, found)] == [
        ("你好", "name:小本", None, "码头"),
        ("来了", "wechat:me", True, "码头"),
    ]


def test_other_forms(read):
    head = "id,MsgSvrID,type_name,is_sender,talker,msg,src,CreateTime\r\n"
    row = "1,9001,text,1,小安,hi,,2023-11-15T06:15:23.000Z\r\n"
    (piece,) = of(Piece, read("\ufeff" + head + row, name="码头_0_99.csv"))
    assert (piece.handle, piece.people, piece.thread) == (
        "wechat:me",
        [("wechat:me", "小安")],
        "码头",
    )
    assert piece.created == datetime(2023, 11, 15, 6, 15, 23, tzinfo=UTC)
    chatlog = "Time,SenderName,Sender,TalkerName,Talker,Content\n"
    (piece,) = of(Piece, read(chatlog + "2024-01-02 03:04:05,我,wxid_a,码头,1@chatroom,好\n"))
    assert (piece.handle, piece.mine, piece.thread) == ("wechat:wxid_a", True, "1@chatroom")


def test_a_forward_is_not_ones_words(read):
    head = "id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime,is_forward\n"
    (piece,) = of(Piece, read(head + "1,9001,文本,1,我,r,theirs,,2024-01-02 03:04:05,1\n"))
    assert (piece.origin, piece.mine) == ("forwarded", None)


def test_tables_of_office_programs_in_chinese_encoding(read):
    text = "时间,发送者,聊天对象,消息类型,内容\n2024-03-04 16:00:00,小本,码头,文本,你好\n"
    assert [p.text for p in of(Piece, read(text, encoding="gb18030"))] == ["你好"]


def test_broken_rows_stop_nothing(read):
    head = "时间,发送者,消息类型,内容\n"
    found = read(head + 'x,小本,文本,"a\n,,,\n2024-03-04 16:00:00,小本,文本,b\n')
    assert [p.text for p in of(Piece, found)] == ["b"]
    assert [p.outcome for p in of(Problem, found)] == ["errored", "errored"]


@pytest.mark.parametrize(
    "text", ["时间,内容\n", "id,text,CreateTime\n1,a,2\n", "Type,IsSender\n", ""]
)
def test_other_tables_are_not_wechats(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    assert wechat.recognise(File(path, "a.csv", "f1"), text.encode()) is None
