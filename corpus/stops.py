"""Stop words by language: what a text of some length cannot do without."""

from __future__ import annotations

STOP_WORDS = {
    "ar": "في من على أن إلى لا ما هذا هذه عن مع كان التي الذي أو هو هي لم كل بعد",
    "bg": "на и да се не в за от че си с е са по като но ще ли ми до",
    "ca": "de la i que el en a les un els per amb una no es del al és però com",
    "cs": "a se v na je že to s z do i o k ve pro za by jak ale jsem",
    "da": "og i det som en på er af for med den ikke jeg et han var om til så at",
    "de": "der die das und ist ein eine nicht zu den von mit ich sich auf es er sie dem war",
    "el": "και το να του η της με που την από για ο τα είναι στο οι δεν θα τον μου",
    "en": "the be to of and that have with",
    "es": "el la los las de que y en un una por con no para es se lo su al me",
    "et": "ja on ei et ma see oli kui ta mis ka oma mu siis aga nii või ning ole sa",
    "fa": "و در به از که این را با است برای آن یک تا بر هم من می ما شد نیز",
    "fi": "ja on ei se että en oli hän mutta kun niin joka ole jos tai mitä nyt ovat minä",
    "fr": "le la les de des du et un une est que qui dans pour pas ce je il en à",
    "he": "של את על לא הוא היא אני זה עם כל גם או אם כי יש אבל מה בין אל היה",
    "hi": "के है में की से को और का पर यह हैं ने कि भी एक नहीं तो मैं हो था",
    "hr": "i u je se na da za su od s sam ne to što kao a ali bi o iz",
    "hu": "a az és hogy nem is egy ez de volt csak meg már ha mint van el még azt ki",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada saya juga ke ada kita bisa",
    "it": "il la le di che e un una non per è in con si del i lo mi ma da",
    "ja": "の に は を た が で て と し れ さ あ い う も な か ら",
    "lt": "ir kad į ne tai yra su iš bet o kaip jis aš ar į buvo dar už tik po",
    "lv": "un ir ka no uz par ar ne es tas bet kā viņš vai arī bija lai pie tā jau",
    "nl": "de het een en van is dat niet in op te ik hij zijn voor met die was er aan",
    "no": "og i det som en på er av for med den ikke jeg et han var om til så å",
    "pl": "i w na z się nie że do to jest jak o ale po co za od tak był już",
    "pt": "o a os as de que e em um uma não para com por se do da no na eu",
    "ro": "și de în la a cu pe nu un o că din este se să care mai ce pentru am",
    "ru": "и в не на что я он с как это а то но по из у за к мы так",
    "sk": "a sa v na je že to s z do i o k vo pre za by ako ale som",
    "sl": "in je se v na da za so ki ne s z pa to sem ali bi kot še o",
    "sr": "и у је се на да за су од с сам не то што као а али би о из",
    "sv": "och i att det som en på är av för med den inte jag ett han var om till så",
    "tr": "bir ve bu da de için ne ile çok o ama gibi daha ben var mi kadar sonra en ki",
    "uk": "і в не на що я він з як це а то але по із у за до ми так",
    "vi": "là và của có không được cho một người tôi trong với này đã các khi những thì đó ở",
    "zh": "的 是 不 我 一 有 了 在 人 这 他 上 们 来 到 大 个 说 就 也",
}
"""Language → its stop words, at most twenty; the English ones are Gopher's."""

SMALL_WORDS = {
    "az": (
        "bir və bu da də üçün nə ilə çox o amma kimi daha mən var qədər sonra ən ki olaraq olan "
        "deyil hər ya şey biz siz onlar oldu yox görə necə niyə isə həm bunu öz etmək edir"
    ),
    "be": (
        "і ў не на што я ён з як гэта а то але па у за да мы так яго яе яны яна было быў быць "
        "якія які толькі для ад жа б або яшчэ ўжо калі пры са ды усе гэтага каб ёсць"
    ),
    "bg": (
        "той тя това който която които беше бяха има само или към при вече също този тази тези "
        "много може през му ѝ й със във бъде"
    ),
    "bs": (
        "a ali bi bila bili bilo bio biti da do ga ih ili iz i još je jer joj ju kada kako kao "
        "kod koja koje koji mora može mu na nakon ne nego nije o od po pri prema s sa sam samo se "
        "smo ste su svi sve što te treba u već za zbog će čak između k gdje ovdje prije poslije "
        "dvije uvijek također vrijeme dio svijet mjesto čovjek riječ primjer vidjeti htjeti "
        "cijelo mjere uopće općina ko neko niko šta takođe hiljada uslov umjesto uspjeh cijeli "
        "cijela dijete tijelo lijepo negdje nigdje svugdje posljednji posljednja posljednje "
        "sljedeći sljedeća sljedeće ove obje voljeti željeti htio htjeli vidio vidjeli umjeti "
        "živjeti promjena promijeniti jučer tokom hvala izvan dalje možete ukoliko opće ništa "
        "nešto zatim odnosno ti mi vi oni ona ono ovaj taj njih njega njegov svoj preko pored dok "
        "kad tada onda zato opet vaš vaše vam vas"
    ),
    "ca": (
        "se més està són va molt també sense sobre hi ha quan tot aquesta ser entre perquè des "
        "fins on qui ens ni seus li ja o aquest sí altres pel dels als han seva això aquests"
    ),
    "cs": (
        "jsou ne co kdo který která které kde nebo protože když už byl byla bylo být jen pouze "
        "před po během také svět vždy tady někdo něco všichni všechno ho mu její jich jsme jste "
        "bude od ze při proti mezi ještě může musí třeba kterých ke u tak též podle jako pak si "
        "není jejich"
    ),
    "da": (
        "sig mig dig os hvad hvor efter uden noget nogen nogle blev kun fra igen nu også være "
        "været havde skal vil kunne sin sit sine eller end mellem før ud op ind meget hvis bliver "
        "blevet under mod lige mere selv alle andre disse dette dem hun men når sådan hvordan "
        "siger blive bruge bruges gøre gør hver hvert hvilke hvilken derfor sammen tilbage altid "
        "aldrig måske venligst næste bedre bedst ligesom både gang nej jer jeres vores deres din "
        "dit dine tage sætte findes bag siden stadig imellem give given givet ved ham hende blot "
        "kommer kan"
    ),
    "de": (
        "auch für als an bei nach wie oder aus wird sind wir ihr sein seine ihre noch nur schon "
        "aber wenn dann hat haben hatte wurde werden kann über um vor zum zur dass da so am im "
        "man mir mich dich uns euch doch mehr durch gegen ohne unter diese dieser dieses kein "
        "keine wieder immer dem vom einen einem einer"
    ),
    "el": (
        "ή αν ως όταν γιατί αλλά πως όπως μετά πριν πολύ έχει είχε ήταν έχουν μόνο ακόμα ακόμη "
        "κάθε τους τις οι σε μια ένα ένας των στη στην στον σας μας αυτό αυτή αυτός εγώ"
    ),
    "en": (
        "a in is it i that was for on as at by he she we you they his her its their our your "
        "this these those from or an are were been has had not no but if when what who which "
        "there then so would could will can do did about into than them him me my all one out "
        "up more some only over after before"
    ),
    "es": (
        "más pero como está son fue muy también sin sobre hay cuando todo esta ser ha entre "
        "porque desde hasta donde quien nos ni sus le ya o este sí otros del puede pueden hacer "
        "hace estos estas ese esa esto eso aquí así mismo misma otra otras algún alguna cualquier "
        "cual mejor mientras cada solo aún después antes ningún nada tan tiempo había hoy ahora "
        "siempre nunca están fueron va usted cuál él ella"
    ),
    "et": (
        "mida seda selle kes kuid juba veel pärast enne kogu meie nende tema nad olid oleks saab "
        "peab mitte väga"
    ),
    "eu": (
        "eta da ez du bat dira baina egin zuen ere izan dute hori dela edo den baino bere hau zen "
        "ziren dituen horren honek honen hura nahi behar arte baten batean batek batzuk duzu dugu "
        "daiteke dezake zara gara naiz nire zure gure haren beste oso gero orain hemen han zer "
        "nola non noiz edozein guztiak gabe bezala ondoren zuten zituen beti inoiz"
    ),
    "fa": "های شده كه اين بود کرد خود نمی ها کند باید هر اما دیگر شود",
    "fi": (
        "myös kuin vain sen hänen oma jo vielä jälkeen ennen koko meidän heidän hänet he olivat "
        "olisi voi pitää eivät hyvin siitä ollut tämä sekä"
    ),
    "fr": (
        "au aux sur par plus mais comme sont était très aussi sans quand tout cette être a entre "
        "depuis où nous ne ses lui déjà ou son sa avec elle ont se"
    ),
    "gl": (
        "o a os as de que e en un unha por con non para é se do da ao máis pero como está son foi "
        "moi tamén sen sobre hai cando todo esta ser entre porque desde ata onde quen nos nin "
        "seus lle xa ou este si outros dos das polo pola coa co cun cunha dun dunha nun nunha no "
        "nas á ás aos ó polos polas desta deste destas estas estes ese esa isto iso aquí así "
        "mesmo mesma outra outras algún algunha calquera cal mellor mentres cada só aínda despois "
        "antes pode poden facer fai súa súas seu teu túa ti vostede ningún nada tan tempo había "
        "hoxe agora sempre nunca"
    ),
    "hr": (
        "a ali bi bila bili bilo bio biti da do ga ih ili iz i još je jer joj ju kada kako kao "
        "kod koja koje koji mora može mu na nakon ne nego nije o od po pri prema s sa sam samo se "
        "smo ste su svi sve što te treba u već za zbog će čak između k gdje ovdje prije poslije "
        "dvije uvijek također vrijeme dio svijet mjesto čovjek riječ primjer vidjeti htjeti "
        "cijelo mjere uopće općina tko netko nitko tijekom vrlo primjerice ondje stoga uvjet "
        "tisuća umjesto uspjeh cijeli cijela dijete tijelo lijepo negdje nigdje svugdje "
        "posljednji posljednja posljednje sljedeći sljedeća sljedeće ove obje voljeti željeti "
        "htio htjeli vidio vidjeli umjeti živjeti promjena promijeniti jučer hvala izvan dalje "
        "možete ukoliko opće ništa nešto svatko unatoč općenito zatim odnosno ti mi vi oni ona "
        "ono ovaj taj njih njega njegov svoj preko pored dok kad tada onda zato opet vaš vaše vam "
        "vas"
    ),
    "hu": (
        "ha mert minden pedig azt ezt olyan amely aki ami ahol akkor most itt ott után előtt "
        "között szerint kell lehet volna lett lesz vagy sem sok több mind én te ő mi ti ők neki "
        "nagyon így úgy hogyan miért"
    ),
    "id": (
        "sudah telah karena adalah anda kami mereka tersebut oleh sebagai atau bahwa bagi saat "
        "hanya jika kata harus masih seperti lebih namun ingin merupakan antara lain secara tanpa "
        "kepada dia bisa kalian sedang lalu apakah silakan setelah beberapa agar maka yaitu "
        "tentang sering begitu mungkin baru bila apabila dapat sangat tetapi selalu setiap "
        "sekarang nanti para ia tidak bukan belum tak nya ketika supaya hendak mengenai bersama "
        "daripada turut perlu semasa pula"
    ),
    "is": (
        "og að í á er sem um það ekki við en til með var ég þetta hann hún eru af fyrir hafa þá "
        "þegar hefur sér þau þeir"
    ),
    "it": (
        "gli della al più come sono fu molto anche senza su quando tutto questa essere ha tra "
        "perché fino dove chi ci né suoi già o questo sì altri dei delle nel alla dal"
    ),
    "ku": "û ku di li bi ji de ev ew na jî ê بە لە و کە بۆ ئەو ئەم لەگەڵ بوو دە هەر یەک",
    "lt": (
        "apie gali būti jau kas labai mes jie nuo per prie savo tačiau kuris kuri jo jos taip pat "
        "arba dėl iki"
    ),
    "lv": (
        "to gan kas tiek būs var nav kur kad ļoti mēs viņi pēc savu tomēr kurš viņa viņas tāpat "
        "līdz"
    ),
    "mk": (
        "на и да се не во за од дека си со е по како но ќе ли ми до тој таа тоа кој која кои беше "
        "беа има само или кон при веќе исто овој оваа овие многу може преку му ја бил биде што ги "
        "го ова тие ние вие сум сме сте ви им ѝ ти ме те сите нешто некој никој кога каде зошто "
        "толку сега потоа повеќе помеѓу околу според без пред зад под над би ѓ вашиот вашата"
    ),
    "mr": (
        "आहे आणि नाही हे ते या आहेत होते होता होती केला केली असे पण तर मी तो ती आपण त्या काही "
        "मध्ये साठी करून एक हा ही की व"
    ),
    "ms": (
        "yang dan di ke dari ini itu untuk dengan pada tidak akan sudah telah boleh kerana adalah "
        "juga saya anda kami mereka tersebut oleh sebagai dalam atau bahawa bagi ketika hanya "
        "jika kata harus masih seperti lebih tetapi mahu merupakan antara lain secara tanpa "
        "kepada kita dia beliau ialah iaitu turut daripada sahaja hendaklah perlu manakala "
        "selepas beberapa supaya maka tentang kerap mungkin baharu apabila dapat sangat sentiasa "
        "setiap sekarang nanti para ia bukan belum tak awak semasa pula sekiranya hendak nak cuba "
        "mengenai bersama ianya"
    ),
    "nl": (
        "als bij naar om hoe of uit wordt worden ook nog maar dan heeft hebben had zou kan "
        "kunnen door over na tot hun haar mijn je jij wij we ons deze dit die dat wat wie waar "
        "daar toen nu al geen meer weer zo er zich zelf zonder tegen onder tussen"
    ),
    "nn": (
        "og i det som på er av for med den han om til så å ikkje eg ein eit vere vore kva kvar "
        "frå berre mykje dei dykk noko nokon hadde korleis etter utan vart vert verte òg også "
        "me då medan ho seg meg deg sidan kjem gjer skal vil kunne sin si mellom fleire nokre "
        "sjølv"
    ),
    "no": (
        "seg meg deg oss hva hvor etter uten noe noen ble bare fra igjen nå også være vært hadde "
        "skal vil kunne sin sitt sine eller enn mellom før da ut opp inn mye hvis blir blitt "
        "under mot like mer selv alle andre disse dette dem hun men når slik bli bruke brukes "
        "gjøre gjør hver hvert hvilke hvilken derfor sammen tilbake alltid aldri kanskje neste "
        "bedre best både gang nei dere deres våre vår din ditt dine ta sette finnes bak siden "
        "fremdeles gi gitt ved ham henne kommer gjennom mens ennå ellers veldig fikk gikk kan"
    ),
    "pl": (
        "są jestem kto który która które gdzie lub ponieważ kiedy by była było być tylko przed "
        "podczas także świat czas ludzie zawsze tutaj ktoś coś wszyscy wszystko go mu jej ich ze "
        "przy przeciw między jeszcze może musi trzeba we u też według dla jako oraz"
    ),
    "pt": (
        "é ao mais mas como está são foi muito também sem sobre há quando tudo esta ser entre "
        "porque desde até onde quem nos nem seus lhe já ou este sim outros dos das pelo pela você "
        "isso pode podem fazer faz num numa à às aos nas deste desta isto aqui assim mesmo mesma "
        "outra outras algum alguma qualquer qual melhor enquanto cada só ainda depois antes seu "
        "sua suas nenhum nada tempo havia hoje agora sempre nunca estão foram vai"
    ),
    "ro": (
        "sunt au fost prin după foarte fără despre când tot această fi între până unde cine nici "
        "sale ei sau acest da alți al ale lui lor ca dar si sa in va iar le îi îl cel cea cei"
    ),
    "ru": (
        "его её они она было был быть которые который только для от до же бы или ещё уже если при "
        "со во том все этого чтобы"
    ),
    "sk": (
        "sú nie čo kto ktorý ktorá ktoré kde alebo pretože keď už bol bola bolo byť len iba pred "
        "po počas aj vždy tu niekto niečo všetci všetko ho mu jej ich sme ste bude od zo so pri "
        "proti medzi ešte môže musí treba ktorých ku u tak tiež podľa ktorej"
    ),
    "sl": (
        "kaj kdo ker kako kje ter tudi bil bila bilo biti samo pred po med lahko vedno tukaj "
        "nekdo nekaj vsi vse ga mu ji jih smo ste bo bodo od do iz pri proti če že ni niso zaradi "
        "kjer ko kar torej tako zelo več mora treba ta te tem kateri katera katero katere "
        "katerega sta sva vam vas vaš vaša vaše naj oziroma saj preko nad brez ob njegov njen "
        "svoj svoje njih njim nič nikoli vsak vsaka vsako zdaj potem spet morate želite le vendar "
        "ampak niste nisem"
    ),
    "sq": (
        "dhe të në e i për me një që nuk është nga si se do ka më u por ishte janë kjo ky kur edhe"
    ),
    "sr": (
        "a ali bi bila bili bilo bio biti da do ga ih ili iz i još je jer joj ju kada kako kao "
        "kod koja koje koji mora može mu na nakon ne nego nije o od po pri prema s sa sam samo se "
        "smo ste su svi sve što te treba u već za zbog će čak između k gde ovde pre posle dve "
        "uvek takođe vreme deo svet mesto čovek reč primer videti hteti celo mere uopšte opština "
        "ko neko niko šta hiljada uslov umesto uspeh pozadi celi cela ceo dete telo lepo negde "
        "nigde svugde poslednji poslednja poslednje sledeći sledeća sledeće ovaj ove obe voleti "
        "želeti hteo hteli video videli umeti živeti promena promeniti juče tokom hvala izvan "
        "dalje možete ukoliko opšte ti mi vi oni ona ono taj njih njega njegov svoj preko pored "
        "dok kad tada onda zato opet vaš vaše vam vas"
    ),
    "sv": (
        "från vad efter utan något någon några blev bara igen nu också ej vara varit hade ska "
        "skall vill kunde sin sitt sina eller än mellan före då ut upp in mycket blir blivit "
        "under mot lika mer själv alla andra dessa detta dem hon men när hur vid mig dig sig oss"
    ),
    "tr": (
        "olarak olan değil her ya şey biz siz onlar oldu yok veya diye göre nasıl neden ise hem "
        "bunu kendi"
    ),
    "uk": (
        "його її вони вона було був бути які який тільки для від же б або ще вже якщо при зі та й "
        "усі цього щоб є"
    ),
    "ur": ("کے کی میں ہے اور سے کا کو نے پر کہ یہ اس ہیں وہ بھی تھا ایک نہیں ہو جو گیا لیے تھے ان"),
}
"""Language → more of its small words, by which neighbours are told apart; no nouns."""
