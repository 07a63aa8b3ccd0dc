"""What WhatsApp itself writes into an exported chat, in the languages it is exported in."""

from __future__ import annotations

import re

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Directional marks that WhatsApp puts around names, dates and its own words."""

FORENOON = frozenset(
    "am|a m|上午|凌晨|清晨|早上|清早|半夜|오전|새벽|아침|午前|ص|ق ظ|vm|v m|fm|f m|πμ|π μ|dop|de|"
    "pg|ap|öö|дп|д п|пр об|претпл|sa|पूर्वाह्न|म पू|পূর্বাহ্ণ|முற்பகல்|ಪೂರ್ವಾಹ್ನ|ก่อนเที่ยง|el|priešpiet|"
    'priekšp|e paradites|paradites|пре подне|vorm|לפנה״צ|לפנה"צ|yb|r n|matin'.split("|")
)
AFTERNOON = frozenset(
    "pm|p m|下午|晚上|傍晚|中午|夜晚|오후|저녁|밤|午後|م|ب ظ|nm|n m|em|e m|μμ|μ μ|odp|du|ptg|ip|ös|"
    "пп|п п|сл об|попл|ch|अपराह्न|म उ|অপরাহ্ণ|பிற்பகல்|ಅಪರಾಹ್ನ|หลังเที่ยง|pl|popiet|pēcp|pop|"
    'e pasdites|pasdites|по подне|nachm|אחה״צ|אחה"צ|yh|i n|soir'.split("|")
)
"""How the halves of the day are told, full stops left out; noon counts as after it."""

CLOCK_WORDS = frozenset("ч|год|h|hrs|uhr|น|s|시".split("|"))
"""What else stands after a clock."""

CHAT_NAME = re.compile(
    r"(?:WhatsApp[\s-]Chat (?:with|mit|-)|Chat WhatsApp con|Chat de WhatsApp con|"
    r"(?:Discussion|Conversation) WhatsApp avec|Conversa do WhatsApp com|WhatsApp-chat met|"
    r"WhatsApp[\s-]chatt? (?:med|met|-)|WhatsApp-samtale med|Czat WhatsApp z|Chat na WhatsAppu s|"
    r"WhatsApp-keskustelu:?|WhatsApp-csevegés:?|Чат WhatsApp с|Чат WhatsApp з|"
    r"WhatsApp\s?チャット\s?-|与|與)\s*(?P<name>.+?)(?:\s?的\s?WhatsApp\s?.{1,4})?"
    r"|(?P<before>.+?)\s?(?:ile WhatsApp Sohbeti|との\s?WhatsApp\s?.{1,4}|"
    r"님과의? WhatsApp\s?.{1,4})",
    re.IGNORECASE | re.DOTALL,
)
"""The names WhatsApp gives the file or archive of a chat, without ending."""

NOT_NAMES = frozenset("trace debug info notice warn warning error critical fatal".split())
"""What stands where an author would in the log of a program."""

_MEDIA = (
    r"<[^<>\n]*(?:\s|[^\x00-\x7f])[^<>\n]*>"  # «<Media omitted>», «<attached: …>» in any language
    r"|(?:image|video|video note|audio|sticker|gif|document|contact card|location|media|"
    r"view once (?:photo|video|voice message)) omitted"
    r"|(?:bild|video|audio|sticker|gif|dokument|kontaktkarte|videonotiz|medien) "
    r"(?:weggelassen|ausgelassen|ausgeschlossen)"
    r"|(?:image|vidéo|sticker|gif|document|fiche contact|audio|note vidéo) "
    r"(?:absente?|omise?|non incluse?)"
    r"|(?:imagen|video|audio|sticker|gif|documento|tarjeta de contacto) omitid[oa]"
    r"|(?:imagem|vídeo|áudio|figurinha|gif|documento|cartão do contato) (?:omitid|ocultad)[oa]"
    r"|(?:immagine|video|audio|sticker|gif|documento|scheda contatto) omess[oa]"
    r"|(?:afbeelding|video|audio|sticker|gif|document|contactkaart) weggelaten"
    r"|(?:bilde|billede|bild|video|lyd|ljud|lydklip|klistremerke|klistermærke|gif|dokument) "
    r"(?:utelatt|udeladt|utelämnad|utelämnat|utelämnats)"
    r"|(?:изображение|видео|аудиофайл|стикер|gif|документ) (?:отсутствует|пропущен\w*)"
    r"|pominięto (?:obraz|film|wideo|audio|naklejkę|gif|dokument)"
    r"|(?:görüntü|video|ses|çıkartma|gif|belge) dahil edilmedi"
    r"|(?:画像|動画|音声|ステッカー|gif|ドキュメント)は?(?:含まれていません|省略されました)"
    r"|null"
)
MEDIA = re.compile(rf"[{MARKS}\s]*(?:{_MEDIA})[{MARKS}\s]*", re.IGNORECASE)
"""A whole line that stands for media that were not exported, or were as a file."""

ATTACHED = re.compile(
    rf"[{MARKS}\s]*[^\n/<>]{{1,120}}\.\w{{2,4}} "
    rf"(?:\([^()\n]{{4,40}}\)|•[^\n]{{1,40}})[{MARKS}\s]*"
)
"""A whole line «IMG-1.jpg (file attached)», in any language."""

DELETED_BY_ME = re.compile(
    r"You deleted this message(?: as admin)?|(?:Du hast|Sie haben) diese Nachricht gelöscht|"
    r"(?:Vous avez|Tu as) supprimé ce message|Eliminaste este mensaje|"
    r"(?:Você|Tu) apag(?:ou|aste) (?:essa|esta) mensagem|Hai eliminato questo messaggio|"
    r"(?:U hebt|Je hebt|U heeft) dit bericht verwijderd|Du slettet denne meldingen|"
    r"Du slettede denne besked|Du raderade (?:detta|det här) meddelande(?:t)?|"
    r"Usunięto tę wiadomość|Вы удалили (?:данное |это )?сообщение|Bu mesajı sildiniz|"
    r"あなたはこのメッセージを削除しました|您已刪除此訊息|你已删除此消息|이 메시지를 삭제했습니다",
    re.IGNORECASE,
)
DELETED = re.compile(
    r"This message was deleted(?: by .{1,60})?|Diese Nachricht wurde gelöscht|"
    r"Ce message a été supprimé|(?:Se eliminó este mensaje|Este mensaje fue eliminado)|"
    r"(?:Mensagem apagada|(?:Essa|Esta) mensagem foi (?:apagada|eliminada))|"
    r"Questo messaggio è stato eliminato|Dit bericht is verwijderd|Denne meldingen ble slettet|"
    r"Denne besked blev slettet|(?:Detta|Det här) meddelande(?:t)? (?:togs bort|har raderats|"
    r"raderades)|Ta wiadomość została usunięta|(?:Данное|Это) сообщение (?:было )?удалено|"
    r"Bu mesaj silindi|このメッセージは削除されました|此消息已删除|此訊息已刪除|"
    r"삭제된 메시지입니다",
    re.IGNORECASE,
)
EDITED = re.compile(
    rf"[\s{MARKS}]{{0,8}}<[{MARKS}]*(?:This message was edited|Diese Nachricht wurde bearbeitet|"
    r"Ce message a été modifié|Se editó este mensaje|(?:Mensagem editada|Essa mensagem foi "
    r"editada)|Questo messaggio è stato modificato|Dit bericht is bewerkt|Denne meldingen ble "
    r"redigert|Denne besked blev redigeret|(?:Detta|Det här) meddelande(?:t)? redigerades|"
    r"Wiadomość edytowana|(?:Данное )?[Сс]ообщение (?:было )?изменено|Bu mesaj düzenlendi|"
    r"このメッセージは編集されました|此消息已编辑|此訊息已編輯|수정된 메시지입니다)"
    rf"\.?[{MARKS}]*>[\s{MARKS}]*$",
    re.IGNORECASE,
)
ADDED = re.compile(rf"[ \n]?\u200e<[{MARKS}]*(?P<words>[^<>\n]{{4,90}})>[\s{MARKS}]*$")
"""What the phone adds at the end of a message, in any language, behind a mark of its own."""

ENCRYPTED = re.compile(
    r"end-to-end|Ende-zu-Ende|bout en bout|extremo a extremo|ponta a ponta|crittograf"
    r"|versleutel|ende-til-ende|från slutpunkt till slutpunkt|totalsträckskrypter|päästä päähän"
    r"|uçtan uca"
    r"|сквозн|наскрізн|od początku do końca|typu end|koncov|végpontok|سرتاسر|تام بين الطرفين"
    r"|מקצה לקצה|端到端|端對端|エンドツーエンド|종단간|đầu cuối|ujung ke ujung|hujung ke hujung"
    r"|एंड-टू-एंड|διατερματικ",
    re.IGNORECASE,
)
"""The notice that a chat begins with; newer phones write it in the name of the other."""

CALL = re.compile(
    r"(?:(?:Silenced |Missed )(?:group )?(?:voice|video) call|Verpasster? (?:Sprach|Video)anruf|"
    r"Appel (?:vocal|vidéo) manqué|Llamada (?:de voz )?perdida|Videollamada perdida|"
    r"(?:Ligação|Chamada) de (?:voz|vídeo) perdida|Chiamata (?:vocale|video) persa|"
    r"Gemiste (?:spraakoproep|video-oproep)|(?:Tapt|Ubesvart|Ubesvaret|Missat) "
    r"\w{0,12}(?:anrop|opkald|samtal)|Пропущенный (?:аудио|видео)звонок|(?:Voice|Video) call,)"
    rf"(?: at \d.{{2,10}})?(?:[.,\s{MARKS}]{{1,4}}.{{0,40}})?",
    re.IGNORECASE,
)
WAITING = re.compile(
    r"Waiting for this message\. This may take a while\..{0,40}|"
    r"Warten auf diese Nachricht\. Dies kann etwas dauern\..{0,40}|"
    r"En attente de ce message\..{0,80}|Esperando este mensaje\..{0,80}",
    re.IGNORECASE,
)
LOCATION = re.compile(
    r"(?:(?:Location|Standort|Localisation|Ubicación|Localização|Posizione|Locatie|Plassering|"
    r"Lokation|Plats|Местоположение)\s?: https?://\S+|(?:Live location shared|Live-Standort .{1,20}"
    r"|Ubicación en tiempo real compartida))"
    r"|[^\n:]{1,30}\s?: https://maps\.google\.com/\?q=[-\d.,]{3,40}",
    re.IGNORECASE,
)
POLL = re.compile(
    r"(?:POLL|UMFRAGE|SONDAGE|ENCUESTA|ENQUETE|SONDAGGIO|AVSTEMNING|ОПРОС):\n"
    rf"|[^\W\d_]{{2,20}}:\n[^\n]{{1,400}}(?:\n[{MARKS}]?[^\W\d_]{{2,20}}: [^\n]{{1,200}}"
    rf"\([{MARKS}]?\d{{1,6}} [^()\n]{{1,20}}\)){{2,20}}[{MARKS}\s]*\Z"
)
PLACEHOLDERS = (
    (MEDIA, "media without text"),
    (ATTACHED, "media without text"),
    (DELETED_BY_ME, "deleted message"),
    (DELETED, "deleted message"),
    (CALL, "call"),
    (LOCATION, "location"),
    (WAITING, "message that never arrived"),
)
"""What a whole message may be instead of words, and the reason it is dropped for."""

SYSTEM = re.compile(
    r"[\"“”„«]|end-to-end|Ende-zu-Ende|de bout en bout|de extremo a extremo|de ponta a ponta|"
    r"sikret med ende-til-ende|created (?:this )?group|hat die Gruppe|a créé le groupe|"
    r"creó (?:el|este) grupo|criou (?:o|este) grupo|ha creato il gruppo|heeft de groep|"
    r"(?:opprettet|oprettede) gruppen|skapade gruppen|changed (?:the|this|their|to) |"
    r"joined using|security code|Sicherheitsnummer|code de sécurité|código de seguridad",
    re.IGNORECASE,
)
"""Words of notices about the chat; looked for where a name would stand."""
