"""Kinds of WeChat messages, by the number or the name that an export gives, and which are words."""

from __future__ import annotations

import re

TEXT = frozenset(("", "1", "文本", "文字", "文本消息", "文字消息", "text"))
MEDIA = frozenset(
    "3 34 42 43 47 48 图片 图片消息 语音 语音消息 视频 视频消息 动画表情 表情 表情包 文件 "
    "位置 名片 image voice video emoji sticker file location card 图文 音乐".split()
)
SYSTEM = frozenset(
    "10000 10002 50 系统 系统通知 系统消息 撤回 撤回消息 拍一拍 语音通话 视频通话 通话 群公告 "
    "system recall voip pat notice".split()
)
QUOTE = frozenset(
    "引用 引用回复 引用消息 带有引用的文本消息 (49,57) quote reply reference 回复".split()
)
APP, QUOTING = "49", "57"
PLACEHOLDER = re.compile(
    r"!?\[(?:图片|语音|视频|动画表情|表情包|文件|位置|名片|链接|红包|转账|小程序|聊天记录|音乐|通话)\]?"
    r"[^\[\]\n]{0,300}\]?(?:\([^()\n]{0,600}\))?"
)
MARKUP = re.compile(r"<\?xml|<msg\b|<sysmsg\b")


def kind_of(name: str, subtype: str, text: str) -> str | None:
    """Return why a message is no writing of its author's, None when it is.

    >>> kind_of("文本", "", "你好"), kind_of("3", "0", "x"), kind_of("text", "", "[图片]")
    (None, 'media without text', 'media without text')
    """
    name = name.strip().casefold()
    if name in QUOTE or (name == APP and subtype == QUOTING):
        return "a reply in one with what it quotes"
    if name in SYSTEM:
        return "system message"
    if name in MEDIA:
        return "media without text"
    if name not in TEXT:
        return "a share, card or payment"
    if not text:
        return "no text"
    if MARKUP.match(text):
        return "a share, card or payment"
    return "media without text" if PLACEHOLDER.fullmatch(text) else None
