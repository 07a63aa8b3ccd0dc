"""What Messenger and Instagram themselves write into threads, in the languages of their exports."""

from __future__ import annotations

import re
from collections.abc import Collection

MAX_NOTICE = 300
EMOJI = re.compile(
    r"(?:[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"
    r"[\ufe0f\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*){1,8}"
)
_E = r"\s?\S{1,24}\s?"  # the emoji of a reaction, or its name

REACTION = re.compile(
    rf"Reacted{_E}to your (?:message|story)|Liked a message|"
    rf"(?:Hat mit{_E}auf deine Nachricht reagiert|Gefällt eine Nachricht|"
    r"Hat eine Nachricht mit [„\"]Gefällt mir[“\"] markiert)|"
    rf"(?:A réagi (?:avec)?{_E}à (?:votre|ton) message|A réagi à (?:votre|ton) message avec{_E}|"
    r"A aimé un message|Aime un message)|"
    rf"(?:(?:Ha r|R)eaccion(?:ó|ado) con{_E}a tu mensaje|(?:Le ha gustado|Le gustó) un mensaje|"
    r"(?:Indicó que le|A esta persona le) gust(?:a|ó) un mensaje)|"
    rf"(?:Reagiu com{_E}à (?:sua|tua) mensagem|(?:Curtiu|Gostou de) uma mensagem)|"
    rf"(?:Ha reagito con{_E}al tuo messaggio|Ha messo [\"“]?Mi piace[\"”]? a un messaggio)|"
    rf"(?:(?:Heeft )?(?:gereageerd|Reageerde)? ?met{_E}(?:gereageerd )?op je bericht|"
    r"Vind(?:t|) een bericht leuk|Vond een bericht leuk)|"
    rf"(?:Reagerade med{_E}på ditt meddelande|Gilla(?:de|r) ett meddelande)|"
    rf"(?:Reagere(?:de|t) med{_E}på din besked|Syn(?:tes|es) godt om en besked)|"
    rf"(?:Reagerte med{_E}på meldingen din|Lik(?:te|er) en melding)|"
    rf"(?:Reagoi viestiisi{_E}|Tykkäsi viestistä)|"
    rf"(?:Zareagowano{_E}na Twoją wiadomość|Zareagował(?:\(a\)|a)?{_E}na Twoją wiadomość|"
    r"Polubił(?:\(a\)|a)? wiadomość|Polubiono wiadomość)|"
    rf"(?:Reagoval(?:\(a\)|a)?{_E}na vaši zprávu|To se líbí zprávě)|"
    rf"(?:Mesajına{_E}ifadesini bıraktı|Bir mesajı beğendi)|"
    rf"(?:Поставил(?:\(а\)|а)? реакцию{_E}на ваше сообщение|"
    rf"Отреагировал(?:\(а\)|а)?{_E}на ваше сообщение|Нравится сообщение|"
    r"Понравилось сообщение|Поставил(?:\(а\)|а)? [«\"]Нравится[»\"] сообщению)|"
    rf"(?:Memberikan reaksi{_E}(?:pada|ke) pesan Anda|Menyukai (?:sebuah )?pesan)|"
    rf"(?:Đã bày tỏ cảm xúc{_E}về tin nhắn của bạn|Đã thích một tin nhắn)|"
    rf"(?:メッセージに{_E}(?:と|で)?リアクションしました|"
    r"メッセージに「いいね！」しました|「いいね！」しました)|"
    rf"(?:회원님의 메시지에{_E}공감했습니다|메시지를 좋아합니다)|"
    rf"(?:用{_E}回(?:应|應)了你的(?:消息|訊息)|对你的消息做出了{_E}回应|(?:赞|讚)了一(?:条消息|則訊息))"
)
REACTS = re.compile(
    r"\b(?:react|réagi|reagi|reaccion|reager|reagoi|reagov|zareag|reagál|reacțion|reaksi|reaksj|reaguj)|"
    r"reazion|ifade|реак|отреаг|реаг|αντέδρα|αντίδρα|リアクション|공감|반응|回应|回應|回复了表情|"
    r"แสดงความรู้สึก|"
    r"cảm xúc|प्रतिक्रिया|تفاعل|הגיב",
    re.IGNORECASE,
)
MESSAGE = re.compile(
    r"messag|nachricht|mensaje|mensagem|messagg|bericht|meddelande|besked|melding|viesti|wiadomoś|"
    r"zpráv|správ|üzenet|mesaj|сообщени|повідомлен|съобщени|μήνυμ|pesan|tin nhắn|メッセージ|메시지|"
    r"消息|訊息|\u0e02\u0e49\u0e2d\u0e04\u0e27\u0e32\u0e21|संदेश|\u0631\u0633\u0627\u0644|\u05d4\u05d5\u05d3\u05e2",
    re.IGNORECASE,
)
SENT_BY_YOU = re.compile(
    r"(?:Вы отправили|Ви надіслали|Изпратихте|Έστειλες|Στείλατε|Poslali? jste|Poslal\(?a?\)? si|"
    r"Elküldtél|Küldtél|Ai trimis|Anda mengirim|Bạn đã gửi|คุณส่ง|คุณได้ส่ง|لقد أرسلت|שלחת|"
    r"你(?:发送|傳送|發送)了|您(?:发送|傳送|發送)了)[^\n]{1,60}|"
    r"[^\n]{1,60}(?:を送信しました|보냈습니다|gönderdin(?:iz)?)[.。]?"
)

_NOTICES = (
    # calls
    r"(?:Missed|Started|Joined|Ended) (?:an? )?(?:audio|video|voice) (?:call|chat)",
    r"(?:The )?(?:video chat|video call|audio call|voice call|call) ended\.?",
    r"(?:You|They) (?:started|joined) (?:a|an|the) (?:audio|video|voice)? ?(?:call|chat)\.?",
    r"You missed an? (?:audio|video|voice)? ?(?:call|chat)(?: from [^\n]{1,60}|\.)",
    r"(?:Videochat|Videoanruf|Audioanruf|Sprachanruf|Anruf) beendet\.?",
    r"(?:L.appel (?:vidéo|audio) est terminé|Appel (?:vidéo|audio) terminé)\.?",
    r"(?:La (?:videollamada|llamada)(?: de audio)? (?:finalizó|ha finalizado|terminó)|"
    r"(?:Videollamada|Llamada)(?: de audio)? finalizada)\.?",
    r"(?:A (?:chamada|ligação) de (?:vídeo|áudio|voz) (?:terminou|foi encerrada)|"
    r"(?:Chamada|Ligação) de (?:vídeo|áudio|voz) encerrada)\.?",
    r"(?:Videochiamata|Chiamata audio) terminata\.?",
    r"(?:Videogesprek|Videochat|Audiogesprek|Spraakoproep|Oproep) beëindigd\.?",
    r"(?:Video|Ljud)(?:samtalet|chatten) (?:avslutades|har avslutats)\.?",
    r"(?:Video|Lyd)(?:opkaldet|samtalen|chatten|anropet) "
    r"(?:sluttede|er afsluttet|ble avsluttet)\.?",
    r"(?:Rozmowa wideo|Połączenie (?:wideo|audio|głosowe)) zakończon[aeo]\.?",
    r"(?:Видеозвонок|Видеочат|Аудиозвонок|Звонок) завершен\.?",
    r"(?:Görüntülü|Sesli) (?:görüşme|arama|sohbet) (?:sona erdi|bitti)\.?",
    # connections and secrets
    r"You(?: are|.re) now (?:connected|friends) on (?:Messenger|Facebook)\.?",
    r"You can now (?:message and call each other|call each other)[^\n]{0,160}",
    r"Say hi to your new Facebook friend, [^\n]{1,60}\.",
    r"(?:Messages and calls are|This chat is|Your chat is now) (?:secured with |protected with )?"
    r"end-to-end encrypt(?:ed|ion)[^\n]{0,160}",
    r"Die (?:Nachrichten und Anrufe|Chats?)[^\n]{0,40} Ende-zu-Ende-verschlüsselt[^\n]{0,120}",
    r"(?:Ihr seid jetzt auf Messenger verbunden|Du bist jetzt mit [^\n]{1,60} auf Messenger "
    r"verbunden)\.?",
    r"Vous (?:êtes maintenant|êtes désormais) en contact (?:sur|avec)[^\n]{1,60}\.?",
    r"(?:Ya|Ahora) (?:pueden|podéis|están conectados)[^\n]{1,80} (?:Messenger|mensajes)[^\n]{0,60}",
    # stories
    r"(?:You )?(?:R|r)eplied to (?:your|their) story|(?:You )?(?:M|m)entioned (?:you|them) in "
    r"(?:your|their) story|(?:You )?(?:S|s)hared (?:a|your|their) (?:story|post|reel|profile)\.?",
    r"(?:You )?unsent a message\.?|(?:You )?(?:A|a) message was unsent\.?",
    r"This (?:poll|message|content|photo|video|attachment|story) is no longer available\.?",
    r"Click for (?:video|audio):?",
)
NOTICE = re.compile("|".join(f"(?:{n})" for n in _NOTICES))

_OWN_DEEDS = (
    r"You (?:named the group [^\n]+|removed the group name|changed the (?:group photo|chat theme|"
    r"theme|group theme|group name|chat colou?rs?|quick reaction)[^\n]*|"
    r"(?:set|cleared) (?:the|your) (?:nickname|quick reaction|emoji)[^\n]*|"
    r"created (?:the|a) (?:group|poll)[^\n]*|"
    r"(?:left|joined) the (?:group|call|video chat|audio call)|added [^\n]+ to the group|"
    r"removed [^\n]+ from the group|made [^\n]+ (?:a group )?admin[^\n]*|"
    r"turned (?:on|off) [^\n]{1,60}|(?:un)?pinned a message|voted (?:for|in) [^\n]+ poll[^\n]*|"
    r"changed (?:his|her|their|your) vote[^\n]*|responded [^\n]{1,40} to [^\n]+|"
    r"started (?:a plan|sharing (?:video|location))[^\n]*|"
    r"sent (?:an?|\d+) (?:attachments?|photos?|videos?|links?|GIFs?|stickers?|files?|"
    r"(?:live )?locations?|voice messages?|posts?|reels?|audio messages?))\.?",
    r"Du hast (?:die Gruppe|der Gruppe|den Spitznamen|deinen Spitznamen|das Thema|das Emoji|"
    r"das Design|das Gruppenfoto|die Chatfarben|eine Umfrage|die Gruppe) [^\n]+\.",
    r"Du hast (?:einen? (?:Anhang|Link|Foto|Video|GIF|Sticker|Sprachnachricht|Standort)) "
    r"(?:gesendet|geschickt)\.",
    r"Vous avez (?:nommé le groupe|(?:défini|modifié|changé) (?:le|la|votre) "
    r"(?:pseudo|surnom|thème|"
    r"photo du groupe|emoji|nom du groupe)|(?:créé|quitté) (?:le|un) (?:groupe|sondage)|"
    r"envoyé (?:une pièce jointe|une photo|une vidéo|un lien|un GIF|un autocollant))[^\n]*\.",
    r"(?:Has (?:enviado|cambiado|creado|puesto|nombrado)|Enviaste|Cambiaste|Creaste|Nombraste) "
    r"(?:un archivo adjunto|una foto|un video|un vídeo|un enlace|el tema|el nombre del grupo|"
    r"la foto del grupo|al? grupo|el grupo|un sticker|el apodo|el emoji)[^\n]*\.",
    r"(?:Você|Tu) (?:enviou|enviaste|alterou|definiu|nomeou|criou) (?:um anexo|uma foto|um vídeo|"
    r"um link|o tema|o nome do grupo|a foto do grupo|o grupo|o apelido|o emoji)[^\n]*\.",
    r"Hai (?:inviato un (?:allegato|link|video|adesivo)|inviato una foto|"
    r"(?:cambiato|modificato|impostato) (?:il tema|il nome|la foto|il soprannome|l.emoji)|"
    r"(?:creato|chiamato) il gruppo)[^\n]*\.",
    r"Je hebt (?:een (?:bijlage|foto|video|link|sticker)|de groep|het thema|de bijnaam|de emoji|"
    r"de groepsfoto) [^\n]+\.",
    r"Du (?:skickade en (?:bilaga|länk|bild|video)|(?:gav gruppen|ändrade (?:temat|gruppbilden|"
    r"smeknamnet)))[^\n]*\.",
    r"Du (?:sendte (?:en vedhæftning|en vedhæftet fil|et vedlegg|et link|en lenke|et billede|"
    r"et bilde|en video)|navngav gruppen|kaldte gruppen|(?:ændrede|endret) (?:temaet|"
    r"gruppebilledet|gruppebildet|kallenavnet|kaldenavnet))[^\n]*\.",
    r"Lähetit (?:liitteen|kuvan|videon|linkin)\.",
    r"(?:Wysłałeś|Wysłałaś|Wysłano) (?:\(a?ś?\) )?(?:załącznik|zdjęcie|film|link)\.",
    r"(?:Bir (?:ek|fotoğraf|video|bağlantı) gönderdin(?:iz)?)\.",
    r"Вы (?:отправили (?:вложение|фото|видео|ссылку)|назвали группу|изменили (?:тему|фото группы))"
    r"[^\n]*\.",
)
OWN_DEED = re.compile("|".join(f"(?:{d})" for d in _OWN_DEEDS))


_NAMED = re.compile(
    r"(?:sent (?:an?|\d+) (?:attachment|photo|video|link|GIF|sticker|file|location|live location|"
    r"voice message|post|reel)s?|named the group .+|changed the (?:theme|group photo|chat theme).*|"
    r"missed your (?:video |audio )?(?:call|chat)|called you|left the group|"
    r"joined the (?:group|call|video chat)|started an? (?:audio |video )?(?:call|chat)|"
    r"added .+ to the group|created (?:the|a) (?:group|poll).*|"
    r"set (?:the|your|his|her|their) .+|unsent a message|pinned a message)\.?\Z"
)
_DEEDS = (
    *("called", "missed a call from", "missed a video chat with", "missed a video call from"),
    *("missed an audio call from", "waved at", "video chatted with", "added", "removed"),
)


def is_reaction(text: str, recorded: Collection[str] = ()) -> bool:
    """Return whether `text` only tells of a reaction to a message.

    `recorded` are the emojis with which the export says the sender reacted in this thread; a text
    that speaks of reacting to a message with one of them is a notice in any language known here.

    >>> is_reaction("Reacted ❤ to your message "), is_reaction("I reacted too late, sorry")
    (True, False)
    """
    text = text.strip()
    if "\n" in text or len(text) > 100:
        return False
    if REACTION.fullmatch(text):
        return True
    found = EMOJI.findall(text)
    return (
        len(found) == 1
        and _plain(found[0]) in {_plain(r) for r in recorded}
        and bool(REACTS.search(text) and MESSAGE.search(text))
    )


def _plain(emoji: str) -> str:
    return emoji.replace("\ufe0f", "")


def is_notice(text: str, sender: str, names: Collection[str]) -> bool:
    """Return whether `text` is a service message, told by its words and the names in it.

    Notices begin with the full name of the person they are about, who is their sender, or tell
    the owner of the export «you».

    >>> is_notice("Ann Lee named the group Walks.", "Ann Lee", ())
    True
    >>> is_notice("No, I won't.", "Ann Lee", ())
    False
    """
    text = text.strip()
    if "\n" in text or len(text) > MAX_NOTICE:
        return False
    if NOTICE.fullmatch(text) or OWN_DEED.fullmatch(text):
        return True
    if any(text.startswith("You ") and text in _calls(name) for name in names):
        return True
    whole = len(sender.split()) > 1 and text.startswith(sender) and text != sender
    return (whole and text.endswith((".", "。", "!", "।"))) or (
        bool(sender) and text.startswith(f"{sender} ") and bool(_NAMED.match(text, len(sender) + 1))
    )


def _calls(name: str) -> tuple[str, ...]:
    first = name.split(" ")[0]
    told = [f"You {deed} {n}." for n in (name, first) for deed in _DEEDS]
    return tuple(told)


def is_placeholder(text: str, sender: str) -> bool:
    """Return whether `text`, which stands beside a shared link or media, only says that they do.

    >>> is_placeholder("ann.b hat einen Anhang gesendet.", "ann.b"), is_placeholder("Look!", "a")
    (True, False)
    """
    text = text.strip()
    if "\n" in text or len(text) > 120:
        return False
    if sender and text.startswith(f"{sender} ") and text.endswith("."):
        return True
    return bool(OWN_DEED.fullmatch(text) or SENT_BY_YOU.fullmatch(text))
