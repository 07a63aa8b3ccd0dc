"""What phones, mail programs, scanners and legal departments add under a mail."""

from __future__ import annotations

DEVICE: tuple[str, ...] = (
    r"Sent (?:from|via|with|using) my [\w .,+'’-]{2,40}",
    r"Sent (?:from|by|with) (?:a|an) [\w .+-]{0,20}(?:phone|tablet|device|pad|handheld)\b.{0,20}",
    r"Sent (?:from|via|by) (?:mobile|phone|tablet)(?: device)?",
    r"Diese (?:Nachricht|E-Mail|Mail) wurde von .{2,60} gesendet",
    r"Von mein\w+ .{2,40} (?:gesendet|verschickt|geschrieben)",
    r"(?:发自|發自|从我的|從我的|寄自)\s?[^\n]{1,30}",
    r"나의 .{1,20}에서 보냄|내 .{1,20}에서 보냄",
    r"i(?:Phone|Pad)から送信",
    r"iPhone['’]?um?dan gönderildi",
)
"""Whole lines by themselves."""

PRODUCTS = (
    "iPhone iPhon iPad iPod iOS Android Galaxy Samsung Huawei HUAWEI Xiaomi Redmi OnePlus Pixel "
    "Nokia "
    "Motorola Sony Xperia LG HTC BlackBerry Blackberry Windows Outlook Hotmail Gmail Yahoo Proton "
    "ProtonMail Fastmail Thunderbird Superhuman Spark Airmail Mailbird BlueMail TypeApp AquaMail "
    "Aqua K-9 FairEmail Fairmail Nine myMail Newton Edison Canary Polymail Zoho Tutanota Tuta "
    "Posteo GMX WEB.DE Mail.ru Яндекс Yandex Libero Tiscali Orange SFR Zimbra Roundcube Mailspring "
    "eM Mutt Vivaldi Opera Mac MacBook Mailbox Sailfish Jolla Palm Treo Lumia Honor OPPO Vivo "
    "Realme Kindle Chromebook Pegasus Claws Evolution KMail Inbox MailMate Postbox Missive Front "
    "Mobile mobile Mobil mobil Handy Smartphone smartphone telefon phone tablet Tablet téléphone "
    "teléfono telefono telefoon telefone puhelin telefonu telefonem mobilu mobilen mobilem "
    "телефона телефон смартфона Почты Почта Почта Mail Poczta Correo Posta Sähköposti E-Mail"
).split()
"""What such a line names."""

SENT_WITH = (
    r"sent (?:from|via|with|using|by|on)|get|download|gesendet|verschickt|geschickt|holen|"
    r"hole|beziehen|envoy[ée]e?|obtenir|t[ée]l[ée]charge[rz]|obtenez|enviad[oa]|enviat|obtener|"
    r"descargar|obtenga|obter|baixar|obtenha|inviat[oa]|scarica|ottieni|verzonden|verstuurd|"
    r"downloaden|download|sendt|hent|få|skickat|skickad|hämta|sänt|sent|wysłan[eoya]|wysłano|"
    r"pobierz|uzyskaj|odesl[áa]n[oay]|odoslan[éeoá]|získa[ťj]te?|stáhnout|lähetetty|hanki|lataa|"
    r"küldve|elküldve|küldött|küldtem|letölt\w*|отправлено|послано|скачать|надіслано|відправлено|"
    r"изпратено|gönderildi|gönderilmiştir|edin(?:in)?|indir(?:in)?|trimis|obțineți|poslano|poslato|"
    r"saadetud|στάλθηκε|εστάλη|αποστολή|נשלח|أُ?رسلت?|تم الإرسال|مرسل|ارسال شده|dikirim|gửi từ"
)
SENT_WITH_HAN = (
    r"ส่งจาก|送信|入手|取得|获取|獲取|下载|下載|发自|發自|发送|傳送|寄自|보냄|보낸|다운로드"
)
"""The verb of such a line; the second where words are not divided."""

SCANNERS = (
    r"avast|avg\b|avira|kaspersky|eset\b|nod32|norton|mcafee|bitdefender|mailscanner|mimecast|"
    r"trend ?micro|sophos|clamav|messagelabs|symantec|f-secure|dr\.?web|mailguard|proofpoint"
)
VIRUS = (
    r"virus|virenfrei|viren\b|vírus|antivir|malware|вирус|вірус|ウイルス|病毒|바이러스|ιο[ύί]|spam"
)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:6] for word in text.split())


NOTICE = _stems(
    # «confidential», «privileged», «addressee», «unauthorised» in 25 languages, first six letters
    "confid privil addres unauth dissem disclo legall "
    "vertra unbefu empfän adress irrtüm "
    "confid destin diffus divulg "
    "riserv destin vietat "
    "vertro geadre aanspr "
    "fortro konfid sekret obehör uvedko "
    "luotta salass "
    "poufne poufna poufny poufną adresa adresá důvěrn dôvern oprávn "
    "bizalm címzet illeté confid "
    "конфид получа адреса одержу повери "
    "εμπιστ παραλή gizlid gizli yetkis alıcıy "
    "povjer poverl zaupno rahasi mật "
    "سرية سري المرسل חסוי סודי נמען"
)
NOTICE_TOO = _stems(
    "intend recipi solely error delete destro notify sender distri copyin copyie prohib liabil "
    "liable virus viruse review strict receiv inform attach views opinio monito transm "
    "absend sofort vernic lösche gestat enthal ausdrü fehler weiter nachri "
    "erreur expédi détrui suppri interd strict pièces messag contie autori "
    "error remite elimin prohib difusi mensaj contie adjunt utiliz "
    "errore mitten distru proibi vietat divulg messag copia allega "
    "remete engano erro proibi elimin mensag "
    "afzend abusie vernie verwij ontvan bestem bijlag "
    "afsend avsend avsänd fejlta feilak misstag slette radera modtag mottag mottak underr oplysn "
    "opplys uppgif indeho innhol innehå tiltæn avsett bestem fejlag ansvar videre sprid "
    "lähett poista erehdy vastaa "
    "nadawc pomyłk usunię wiadom odesíl omylem smazat obsahu odosie vymaza "
    "feladó téved töröln üzenet expedi eroare șterge mesaju "
    "отправ ошибке удалит сообще відпра помилк повідо изпрат грешка "
    "αποστο λάθος διαγρά gönder yanlış mesaj "
    "pošilj greško pengir kesala hapus gửi nhầm "
    "المرسل خطأ حذف בטעות השולח למחוק"
)
MAIL = (
    "mail e-post sähköpost levél messag nachricht courriel mensaje missatge mensagem messaggio "
    "bericht meddel besked viesti "
    "wiadomo zpráv správ poruk sporočil üzenet mesaj сообщ письм лист повідом съобщен μήνυμα ileti "
    "iletiyi pesan thư הודעה رسالة"
).split()
"""A word of a notice that speaks of the mail itself."""

NOTICE_HAN = (
    "機密 保密 机密 守秘 宛先以外 誤って 受信者 削除 破棄 收件人 误收 誤收 发件人 寄件人 删除 刪除 "
    "泄露 洩露 "
    "기밀 수신인 수신자 잘못 발신자 삭제 비밀"
).split()
"""Of the words by which a legal notice is told: one of the first, and four in all."""

REGISTERED = frozenset(
    "registered register reg.no companies-house handelsregister amtsgericht registergericht hrb "
    "hra "
    "geschäftsführer geschäftsführung vorstand aufsichtsrat ust-id ust-idnr ustid ust-id-nr. sitz "
    "siren siret rcs tva capital kvk btw cvr orgnr org.nr org.nr. organisasjonsnummer y-tunnus krs "
    "nip "
    "regon kapitał ičo dič p.iva c.f. nif cif инн огрн кпп vat gmbh ltd limited plc".split()
)
"""Of a company's line in the registers, three."""

PAPER = (
    ("environment", "print"), ("umwelt", "druck"), ("environnement", "imprim"),
    ("medio ambiente", "imprim"), ("meio ambiente", "imprim"), ("ambiente", "stamp"),
    ("milieu", "print"), ("miljø", "print"), ("miljø", "skriv"), ("miljö", "skriv"),
    ("środowisk", "druk"), ("prostředí", "tisk"), ("ympäristö", "tulost"), ("környezet", "nyomtat"),
    ("окружающ", "печат"), ("природ", "печат"), ("çevre", "yazdır"),
)  # fmt: skip
"""Both are in a request not to print the mail."""

PHONE = (
    r"(?<![\w@])(?:\+\d[\d ().\-/·]{5,22}\d|00\d{2}[ \d]{7,16}\d|\(0\d{1,4}\)[ \d-]{5,14}\d|"
    r"0\d{1,4}[ /-]{1,3}\d[\d /-]{3,14}\d|0\d(?:[ .-]\d\d){3,4}|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|"
    r"\d{2,3}(?: \d{2,3}){2,3}|\d{4}-\d{4})(?!\w)"
)
CONTACT = (
    rf"{PHONE}|[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,4}}"
    r"|\bhttps?://\S|\bwww\.\w"
    r"|\b(?:tel|tél|telefon|téléphone|phone|mobile?|mob|cell|fax|office|direct|handy|gsm|tlf|puh|"
    r"тел|моб|電話|电话|手机|전화|skype|linkedin|twitter|facebook|whatsapp|telegram)\b\s?[.:：]"
    r"|^(?:[tmfpehow]|tel|mob)(?:\s?[.:|]\s?|\s{1,3})[+(]?\d"
)
"""A telephone number, an address, a web page: what a block under a name holds."""

CLOSINGS = (
    r"regards|sincerely|cheers|best(?: wishes)?|all the best|yours|thanks|thank you|take care|"
    r"cordially|warmly|respectfully|love|xx+|br|rgds|"
    r"gr(?:ü|u|ue)(?:ß|ss)e?n?|mfg|lg|vg|liebe grüße|herzlich(?:st)?|hochachtungsvoll|danke|"
    r"cordialement|salutations|amicalement|bien à (?:vous|toi)|respectueusement|merci|bises|cdlt|"
    r"saludos?|atentamente|cordialmente|abrazos?|gracias|salutacions|gràcies|un saludo|"
    r"cumprimentos|atenciosamente|abraços?|obrigad[oa]|att|saluti|cordiali|grazie|distinti|"
    r"un abbraccio|"
    r"groet(?:en|jes)?|mvg|hartelijk|bedankt|hilsen|hilsner|mvh|vh|dbh|kh|tak|takk|klem|knus|"
    r"hälsning(?:ar)?|hälsn|mvh|tack|kram|kveðja|kveðju|terveisin|terv|yt|kiitos|parhain|"
    r"tervitades|"
    r"pozdrawiam|poważaniem|pozdrowienia|dziękuję|pozdrav(?:em|y)?|lep pozdrav|úctou|děkuji|"
    r"ďakujem|"
    r"üdv(?:özlettel)?|tisztelettel|köszön(?:öm|ettel)|stimă|cu respect|mulțumesc|salutări|"
    r"уважением|пожеланиями|приветом|спасибо|повагою|дякую|уважение|поздрави|поздрав|хвала|"
    r"saygılar(?:ımla|ımızla)?|sevgiler(?:imle)?|teşekkürler|selamlar|χαιρετ\w*|εκτίμηση|φιλικά|"
    r"ευχαριστώ|"
    r"בברכה|תודה|بتحية|تحياتي|التحية|شكرا|تشکر|احترام|salam|hormat|terima kasih|trân trọng|cảm ơn"
)
CLOSINGS_HAN = (
    r"よろしくお|宜しくお|敬具|草々|此致|敬礼|祝好|商祺|顺颂|順頌|谢谢|謝謝|感謝|ありがとうござい|"
    r"감사합니다|드림|올림|ขอแสดงความนับถือ|ขอบคุณ"
)
"""A word of the line with which people take leave above their name; the second as above."""
