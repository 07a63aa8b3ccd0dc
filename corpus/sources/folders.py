"""Tell what a mail was filed as, from the names of folders and labels in people's languages."""

from __future__ import annotations

import base64
import re
import unicodedata
from functools import lru_cache


def _clean(name: str) -> str:
    """Return `name` in the form in which equal names are equal."""
    return " ".join(unicodedata.normalize("NFC", name.casefold()).split())


def _names(listed: str) -> frozenset[str]:
    return frozenset(_clean(name) for name in listed.split("|"))


SENT = _names(
    "sent|sent mail|sent items|sent messages|sent-mail|sent_items|sentmail|outbox|unsent messages|"
    "copies|outgoing|[gmail]/sent mail|"
    "gesendet|gesendete objekte|gesendete elemente|gesendete nachrichten|postausgang|"
    "messages envoyés|éléments envoyés|envoyés|courrier envoyé|objets envoyés|boîte d'envoi|"
    "enviados|elementos enviados|mensajes enviados|correo enviado|bandeja de salida|"
    "enviadas|mensagens enviadas|itens enviados|e-mails enviados|caixa de saída|"
    "posta inviata|inviati|inviata|messaggi inviati|elementi inviati|posta in uscita|"
    "verzonden|verzonden items|verzonden berichten|verzonden objecten|postvak uit|"
    "sendt|sendte|sendte elementer|sendt e-post|sendte mails|sendt post|sendte beskeder|"
    "sendte meldinger|udbakke|utboks|"
    "skickat|skickade|skickade objekt|skickat mejl|skickade meddelanden|utkorg|"
    "lähetetyt|lähetetty|lähetetyt viestit|lähtevät|sent póstur|"
    "wysłane|elementy wysłane|wiadomości wysłane|poczta wysłana|skrzynka nadawcza|"
    "odeslané|odeslaná pošta|odeslané zprávy|odeslaná|"
    "odoslané|odoslaná pošta|odoslané správy|odoslaná|"
    "elküldött|elküldött elemek|elküldött üzenetek|küldött|küldöttek|elküldött levelek|"
    "trimise|mesaje trimise|elemente trimise|poslano|poslana pošta|poslane stavke|poslati|"
    "poslate stavke|poslane poruke|послато|послате|послате ставке|"
    "изпратени|изпратена поща|изпратени елементи|пратени|"
    "отправленные|отправленные элементы|отправленное|исходящие|"
    "надіслані|надіслане|відправлені|дасланыя|"
    "απεσταλμένα|σταλμένα|gönderilen|gönderilmiş|gönderilmiş postalar|gönderilmiş öğeler|"
    "gönderilenler|gönderildi|giden|giden kutusu|göndərilənlər|"
    "saadetud|saadetud kirjad|saadetud üksused|išsiųsti|išsiųsti laiškai|išsiųsta|"
    "nosūtītie|nosūtītās|nosūtītās vēstules|nosūtīts|enviats|elements enviats|"
    "bidalitakoak|bidalitako elementuak|të dërguar|mibgħuta|danfonwyd|terkirim|item terkirim|"
    "pesan terkirim|dihantar|hantar|đã gửi|thư đã gửi|mục đã gửi|ipinadala|"
    "נשלח|דואר שנשלח|פריטים שנשלחו|المرسل|المرسلة|البريد المرسل|الرسائل المرسلة|العناصر المرسلة|"
    "ارسال شده|نامه‌های ارسالی|फ़ाइल भेजी|भेजा गया|भेजे गए|भेजे गए मेल|প্রেরিত|"
    "அனுப்பிய அஞ்சல்|ส่งแล้ว|จดหมายที่ส่งแล้ว|รายการที่ส่ง|გაგზავნილი|ուղարկված|"
    "送信済みメール|送信済み|送信済みアイテム|送信済|送信済みトレイ|送信トレイ|送信箱|"
    "已发送邮件|已发送|已发邮件|已发送的邮件|发件箱|"
    "已傳送郵件|寄件備份|寄件匣|寄件夾|已傳送的郵件|已寄出郵件|"
    "보낸편지함|보낸 편지함|보낸메일함|보낸 메일함|보낸 항목|보낸메일"
)
DRAFT = _names(
    "draft|drafts|templates|notes to self|entwurf|entwürfe|vorlagen|"
    "brouillon|brouillons|modèles|borrador|borradores|plantillas|"
    "rascunho|rascunhos|modelos|bozza|bozze|modelli|concept|concepten|sjablonen|"
    "kladde|kladder|kladd|utkast|skabeloner|maler|mallar|luonnos|luonnokset|drög|"
    "wersje robocze|robocze|kopie robocze|szkice|szablony|koncepty|rozepsané|rozpísané|"
    "piszkozatok|piszkozat|ciorne|schițe|skice|nacrti|osnutki|predlošci|нацрти|скице|"
    "чернови|черновик|черновики|шаблоны|чернетки|чарнавікі|πρόχειρα|taslak|taslaklar|qaralamalar|"
    "mustandid|juodraščiai|melnraksti|uzmetumi|esborranys|zirriborroak|skica|drafftiau|"
    "konsep|draf|thư nháp|bản nháp|טיוטות|المسودات|مسودات|پیش‌نویس‌ها|ड्राफ़्ट|ร่างจดหมาย|จดหมายร่าง|"
    "下書き|草稿|草稿匣|草稿箱|草稿夾|임시보관함|임시 보관함"
)
SPAM = _names(
    "spam|junk|junk e-mail|junk email|junk-e-mail|junk mail|bulk mail|spamverdacht|"
    "junk-mail|unerwünscht|indésirables|courrier indésirable|pourriels|pourriel|"
    "correo no deseado|no deseado|lixo eletrônico|lixo electrónico|posta indesiderata|"
    "ongewenst|ongewenste e-mail|ongewenste reclame|uønsket e-mail|uønsket e-post|uønsket post|"
    "søppelpost|søppel|söppost|skräppost|skräp|roskaposti|niechciana poczta|wiadomości-śmieci|"
    "wiadomości śmieci|nevyžádaná pošta|nevyžiadaná pošta|levélszemét|kéretlen|e-mail nedorit|"
    "neželena pošta|нежелательная почта|спам|небажана пошта|ανεπιθύμητα|önemsiz|önemsiz e-posta|"
    "gereksiz|istenmeyen|rämpspost|brukalas|mēstules|correu brossa|thư rác|דואר זבל|"
    "البريد العشوائي|البريد غير الهام|迷惑メール|垃圾邮件|垃圾郵件|스팸함|스팸|정크 메일"
)
TRASH = _names(
    "trash|deleted|deleted items|deleted messages|wastebasket|deleted mail|"
    "papierkorb|gelöscht|gelöschte objekte|gelöschte elemente|gelöschte nachrichten|"
    "corbeille|éléments supprimés|messages supprimés|papelera|elementos eliminados|eliminados|"
    "lixeira|lixo|itens excluídos|itens eliminados|mensagens eliminadas|cestino|posta eliminata|"
    "elementi eliminati|eliminata|prullenbak|prullenmand|verwijderde items|verwijderde berichten|"
    "verwijderd|papirkurv|slettet|slettede elementer|slettet post|slettede meddelelser|"
    "søppelkasse|papperskorgen|papperskorg|borttaget|borttagna objekt|roskakori|poistetut|kosz|"
    "elementy usunięte|usunięte|koš|odstraněná pošta|odstraněné|kôš|odstránené|odstránená pošta|"
    "kuka|lomtár|törölt elemek|törölt|coș de gunoi|coș|elemente șterse|gunoi|smeće|smeti|kanta|"
    "izbrisano|избрисано|корзина|удаленные|удалённые|кошче|изтрити|видалені|кошик|"
    "κάδος|κάδος απορριμμάτων|διαγραμμένα|çöp|çöp kutusu|silinmiş öğeler|silinen|prügikast|"
    "kustutatud|šiukšlinė|šiukšliadėžė|ištrinti|miskaste|atkritne|paperera|zakarrontzia|"
    "sampah|tong sampah|thùng rác|אשפה|פריטים שנמחקו|المهملات|سلة المهملات|ถังขยะ|"
    "ごみ箱|ゴミ箱|削除済みアイテム|废纸篓|已删除|已删除邮件|垃圾桶|刪除的郵件|휴지통|지운 편지함"
)
INBOX = _names(
    "inbox|posteingang|boîte de réception|bandeja de entrada|caixa de entrada|posta in arrivo|"
    "postvak in|indbakke|innboks|inkorg|inkorgen|saapuneet|odebrane|doručená pošta|"
    "beérkező levelek|входящие|вхідні|受信トレイ|受信箱|收件箱|收件匣|받은편지함|archive|archiv|"
    "archives|archivo|archivio|archief|arkiv|all mail|alle nachrichten|tous les messages"
)
CHATS = _names(
    "chat|chats|unterhaltungen|chatok|czat|czaty|чат|чаты|чати|チャット|聊天|聊天记录|채팅|צ'אטים"
)

_ENDING = re.compile(
    r"(?:\.(?:mbox|mbx|eml|emlx|zip|sbd|mailbox|imapmbox)|[ _-]\d{1,4}|\s?\(\d{1,3}\)|:2,\w*)$",
    re.IGNORECASE,
)
_UTF7 = re.compile(r"&([A-Za-z0-9+,]*)-")
_INNER = frozenset(("", "cur", "new", "tmp", "mbox", "messages", "data", "mail"))


def filed(name: str) -> str:
    """Return «sent», «draft», «spam», «trash», «inbox», or «» for a case-folded name.

    >>> filed("gesendete objekte"), filed("ferien")
    ('sent', '')
    """
    for what, names in _TABLES:
        if name in names:
            return what
    return ""


_TABLES = (("sent", SENT), ("draft", DRAFT), ("spam", SPAM), ("trash", TRASH), ("inbox", INBOX))


@lru_cache(maxsize=4_096)
def folder_of(path: str) -> str:
    """Return what the folder that a file stands in, or is, says of the mail in it: see `filed`.

    >>> folder_of("Takeout/Mail/Sent-002.mbox"), folder_of(".Sent Items/cur/17:2,S")
    ('sent', 'sent')
    >>> folder_of("Mail/Envoy&AOk-s.sbd/2019"), folder_of("Sent/INBOX.mbox/mbox")
    ('sent', 'inbox')
    """
    for part in reversed(re.split(r"[/\\!]", path)):
        for name in names_of(part):
            if name not in _INNER and (known := filed(name)):
                return known
    return ""


def mailbox_of(path: str, single: bool) -> str:
    """Return the folder that holds a mail: the innermost that says what it is, else where it is.

    A file of a `single` mail is in the folder above it; a file of many is itself one.

    >>> mailbox_of("mail/.Sent/cur/1.M2P3.host:2,S", single=True)
    'mail/.Sent'
    >>> mailbox_of("me/letters/1.eml", single=True), mailbox_of("Sent.mbox", single=False)
    ('me/letters', 'Sent.mbox')
    """
    if not single:
        return path
    parts = re.split(r"[/\\!]", path)[:-1]
    for n in range(len(parts), 0, -1):
        if any(filed(name) for name in names_of(parts[n - 1]) if name not in _INNER):
            return "/".join(parts[:n])
    return "/".join(parts)


def labels_of(value: str) -> set[str]:
    """Return what the labels in a field say, and «chat» for Gmail's chats.

    >>> sorted(labels_of('Opened,"Paris, 2019",Gesendet'))
    ['sent']
    """
    out = set()
    for label in value.split(","):
        name = _clean(re.split(r"[/\\]", label.strip(' "'))[-1])
        out.add("chat" if name in CHATS else "trash" if name == "bin" else filed(name))
    return out - {""}


@lru_cache(maxsize=4_096)
def names_of(part: str) -> tuple[str, ...]:
    """Return the names that a part of a path may be known by, case-folded, the whole first.

    >>> names_of("INBOX.Sent")
    ('inbox.sent', 'sent')
    """
    while (bare := _ENDING.sub("", part)) != part and bare:
        part = bare
    name = _clean(_unutf7(part))
    return (name, name.rpartition(".")[2]) if "." in name else (name,)


def _unutf7(name: str) -> str:
    """Return a folder's name as IMAP writes it (RFC 3501, 5.1.3) in letters.

    >>> _unutf7("Entw&APw-rfe & mehr")
    'Entwürfe & mehr'
    """

    def letters(found: re.Match[str]) -> str:
        coded = found[1].replace(",", "/")
        try:
            raw = base64.b64decode(coded + "=" * (-len(coded) % 4))
            return raw.decode("utf-16-be") if coded else "&"
        except ValueError:
            return found[0]

    return _UTF7.sub(letters, name) if "&" in name else name
