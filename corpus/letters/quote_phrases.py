"""What mail programs write around quoted text, in the languages people use."""

from __future__ import annotations

HEADERS: tuple[tuple[str, str, str], ...] = (
    ("en", r"On|At|In (?:article|message|your message)", r"wrote|writes|said|sent|says"),
    ("de", r"Am|Zitat von", r"schrieb(?:en Sie)?|schreibt|geschrieben|Zitat von"),
    ("fr", r"Le|En date d[eu]|Dans (?:son|votre|ton) message", r"a\s[ée]crit|écrivit|écrivait"),
    ("es", r"El|Con fecha|En fecha", r"escribi[óo]|ha escrito"),
    ("ca", r"El|En data", r"va escriure|ha escrit"),
    ("pt", r"Em|No dia|Na|A \d", r"escreveu"),
    ("it", r"Il(?: giorno)?|In data|Alle", r"ha scritto|scrisse|scrive"),
    ("nl", r"Op|Citeren", r"schreef|geschreven"),
    ("da, no, sv", r"Den|På|Ved", r"skrev|skreiv|följande|følgende"),
    ("is", r"Þann|Hinn", r"skrifaði"),
    ("fi", r"Lähettäjä|Käyttäjä|Lainaus", r"kirjoitti"),
    ("et", r"Kuupäeval", r"kirjutas"),
    ("lv, lt", r"Plkst|Datums", r"rakstīja|rašė"),
    ("pl", r"W dniu|Dnia|Cytowanie", r"napisał(?:\(a\)|a)?|pisze|nadesłał"),
    ("cs, sk", r"Dne|Dňa|Odesílatel", r"napsala?|napsal\(a\)|píše|napísala?|napísal\(a\)"),
    ("hr, sr, sl", r"Dana|Dne|U", r"napisao|napisala|napisa(?:o|l)/la|je napisal|написао|пише"),
    ("hu", r"Ekkor", r"ezt írta|írta"),
    ("ro", r"În data de|Pe|La", r"a scris"),
    ("bg, mk", r"На", r"написа|напиша"),
    ("ru, uk, be", r"В письме|В пн|В вт", r"пишет|писал|написал(?:\(а\)|а)?|пише|написав|піша"),
    ("el", r"Στις|Την", r"έγραψε|έγραψαν"),
    ("tr", r"Tarih", r"şunu yazdı|şunları yazdı|yazdı|yazmış"),
    ("ar", r"في|بتاريخ", r"كتب|كتبت|تمت كتابة"),
    ("he", r"בתאריך|ב־", r"כתב|כתבה|מאת"),
    ("fa", r"در", r"نوشت"),
    ("hi", r"(?!)", r"लिखा|ने लिखा"),
    ("id, ms", r"Pada", r"menulis"),
    ("vi", r"Vào|Ngày", r"đã viết|viết"),
    ("th", r"เมื่อ", r"เขียนว่า|เขียน"),
    ("ja", r"(?!)", r"書きました|のメール|のメッセージ|が書いた|からのメール|wrote"),
    ("ko", r"(?!)", r"작성|썼습니다|님이 작성|님의 말|보낸 메일"),
    ("zh", r"在|于", r"写道|寫道|撰写|撰寫|来信|來信"),
)
"""Language, how the line above a quote begins, its verb; what mail programs write, collected from
the lists that reply parsers keep and from mail itself; the patterns are ours."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in text.split("|"))


FROM = _words(
    "From|Von|De|Da|Van|Fra|Frá|Från|Od|Ot|Lähettäjä|Feladó|Kimden|Gönderen|Expéditeur|Remitente|"
    "Remetente|Mittente|Absender|Afzender|Avsender|Afsender|Avsändare|Nadawca|Odesílatel|"
    "Odosielateľ|Pošiljatelj|Šalje|Expeditor|Expeditorul|De la|Saatja|Nuo|От|От кого|Отправитель|"
    "Від|Від кого|Від кого|Од|Από|Αποστολέας|מאת|من|از|差出人|送信者|送信元|发件人|寄件者|寄件人|"
    "發件人|보낸사람|보낸 사람|보낸이|Dari|Từ|จาก|Sender|On behalf of"
)
SENT = _words(
    "Sent|Date|Gesendet|Gesendet am|Datum|Envoyé|Envoyé le|Enviado|Enviados|Enviado el|Enviado em|"
    "Enviada|Enviada em|Enviat|Inviato|Inviato il|Data|Data invio|Verzonden|Sendt|Dato|Skickat|"
    "Sent (date)|Wysłano|Wysłane|Odesláno|Odoslané|Lähetetty|Päivämäärä|Päiväys|Pvm|Aika|Elküldve|"
    "Küldve|Dátum|Időpont|Gönderildi|Gönderilen|Gönderme Tarihi|Gönderim Tarihi|Tarih|Fecha|"
    "Fecha de envío|Trimis|Dată|Sendur|Sent|Saadetud|Kuupäev|Išsiųsta|Nosūtīts|Poslano|Poslato|"
    "Отправлено|Дата|Дата и время|Відправлено|Надіслано|Изпратено|Ημερομηνία|Στάλθηκε|Εστάλη|נשלח|"
    "תאריך|تاريخ الإرسال|التاريخ|تم الإرسال|تاریخ|送信日時|日付|日時|发送时间|发送日期|时间|"
    "發送時間|"
    "寄件日期|傳送時間|時間|日期|보낸 날짜|보낸날짜|날짜|보낸 시간|Dikirim|Tanggal|Đã gửi|Ngày|ส่ง|"
    "วันที่|Received"
)
TO = _words(
    "To|An|À|A|Para|Per a|Aan|Til|Till|Viðtakandi|Do|Komu|Pre|Prima|Za|Címzett|Vastaanottaja|"
    "Kime|Alıcı|Către|Destinatarul|Destinatario|Destinataire|Destinatário|Empfänger|Ontvanger|"
    "Pour|Adresat|Saaja|Kam|Кому|До|Получатель|До|Προς|אל|إلى|به|宛先|收件人|收件者|받는사람|"
    "받는이|"
    "받는 사람|Kepada|Đến|Tới|ถึง|Cc|CC|Kopie|Kopie (CC)|Kopi|Kopia|Kopio|Kópia|Copie à|Copia|"
    "Cópia|Másolat|Másolatot kap|Dw|DW|Do wiadomości|Bilgi|Копия|Копія|Κοιν|עותק|نسخة|抄送|副本|"
    "참조|"
    "Reply-To|Bcc|Antwort an|Répondre à|Responder a|Rispondi a|Antwoord aan|Svar til|Svara till"
)
SUBJECT = _words(
    "Subject|Betreff|Objet|Sujet|Asunto|Assunto|Assumpte|Oggetto|Onderwerp|Emne|Efni|Ämne|Temat|"
    "Předmět|Predmet|Aihe|Otsikko|Tárgy|Konu|Тема|Тема сообщения|Предмет|Относно|Subiect|"
    "Subiectul|Naslov|Zadeva|Teema|Tema|Temats|Θέμα|נושא|الموضوع|موضوع|件名|主题|主旨|主題|標題|"
    "제목|"
    "Perihal|Subjek|Chủ đề|Tiêu đề|เรื่อง|หัวเรื่อง"
)
"""Labels of the block «From: … Sent: … To: … Subject: …» that stands above a quote."""

ORIGINAL = (
    "Original Message",
    "Original Appointment",
    "Original Email",
    "Original-Nachricht",
    "Original e-mail",
    "Reply Message",
    "Reply Above This Line",
    "Ursprüngliche Nachricht",
    "Ursprüngliche E-Mail",
    "Urspr. Nachricht",
    "Originalnachricht",
    "Antwort Nachricht",
    "Message d'origine",
    "Message d’origine",
    "Message original",
    "Message initial",
    "Mail original",
    "Courriel original",
    "Mensaje original",
    "Missatge original",
    "Mensagem original",
    "Messaggio originale",
    "Messaggio Originario",
    "Oorspronkelijk bericht",
    "Oorspronkelijke bericht",
    "Origineel bericht",
    "Original besked",
    "Original meddelelse",
    "Oprindelig meddelelse",
    "Oprindelig besked",
    "Opprinnelig melding",
    "Opprinnelig e-post",
    "Originalmelding",
    "Ursprungligt meddelande",
    "Originalmeddelande",
    "Ursprungligt mejl",
    "Oryginalna wiadomość",
    "Wiadomość oryginalna",
    "Oryginalny e-mail",
    "Původní zpráva",
    "Původní e-mail",
    "Pôvodná správa",
    "Izvorna poruka",
    "Originalna poruka",
    "Izvirno sporočilo",
    "Alkuperäinen viesti",
    "Algne sõnum",
    "Eredeti üzenet",
    "Mesaj original",
    "Mesajul original",
    "Исходное сообщение",
    "Оригинальное сообщение",
    "Вихідне повідомлення",
    "Оригинално съобщение",
    "Αρχικό μήνυμα",
    "Orijinal Mesaj",
    "Orijinal İleti",
    "Özgün İleti",
    "הודעה מקורית",
    "الرسالة الأصلية",
    "پیام اصلی",
    "Pesan Asli",
    "Thư gốc",
    "元のメッセージ",
    "元のメール",
    "原始邮件",
    "原始郵件",
    "原始信件",
    "回复的原邮件",
    "回复的原信",
    "원본 메시지",
    "원본 메일",
    "받은 메일 내용",
)

HIDDEN = (
    "Quoted text hidden",
    "Zitierter Text ausgeblendet",
    "Texte des messages précédents masqué",
    "El texto citado está oculto",
    "Texto das mensagens anteriores oculto",
    "Testo tra virgolette nascosto",
    "Tekst uit oorspronkelijk bericht is verborgen",
    "Citeret tekst skjult",
    "Sitert tekst skjult",
    "Citerad text dold",
    "Ukryto cytowany tekst",
    "Цитируемый текст скрыт",
    "引用文字列を非表示",
    "引用文本已隐藏",
)
"""What Gmail prints instead of a quote, in square brackets."""

FORWARDED = (
    "Forwarded message",
    "Forwarded email",
    "Forwarded by",
    "Forwarded mail",
    "Begin forwarded message",
    "Start of forwarded message",
    "Weitergeleitete Nachricht",
    "Weitergeleitet von",
    "Anfang der weitergeleiteten Nachricht",
    "Anfang der weitergeleiteten E-Mail",
    "Weitergeleitete E-Mail",
    "Message transféré",
    "Message transmis",
    "Message réexpédié",
    "Début du message transféré",
    "Début du message réexpédié",
    "Courriel transféré",
    "Mensaje reenviado",
    "Inicio del mensaje reenviado",
    "Missatge reenviat",
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
    "Videresendt mail",
    "Start på videresendt besked",
    "Videresendt melding",
    "Videresendt e-post",
    "Start på videresendt melding",
    "Vidarebefordrat meddelande",
    "Vidarebefordrat brev",
    "Vidarebefordrat mejl",
    "Påbörjat vidarebefordrat mejl",
    "Przekazana wiadomość",
    "Treść przekazanej wiadomości",
    "Wiadomość przekazana dalej",
    "Początek przekazywanej wiadomości",
    "Přeposlaná zpráva",
    "Přeposlaná správa",
    "Preposlaná správa",
    "Začátek přeposílané zprávy",
    "Začátek přeposlané zprávy",
    "Začiatok preposlanej správy",
    "Proslijeđena poruka",
    "Prosleđena poruka",
    "Posredovano sporočilo",
    "Započni proslijeđenu poruku",
    "Edelleenlähetetty viesti",
    "Välitetty viesti",
    "Välitetty viesti alkaa",
    "Edastatud kiri",
    "Továbbított üzenet",
    "Továbbított levél kezdete",
    "Továbbított levél",
    "Mesaj redirecționat",
    "Începe mesajul redirecționat",
    "Пересылаемое сообщение",
    "Пересланное сообщение",
    "Перенаправленное сообщение",
    "Начало переадресованного сообщения",
    "Начало пересылаемого сообщения",
    "Переслане повідомлення",
    "Перенаправлене повідомлення",
    "Початок листа, що пересилається",
    "Препратено съобщение",
    "Προωθημένο μήνυμα",
    "Προωθούμενο μήνυμα",
    "İletilmiş mesaj",
    "İletilen mesaj",
    "İletilen ileti",
    "İleti başlangıcı",
    "Yönlendirilmiş ileti",
    "הודעה שהועברה",
    "الرسالة المحولة",
    "رسالة مُعاد توجيهها",
    "Pesan terusan",
    "Thư được chuyển tiếp",
    "転送されたメッセージ",
    "転送メッセージ",
    "転送メール",
    "以下、転送",
    "已转发邮件",
    "转发的邮件",
    "转发邮件信息",
    "轉寄郵件",
    "已轉寄的郵件",
    "下面是被转发的邮件",
    "전달된 메시지",
    "전달된 메일",
)

FORWARD_SUBJECT = (
    r"(?:fwd?|wg|tr|rv|vs|i|enc|pd|vb|vl|ilt|i̇lt|videresend|doorst|redir\.?|továbbítás|"
    r"προώθ|пер|转发|轉寄|転送|전달)\s*[:：]"
)
"""How the subject of a mail passed on begins."""
