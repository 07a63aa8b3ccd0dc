"""Invented mails of ten languages and a dozen mail programs, in which it is known who wrote what.

The forms are written after what the programs send, not after the tables of the parser under test.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from corpus.sources.markup import text_of

STYLES = ("top", "bottom", "inline", "forward")


@dataclass(frozen=True)
class Tongue:
    """What the mails of one language are made of."""

    days: list[str]
    months: list[str]
    gmail: str  # {p}: name and address, {wd} {d} {m} {y} {t}
    apple: str
    bird: str
    labels: list[str]  # From, Sent, To, Subject as Outlook has them
    original: str  # as Samsung's and Outlook's plain text have it
    forwarded: str
    phone: str
    bye: str
    notice: str
    role: str
    people: list[tuple[str, str]]
    asks: list[str]
    says: list[str]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n")]


TONGUES: dict[str, Tongue] = {
    "en": Tongue(
        "Mon Tue Wed Thu Fri Sat Sun".split(),
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(),
        "On {wd}, {m} {d}, {y} at {t} {p} wrote:",
        "On {d} {m} {y}, at {t}, {p} wrote:",
        "On {n}/{d}/{y} {t}, {name} wrote:",
        ["From", "Sent", "To", "Subject"],
        "-------- Original message --------",
        "---------- Forwarded message ---------",
        "Sent from my Galaxy",
        "Kind regards,",
        "This email and any files transmitted with it are confidential and intended solely for "
        "the use of the individual to whom they are addressed. If you have received this email in "
        "error please notify the sender and delete it.",
        "Head of Harbour Operations",
        [("Nora Field", "nora.field@quay.example"), ("Ben Carter", "bcarter@lake.example")],
        _lines("""Could you tell me when the boat is back from the yard?
        We still need two people for the Saturday shift.
        The council wants an answer before the end of the month.
        I have put the drawings on the shared drive for you.
        Please bring the spare keys if you come by train.
        Last year the same repair cost us nearly twice as much."""),
        _lines("""I asked them this morning and they promised it for next Thursday.
        My sister can take one of the shifts, but only after lunch.
        Let us write to the council together, it reads better that way.
        The second drawing has the stairs on the wrong side.
        I never had the spare keys, Martin took them in spring.
        That is cheap compared with what the neighbours paid.
        We could paint it ourselves and save the money for sails."""),
    ),
    "de": Tongue(
        "Mo. Di. Mi. Do. Fr. Sa. So.".split(),
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.".split(),
        "Am {wd}, {d}. {m} {y} um {t} Uhr schrieb {p}:",
        "Am {d}.{nn}.{y} um {t} schrieb {p}:",
        "Am {d}.{nn}.{y} um {t} schrieb {name}:",
        ["Von", "Gesendet", "An", "Betreff"],
        "-------- Ursprüngliche Nachricht --------",
        "-------- Weitergeleitete Nachricht --------",
        "Von meinem iPad gesendet",
        "Viele Grüße",
        "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat "
        "sind oder diese E-Mail irrtümlich erhalten haben, informieren Sie bitte sofort den "
        "Absender und vernichten Sie diese Mail.",
        "Leiterin Werkstatt und Lager",
        [("Jutta Brandl", "jutta.brandl@werft.example"), ("Uwe Kern", "u.kern@see.example")],
        _lines("""Wann kommt das Boot aus der Werft zurück?
        Für Samstag fehlen uns noch zwei Leute an der Kasse.
        Die Gemeinde will bis Monatsende eine Antwort haben.
        Die Zeichnungen liegen jetzt im gemeinsamen Ordner.
        Bring bitte die Ersatzschlüssel mit, falls du Zug fährst.
        Letztes Jahr hat dieselbe Reparatur fast das Doppelte gekostet."""),
        _lines("""Ich habe heute früh gefragt, sie haben es für Donnerstag versprochen.
        Meine Schwester übernimmt eine Schicht, aber erst nach dem Essen.
        Schreiben wir der Gemeinde doch zusammen, das wirkt besser.
        Auf der zweiten Zeichnung ist die Treppe auf der falschen Seite.
        Die Ersatzschlüssel hatte ich nie, die hat Martin im Frühling geholt.
        Das ist günstig gegen das, was die Nachbarn bezahlt haben.
        Wir könnten selber streichen und das Geld für Segel sparen."""),
    ),
    "fr": Tongue(
        "lun. mar. mer. jeu. ven. sam. dim.".split(),
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split(),
        "Le {wd} {d} {m} {y} à {t}, {p} a écrit :",
        "Le {d} {m} {y} à {t}, {p} a écrit :",
        "Le {d}/{nn}/{y} à {t}, {name} a écrit :",
        ["De", "Envoyé", "À", "Objet"],
        "-------- Message d'origine --------",
        "---------- Message transféré ----------",
        "Envoyé de mon téléphone",
        "Bien cordialement,",
        "Ce message et ses pièces jointes sont confidentiels et établis à l'attention exclusive "
        "de leur destinataire. Si vous avez reçu ce message par erreur, merci d'en avertir "
        "l'expéditeur et de le détruire.",
        "Responsable du port de plaisance",
        [("Odile Marchand", "odile.marchand@quai.example"), ("Luc Perrin", "lperrin@lac.example")],
        _lines("""Quand est-ce que le bateau revient du chantier ?
        Il nous manque encore deux personnes pour samedi.
        La mairie veut une réponse avant la fin du mois.
        J'ai mis les plans dans le dossier partagé.
        Apporte les clés de rechange si tu viens en train.
        L'an dernier la même réparation a coûté presque le double."""),
        _lines("""Je leur ai demandé ce matin, ils le promettent pour jeudi.
        Ma sœur peut prendre un service, mais seulement l'après-midi.
        Écrivons à la mairie ensemble, cela passera mieux.
        Sur le deuxième plan l'escalier est du mauvais côté.
        Je n'ai jamais eu les clés, Martin les a prises au printemps.
        C'est bon marché à côté de ce que les voisins ont payé.
        On pourrait peindre nous-mêmes et garder l'argent pour les voiles."""),
    ),
    "es": Tongue(
        "lun mar mié jue vie sáb dom".split(),
        "ene feb mar abr may jun jul ago sept oct nov dic".split(),
        "El {wd}, {d} {m} {y} a las {t}, {p} escribió:",
        "El {d} {m} {y}, a las {t}, {p} escribió:",
        "El {d}/{nn}/{y} a las {t}, {name} escribió:",
        ["De", "Enviado el", "Para", "Asunto"],
        "-------- Mensaje original --------",
        "---------- Forwarded message ---------",
        "Enviado desde mi iPhone",
        "Un saludo,",
        "Este mensaje es confidencial y va dirigido únicamente a su destinatario. Si lo ha "
        "recibido por error, le rogamos que lo comunique al remitente y lo elimine. Queda "
        "prohibida su difusión.",
        "Jefa de mantenimiento",
        [("Pilar Robles", "pilar.robles@muelle.example"), ("Iván Soto", "isoto@lago.example")],
        _lines("""¿Cuándo vuelve el barco del astillero?
        Nos faltan dos personas para el turno del sábado.
        El ayuntamiento quiere una respuesta antes de fin de mes.
        He puesto los planos en la carpeta compartida.
        Trae las llaves de repuesto si vienes en tren.
        El año pasado la misma reparación costó casi el doble."""),
        _lines("""Les pregunté esta mañana y lo prometen para el jueves.
        Mi hermana puede hacer un turno, pero solo por la tarde.
        Escribamos juntos al ayuntamiento, queda mejor así.
        En el segundo plano la escalera está en el lado equivocado.
        Nunca tuve las llaves, Martín se las llevó en primavera.
        Es barato comparado con lo que pagaron los vecinos.
        Podríamos pintarlo nosotros y guardar el dinero para velas."""),
    ),
    "pt": Tongue(
        "seg. ter. qua. qui. sex. sáb. dom.".split(),
        "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.".split(),
        "Em {wd}, {d} de {m} de {y} às {t}, {p} escreveu:",
        "No dia {d} de {m} de {y}, às {t}, {p} escreveu:",
        "Em {d}/{nn}/{y} {t}, {name} escreveu:",
        ["De", "Enviada em", "Para", "Assunto"],
        "-------- Mensagem original --------",
        "---------- Forwarded message ---------",
        "Enviado do meu smartphone Samsung Galaxy.",
        "Abraços,",
        "Esta mensagem é confidencial e destina-se apenas ao seu destinatário. Se a recebeu por "
        "engano, avise o remetente e elimine a mensagem. É proibida a sua divulgação.",
        "Coordenadora de oficina",
        [("Lídia Moura", "lidia.moura@cais.example"), ("Rui Prado", "rprado@lagoa.example")],
        _lines("""Quando é que o barco volta do estaleiro?
        Ainda faltam duas pessoas para o turno de sábado.
        A câmara quer uma resposta antes do fim do mês.
        Coloquei os desenhos na pasta partilhada.
        Traz as chaves de reserva se vieres de comboio.
        No ano passado o mesmo conserto custou quase o dobro."""),
        _lines("""Perguntei hoje de manhã e prometeram para quinta.
        A minha irmã pode fazer um turno, mas só depois do almoço.
        Vamos escrever juntos à câmara, fica melhor assim.
        No segundo desenho a escada está do lado errado.
        Nunca tive as chaves, o Martim levou-as na primavera.
        É barato ao lado do que os vizinhos pagaram.
        Podíamos pintar nós e guardar o dinheiro para as velas."""),
    ),
    "nl": Tongue(
        "ma di wo do vr za zo".split(),
        "jan feb mrt apr mei jun jul aug sep okt nov dec".split(),
        "Op {wd} {d} {m} {y} om {t} schreef {p}:",
        "Op {d} {m} {y}, om {t} heeft {p} het volgende geschreven:",
        "Op {d}-{nn}-{y} om {t} schreef {name}:",
        ["Van", "Verzonden", "Aan", "Onderwerp"],
        "-------- Oorspronkelijk bericht --------",
        "-------- Doorgestuurd bericht --------",
        "Verstuurd vanaf mijn iPhone",
        "Met vriendelijke groet,",
        "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. Als u dit "
        "bericht abusievelijk ontvangt, verzoeken wij u de afzender te waarschuwen en het "
        "bericht te vernietigen.",
        "Hoofd onderhoud",
        [("Anneke Vos", "anneke.vos@kade.example"), ("Joris Smit", "jsmit@meer.example")],
        _lines("""Wanneer is de boot terug van de werf?
        We missen nog twee mensen voor zaterdag.
        De gemeente wil voor het eind van de maand antwoord.
        De tekeningen staan in de gedeelde map.
        Neem de reservesleutels mee als je met de trein komt.
        Vorig jaar kostte dezelfde reparatie bijna het dubbele."""),
        _lines("""Ik heb het vanmorgen gevraagd, ze beloven het voor donderdag.
        Mijn zus kan een dienst doen, maar pas na de middag.
        Laten we samen aan de gemeente schrijven, dat leest beter.
        Op de tweede tekening zit de trap aan de verkeerde kant.
        Ik heb die sleutels nooit gehad, Martin nam ze mee in het voorjaar.
        Dat is goedkoop naast wat de buren betaald hebben.
        We kunnen zelf verven en het geld voor zeilen houden."""),
    ),
    "sv": Tongue(
        "mån tis ons tors fre lör sön".split(),
        "jan. feb. mars apr. maj juni juli aug. sep. okt. nov. dec.".split(),
        "Den {wd} {d} {m} {y} kl {t} skrev {p}:",
        "{d} {m} {y} kl. {t} skrev {p}:",
        "Den {y}-{nn}-{dd} kl. {t}, skrev {name}:",
        ["Från", "Skickat", "Till", "Ämne"],
        "-------- Originalmeddelande --------",
        "-------- Vidarebefordrat meddelande --------",
        "Skickat från min iPhone",
        "Vänliga hälsningar",
        "Detta meddelande är konfidentiellt och avsett endast för mottagaren. Om du har fått det "
        "av misstag, meddela avsändaren och radera meddelandet.",
        "Platschef",
        [("Karin Ek", "karin.ek@kaj.example"), ("Olle Berg", "oberg@sjo.example")],
        _lines("""När kommer båten tillbaka från varvet?
        Vi saknar fortfarande två personer på lördag.
        Kommunen vill ha svar före månadens slut.
        Jag har lagt ritningarna i den delade mappen.
        Ta med reservnycklarna om du åker tåg.
        Förra året kostade samma reparation nästan det dubbla."""),
        _lines("""Jag frågade i morse och de lovar den till torsdag.
        Min syster kan ta ett pass, men först efter lunch.
        Vi skriver till kommunen tillsammans, det blir bättre.
        På den andra ritningen sitter trappan på fel sida.
        Jag har aldrig haft nycklarna, Martin tog dem i våras.
        Det är billigt mot vad grannarna betalade.
        Vi kan måla själva och spara pengarna till segel."""),
    ),
    "pl": Tongue(
        "pon. wt. śr. czw. pt. sob. niedz.".split(),
        "sty lut mar kwi maj cze lip sie wrz paź lis gru".split(),
        "{wd}, {d} {m} {y} o {t} {p} napisał(a):",
        "Wiadomość napisana przez {p} w dniu {d}.{nn}.{y}, o godz. {t}:",
        "W dniu {d}.{nn}.{y} o {t}, {name} pisze:",
        ["Od", "Wysłano", "Do", "Temat"],
        "-------- Oryginalna wiadomość --------",
        "---------- Forwarded message ---------",
        "Wysłane z iPhone'a",
        "Pozdrawiam,",
        "Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeżeli otrzymali ją "
        "Państwo przez pomyłkę, prosimy powiadomić nadawcę i usunąć wiadomość.",
        "Kierowniczka warsztatu",
        [("Ewa Lis", "ewa.lis@molo.example"), ("Piotr Zych", "pzych@jezioro.example")],
        _lines("""Kiedy łódź wraca ze stoczni?
        Brakuje nam jeszcze dwóch osób na sobotę.
        Gmina chce odpowiedzi przed końcem miesiąca.
        Rysunki są we wspólnym folderze.
        Weź zapasowe klucze, jeśli jedziesz pociągiem.
        W zeszłym roku ta sama naprawa kosztowała prawie dwa razy tyle."""),
        _lines("""Pytałam dziś rano i obiecali na czwartek.
        Moja siostra może wziąć zmianę, ale dopiero po obiedzie.
        Napiszmy do gminy razem, tak będzie lepiej.
        Na drugim rysunku schody są po złej stronie.
        Nigdy nie miałam tych kluczy, Marcin wziął je wiosną.
        To tanio wobec tego, co zapłacili sąsiedzi.
        Możemy pomalować sami i odłożyć pieniądze na żagle."""),
    ),
    "ru": Tongue(
        "пн вт ср чт пт сб вс".split(),
        "янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.".split(),
        "{wd}, {d} {m} {y} г. в {t}, {p}:",
        "{d} {m} {y} г., в {t}, {p} написал(а):",
        "{d}.{nn}.{y} {t}, {name} пишет:",
        ["От", "Отправлено", "Кому", "Тема"],
        "-------- Исходное сообщение --------",
        "-------- Пересылаемое сообщение --------",
        "Отправлено с iPhone",
        "С уважением,",
        "Это сообщение конфиденциально и предназначено только для адресата. Если вы получили его "
        "по ошибке, сообщите об этом отправителю и удалите письмо.",
        "Начальник мастерской",
        [("Вера Лукина", "vera.lukina@prichal.example"), ("Олег Дым", "odym@ozero.example")],
        _lines("""Когда лодка вернётся с верфи?
        Нам не хватает двух человек на субботу.
        Управа ждёт ответа до конца месяца.
        Чертежи лежат в общей папке.
        Возьми запасные ключи, если поедешь поездом.
        В прошлом году такой же ремонт стоил почти вдвое больше."""),
        _lines("""Я спросила утром, обещают к четвергу.
        Сестра возьмёт одну смену, но только после обеда.
        Давай напишем в управу вместе, так будет лучше.
        На втором чертеже лестница не с той стороны.
        Ключей у меня никогда не было, их весной забрал Мартин.
        Это дёшево рядом с тем, что заплатили соседи.
        Покрасим сами, а деньги отложим на паруса."""),
    ),
    "ja": Tongue(
        "月 火 水 木 金 土 日".split(),
        [f"{n}月" for n in range(1, 13)],
        "{y}年{m}{d}日({wd}) {t} {p}:",
        "{y}/{nn}/{dd} {t}、{p}のメール:",
        "On {y}/{nn}/{dd} {t}, {name} wrote:",
        ["差出人", "送信日時", "宛先", "件名"],
        "-------- 元のメッセージ --------",
        "---------- Forwarded message ---------",
        "iPhoneから送信",
        "よろしくお願いいたします。",
        "このメールには機密情報が含まれている場合があります。宛先以外の方が受信された場合は、"
        "送信者に連絡のうえ削除してください。守秘にご協力ください。",
        "運営部 主任",
        [("森田 恵", "m.morita@minato.example"), ("原 健一", "hara@mizuumi.example")],
        _lines("""船はいつ造船所から戻りますか。
        土曜日の当番があと二人足りません。
        町役場は月末までに返事がほしいそうです。
        図面は共有フォルダに入れておきました。
        電車で来るなら予備の鍵を持ってきてください。
        去年は同じ修理に倍近くかかりました。"""),
        _lines("""今朝聞いたところ、木曜日に仕上がるとのことです。
        妹が一回なら入れますが、午後からになります。
        役場には一緒に手紙を書きましょう。
        二枚目の図面は階段の向きが逆です。
        鍵は持っていません。春に森さんが持って行きました。
        隣の家が払った額に比べれば安いものです。
        自分たちで塗って、お金は帆のために残しましょう。"""),
    ),
}


@dataclass
class Made:
    """One mail: what it says, which pieces of it are its author's, and the mail it answers."""

    id: str
    tongue: str
    style: str
    program: str
    author: str
    created: datetime
    text: str
    own: list[str]
    parent: str
    name: str
    other: str
    leave: str = ""


class Moment:
    """A date as a language's programs write it."""

    def __init__(self, tongue: Tongue, at: datetime, person: tuple[str, str]) -> None:
        self.tongue, self.at, self.person = tongue, at, person

    def __call__(self, form: str) -> str:
        """Return `form` with its fields filled in."""
        name, address = self.person
        return form.format(
            wd=self.tongue.days[self.at.weekday()], d=self.at.day, dd=f"{self.at.day:02}",
            m=self.tongue.months[self.at.month - 1], n=self.at.month, nn=f"{self.at.month:02}",
            y=self.at.year, t=f"{self.at.hour}:{self.at.minute:02}",
            p=f"{name} <{address}>", name=name, address=address,
        )  # fmt: skip


class Maker:
    """Makes the mails of one language."""

    def __init__(self, code: str, seed: int) -> None:
        self.code, self.tongue = code, TONGUES[code]
        self.draw = random.Random(f"{seed}{code}")

    def make(self, count: int) -> Iterator[Made]:
        """Yield `count` mails, the styles in turn."""
        for n in range(count):
            style = STYLES[n % len(STYLES)]
            yield self._mail(n, style)

    def _mail(self, n: int, style: str) -> Made:
        me, you = self.tongue.people
        at = datetime(2021, 3, 1, 9, tzinfo=UTC) + timedelta(days=11 * n, minutes=37 * n)
        parent = self._parent(n)
        own = self._own(style)
        say = Moment(self.tongue, at - timedelta(hours=5), you)
        program, text = self._written(n, style, parent, own, say, me)
        return Made(
            f"{self.code}{n}", self.code, style, program, me[1], at, text, own, parent,
            me[0], you[1], f"{self.tongue.bye}\n{me[0].split()[0]}",
        )  # fmt: skip

    def _parent(self, n: int) -> str:
        sentences = self.draw.sample(self.tongue.asks, 4)
        halves = [" ".join(sentences[:2]), " ".join(sentences[2:])]
        return "\n\n".join(self._wrap(f"{half} ({n})") for half in halves)

    def _own(self, style: str) -> list[str]:
        sentences = self.draw.sample(self.tongue.says, 5)
        if style == "inline":
            return [self._wrap(s) for s in sentences[:2]]
        if style == "forward":
            return [self._wrap(" ".join(sentences[:2]))]
        cut = self.draw.randint(1, 4)
        return [self._wrap(" ".join(sentences[:cut])), self._wrap(" ".join(sentences[cut:]))]

    def _wrap(self, text: str) -> str:
        return "\n".join(textwrap.wrap(text, 72, break_long_words=False)) or text

    def _block(self, say: Moment, me: tuple[str, str], english: bool = False) -> str:
        labels = ["From", "Sent", "To", "Subject"] if english else self.tongue.labels
        colon = " :" if self.code == "fr" and not english else ":"
        values = [
            say("{p}" if self.draw.random() < 0.6 else "{name}"),
            say("{wd} {d} {m} {y} {t}"),
            f"{me[0]} <{me[1]}>",
            "RE: " + self.tongue.asks[0][:30],
        ]
        return "\n".join(f"{k}{colon} {v}" for k, v in zip(labels, values, strict=True))

    def _signature(self, n: int, me: tuple[str, str]) -> str:
        """Return what the author's program appends, and the author's own leave-taking above it."""
        forms = (
            "",
            f"-- \n{me[0]}\n{self.tongue.role}\n+47 22 33 44 55",
            f"{self.tongue.role}\nTel. +47 22 33 44 55 | Mob. +47 900 11 222\nwww.quay.example\n\n"
            + self._wrap(self.tongue.notice),
            self.tongue.phone,
        )
        return forms[n // 4 % len(forms)]

    def _quoted(self, parent: str, mark: str = "> ") -> str:
        return "\n".join((mark + line).rstrip() for line in parent.split("\n"))

    def _header(self, say: Moment, n: int) -> str:
        form = (self.tongue.gmail, self.tongue.apple, self.tongue.bird)[n % 3]
        text = say(form)
        return textwrap.fill(text, 66, break_long_words=False) if n % 2 else text

    def _written(
        self, n: int, style: str, parent: str, own: list[str], say: Moment, me: tuple[str, str]
    ) -> tuple[str, str]:
        leave = f"{self.tongue.bye}\n{me[0].split()[0]}"
        signature = self._signature(n, me)
        end = [s for s in (signature,) if s]
        if signature and not signature.startswith("-- "):
            end = [f"{leave}\n{signature}" if "\n" in signature else f"{leave}\n\n{signature}"]
        if style == "inline":
            halves = [self._quoted(half) for half in parent.split("\n\n")]
            pieces = [self._header(say, n) + "\n" + halves[0], own[0], halves[1], own[1], *end]
            return "marks", "\n\n".join(pieces)
        if style == "bottom":
            quote = f"{self._header(say, n)}\n{self._quoted(parent)}"
            return "marks", "\n\n".join([quote, *own[:2], *end])
        above = "\n\n".join([*own[: 1 if style == "forward" else 2], *end])
        if style == "forward":
            return self._forward(n, above, parent, say, me)
        return self._top(n, above, parent, own, say, me)

    def _forward(
        self, n: int, above: str, parent: str, say: Moment, me: tuple[str, str]
    ) -> tuple[str, str]:
        marker = self.tongue.forwarded
        program = n // 4 % 3
        if program == 0:
            return "forward", f"{above}\n\n{marker}\n{self._block(say, me)}\n\n{parent}"
        if program == 1:
            return "outlook", f"{above}\n\n{self._block(say, me)}\n\n{parent}"
        block = self._block(say, me, english=True)
        return "outlook app", f"{above}\n\n{'_' * 32}\n{block}\n\n{parent}"

    def _top(
        self, n: int, above: str, parent: str, own: list[str], say: Moment, me: tuple[str, str]
    ) -> tuple[str, str]:
        program = n // 4 % 6
        header = self._header(say, n // 4)
        if program == 0:
            return "marks", f"{above}\n\n{header}\n\n{self._quoted(parent)}"
        if program == 1:
            return "outlook", f"{above}\n\n{self._block(say, me)}\n\n{parent}"
        if program == 2:
            return (
                "samsung",
                f"{above}\n\n{self.tongue.original}\n{self._block(say, me)}\n\n{parent}",
            )
        if program == 3:
            return "unmarked", f"{above}\n\n{say(self.tongue.gmail)}\n\n{parent}"
        html = "".join(f"<p>{escape(p)}</p>".replace("\n", "<br>") for p in above.split("\n\n"))
        body = "".join(f"<p>{escape(p)}</p>".replace("\n", "<br>") for p in parent.split("\n\n"))
        if program == 4:
            quote = f"<div class='gmail_quote'><div>{escape(header)}<br></div><blockquote>{body}"
            return "gmail html", text_of(f"<div>{html}</div>{quote}</blockquote></div>")
        block = escape(self._block(say, me)).replace("\n", "<br>")
        style = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
        text = text_of(
            f"<div>{html}<div><div style='{style}'><p>{block}</p></div></div>{body}</div>"
        )
        return "outlook html", text


def mails(count: int, seed: int) -> list[Made]:
    """Return `count` mails, evenly in all languages and styles."""
    return [mail for code in TONGUES for mail in Maker(code, seed).make(count // len(TONGUES))]
