"""What mail programs write around quoted text and under a mail, in the languages people use."""

from __future__ import annotations

HEADERS: tuple[tuple[str, str, str], ...] = (
    ("en", r"On|At", r"wrote|writes"),
    ("de", r"Am|Zitat von", r"schrieb|geschrieben|Zitat von"),
    ("fr", r"Le|En date de", r"a [ée]crit|écrivit"),
    ("es", r"El|Con fecha", r"escribi[óo]"),
    ("pt", r"Em|No dia|A \d", r"escreveu"),
    ("it", r"Il|In data|Il giorno", r"ha scritto"),
    ("nl", r"Op", r"schreef|geschreven"),
    ("da, no, sv", r"Den|På", r"skrev|skreiv"),
    ("pl", r"W dniu|Dnia", r"napisał|napisała|napisał\(a\)|pisze"),
    ("cs, sk", r"Dne|Dňa", r"napsala?|napsal\(a\)|napísal"),
    ("fi", r"Lähettäjä|Käyttäjä", r"kirjoitti"),
    ("hu", r"Ekkor", r"ezt írta"),
    ("ru", r"В письме", r"пишет|написал|написала|написал\(а\)"),
    ("tr", r"Tarih", r"şunu yazdı|şunları yazdı|yazdı"),
    ("ja", r"(?!)", r"書きました|のメール|のメッセージ"),
    ("ko", r"(?!)", r"작성|썼습니다|님이 작성"),
    ("zh", r"(?!)", r"写道|寫道"),
)
"""Language, how the line above a quote begins, its verb; after talon's and mail-parser-reply's
lists of what mail programs write (read for coverage; the patterns are ours)."""

FROM = (
    "From|Von|De|Da|Van|Fra|Från|Od|Lähettäjä|Feladó|Kimden|Expéditeur|Remitente|Mittente|От|"
    "差出人|送信者|发件人|寄件者|보낸사람|보낸 사람"
).split("|")
SENT = (
    "Sent|Date|Gesendet|Datum|Envoyé|Enviado|Enviado el|Enviado em|Enviada em|Inviato|Data|"
    "Data invio|Verzonden|Sendt|Dato|Skickat|Wysłano|Odesláno|Lähetetty|Päivämäärä|Elküldve|"
    "Gönderildi|Tarih|Fecha|Отправлено|Дата|送信日時|日付|日時|发送时间|寄件日期|日期|"
    "보낸 날짜|날짜"
).split("|")
SUBJECT = (
    "Subject|Betreff|Objet|Asunto|Assunto|Oggetto|Onderwerp|Emne|Ämne|Temat|Předmět|Predmet|Aihe|"
    "Tárgy|Konu|Тема|件名|主题|主旨|제목"
).split("|")
"""Labels of the block «From: … Sent: … To: … Subject: …» that Outlook puts above a quote."""

ORIGINAL = (
    "Original Message",
    "Original Appointment",
    "Original-Nachricht",
    "Ursprüngliche Nachricht",
    "Originalnachricht",
    "Message d'origine",
    "Message original",
    "Mensaje original",
    "Mensagem original",
    "Messaggio originale",
    "Oorspronkelijk bericht",
    "Original besked",
    "Oprindelig meddelelse",
    "Opprinnelig melding",
    "Ursprungligt meddelande",
    "Originalmeddelande",
    "Oryginalna wiadomość",
    "Wiadomość oryginalna",
    "Původní zpráva",
    "Alkuperäinen viesti",
    "Eredeti üzenet",
    "Исходное сообщение",
    "Orijinal Mesaj",
    "元のメッセージ",
    "原始邮件",
    "原始郵件",
    "원본 메시지",
)

FORWARDED = (
    "Forwarded message",
    "Forwarded by",
    "Begin forwarded message",
    "Weitergeleitete Nachricht",
    "Anfang der weitergeleiteten Nachricht",
    "Weitergeleitete E-Mail",
    "Message transféré",
    "Début du message transféré",
    "Début du message réexpédié",
    "Courriel transféré",
    "Mensaje reenviado",
    "Inicio del mensaje reenviado",
    "Mensagem encaminhada",
    "Mensagem reencaminhada",
    "Início da mensagem encaminhada",
    "Início da mensagem reencaminhada",
    "Messaggio inoltrato",
    "Inizio messaggio inoltrato",
    "Doorgestuurd bericht",
    "Begin doorgestuurd bericht",
    "Videresendt besked",
    "Videresendt meddelelse",
    "Start på videresendt besked",
    "Videresendt melding",
    "Videresendt e-post",
    "Vidarebefordrat meddelande",
    "Vidarebefordrat brev",
    "Vidarebefordrat mejl",
    "Przekazana wiadomość",
    "Wiadomość przekazana dalej",
    "Początek przekazywanej wiadomości",
    "Přeposlaná zpráva",
    "Přeposlaná správa",
    "Začátek přeposílané zprávy",
    "Edelleenlähetetty viesti",
    "Välitetty viesti",
    "Välitetty viesti alkaa",
    "Továbbított üzenet",
    "Пересылаемое сообщение",
    "Пересланное сообщение",
    "Начало переадресованного сообщения",
    "İletilmiş mesaj",
    "Yönlendirilmiş ileti",
    "転送されたメッセージ",
    "転送メッセージ",
    "已转发邮件",
    "转发的邮件",
    "轉寄郵件",
    "已轉寄的郵件",
    "전달된 메시지",
)

DEVICE: tuple[str, ...] = (
    r"Sent (?:from|via|with|using) my [\w .,+'’-]{2,40}",
    r"Sent from (?:a|an) [\w .+-]{0,20}(?:phone|tablet|device|pad|handheld)\b.{0,20}",
    r"Sent (?:from|via|with|using) (?:Outlook|Mail|Yahoo|Proton|Gmail|iPhone|iPad|Samsung|Mobile|"
    r"Blackberry|Fairmail|FairEmail|K-9|Spark|Superhuman|Airmail|Windows|Android)\b.{0,60}",
    r"(?:Get|Download) Outlook for (?:iOS|Android|Mac)\b.{0,80}",
    r"Von mein\w+ .{2,40} (?:gesendet|verschickt)",
    r"Gesendet (?:von|mit|über) (?:mein|der|dem|Outlook|Mail|iPhone|iPad|Yahoo|Proton).{0,50}",
    r"Diese Nachricht wurde von mein\w+ .{2,40} gesendet",
    r"Envoyé (?:de|depuis|à partir de|avec) (?:mon|ma|Yahoo|Outlook|Mail|Proton|l['’]).{0,50}",
    r"Enviad[oa] (?:desde|do|de|a partir do|pelo|através do) (?:mi|meu|minha|o |Outlook|Correo|"
    r"Yahoo|iPhone|iPad|Samsung|Email|Proton).{0,50}",
    r"Inviato (?:da|dal|con|tramite) (?:mio|iPhone|iPad|Outlook|Posta|Yahoo|Libero|smartphone|"
    r"Tiscali|Proton).{0,50}",
    r"Verzonden (?:vanaf|vanuit|met|via|door) (?:mijn|Outlook|Mail|iPhone|iPad|een|Yahoo).{0,50}",
    r"Sendt fra (?:min|mitt|mit|iPhone|iPad|Outlook|Mail|Yahoo).{0,50}",
    r"Skickat från (?:min|mitt|iPhone|iPad|Outlook|E-post|Yahoo).{0,50}",
    r"Wysłan[eo] (?:z|ze|za pomocą|przy użyciu) (?:mojego|iPhone|iPad|telefonu|urządzenia|"
    r"aplikacji|programu|Outlook|Poczt).{0,50}",
    r"Odesláno (?:z|ze) (?:mého|iPhon|iPad|mobil|telefonu|Outlook|aplikace).{0,50}",
    r"Lähetetty (?:iPhone|iPad|Outlook|Sähköposti|puhelime|Samsung).{0,50}",
    r"Отправлено (?:с|из) (?:моего|iPhone|iPad|мобильн|Mail|Яндекс|Outlook).{0,50}",
    r"iPhone['’]?um?dan gönderildi",
    r"i(?:Phone|Pad)から送信",
    r"(?:发自|發自|從)我的.{1,30}",
    r"나의 .{1,20}에서 보냄",
)
"""Whole lines that phones and mail programs add under a mail."""
