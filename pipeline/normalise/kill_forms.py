"""In which words agencies withdraw a text of theirs, by language.

A form begins a paragraph, or is all of it.  `PLAIN` ones are notices wherever nobody is quoted with them; sentences
that news has, too (`may_withdraw`), are notices only where they name a text by its address, number or headline.
"""

from __future__ import annotations

import re

# What opens a note to those who print: `Attention editors:`, `К сведению подписчиков.`, `고객사 여러분께`
_START = r"^[\W_]{0,6}(?:(?:attention|advisory|achtung|atención|atenção|attenzione|внимание|dikkat|注意|알림)\W{1,4})?"
# An agency of its own text, by its name
_NAMED = r"(?:[\w.-]{2,20} ){1,5}"
_WHOLE = r"[\W_]{0,4}$"

_STORY = r"(?:story|stories|item|article|dispatch|report|alert|copy|headline|newsflash|flash|brief)"
_KILLED = r"(?:withdrawn|killed|retracted|annulled|pulled|deleted)"
_OURS = r"(?:this|our|the above|the (?:previous|earlier|preceding|following|above)|that)"
_DATED = r"(?:[a-z]{3,9}\.? \d{1,2} |\d{1,2} [a-z]{3,9} )?(?:\d{4} )?"
_EDITORS = (
    r"(?:(?:attn|note to|attention|advisory to)?\s?(?:editors|eds|clients|subscribers)\s?(?:are (?:asked"
    r"|advised) to\b|[:,–—-]{1,2})\s?)"
    r"(?:please )?(?:kill|withhold|disregard|do not use|not to use)\b"
)
_EN = (
    r"(?:mandatory|bulletin|urgent) kill(?: notice)?(?:\s?[:.,;!(–—]|\s-|\s?$)",
    rf"kill (?:notice|advisory)(?:\s?[:.,–—]|{_WHOLE})",
    _EDITORS + r".{0,80}\b(?:story|stories|item|article|dispatch|alert)\b",
    r"(?:members|clients|subscribers)\b.{0,120}\bare (?:asked|advised|requested) to"
    r" (?:kill|withhold)\b.{0,60}\b(?:story|item|dispatch)\b",
    rf"(?:this|the above) {_DATED}(?:story|article|dispatch) (?:has been|is|was|is being|is hereby) {_KILLED}"
    r"(?=[\W_]*$|[.,;:)]|\s(?:because|as|due|since|after|pending)\b)",
    rf"please (?:kill|disregard|withhold|do not use|ignore)"
    rf" {_OURS} (?:[a-z]{{2,12}} ){{0,2}}(?:story|dispatch|article)\b",
    rf"we (?:have |are |hereby ){{0,2}}(?:withdr[ae]w(?:n|ing)?|retract(?:ed|ing)?|kill(?:ed|ing)?) {_OURS}"
    rf" (?:[a-z]{{2,12}} ){{0,2}}(?:story|item|dispatch|alert|headline|newsflash)\b",
    rf"(?:story|dispatch) (?:has been |is |was )?(?:withdrawn|killed|retracted){_WHOLE}",
)
_EN_NAMING = (
    rf"article (?:withdrawn|retracted){_WHOLE}",
    _EDITORS,
    rf"please (?:kill|disregard|withhold|do not use|ignore)\b.{{0,60}}\b{_STORY}\b",
    rf"(?:{_OURS}) {_STORY}\b.{{0,300}}\b(?:has been|have been|is|was"
    rf"|were) {_KILLED}\b(?! by\b)",
    rf"the {_STORY}\b.{{0,300}}\b(?:(?:has|have) been|is|is being) {_KILLED}\b(?! by\b)",
    rf"we (?:have |are |hereby ){{0,2}}(?:withdr[ae]w(?:n|ing)?|retract(?:ed|ing)?|kill(?:ed"
    rf"|ing)?)\b.{{0,60}}\b{_STORY}\b",
)

_NEWS_RU = r"(?:сообщени[ея]|новост[ьи]|материал[аы]?|заметк[ауи]|молни[яюи]|публикаци[яюи]|информаци[яюи])"
_GONE_RU = r"(?:аннулирован[ао]?|аннулируется|отозван[ао]?|снят[ао]? с ленты)"
_RU = (
    rf"(?:информационное )?(?:агентство|редакция)\s.{{0,20}}\b(?:аннулиру(?:ет|ем)"
    rf"|отзывает)\b"
    rf".{{0,40}}\b{_NEWS_RU}\b",
    rf"(?:просим|просьба)(?: вас)? (?:аннулировать|снять с ленты|отозвать)\b.{{0,30}}\b{_NEWS_RU}\b(?! дела)",
    rf"(?:просим|просьба)\b.{{0,60}}\b{_NEWS_RU}\b.{{0,120}}\b(?:аннулированн|недействительн)",
    r"(?:просим|просьба) не использовать (?:предыдущ|наш|данн|эт)\w{1,4} (?:сообщение|новость|заметку|молнию)\b",
    rf"(?:данн|эт|предыдущ|вышеприведённ|вышеприведенн)\w{{1,3}} {_NEWS_RU}\b.{{0,80}}\b{_GONE_RU}(?=[\W_]*$|[.,;:])",
    rf"{_NEWS_RU} {_GONE_RU}{_WHOLE}",
)
_RU_NAMING = (
    rf"(?:просим|просьба)\b.{{0,60}}\b(?:считать|не использовать|удалить)\b.{{0,60}}\b{_NEWS_RU}\b",
    rf"{_NEWS_RU}\b.{{0,160}}\b(?:{_GONE_RU}|недействительн)",
)

# `택시 기사` is a driver.
_STORY_KO = r"(?<!택시 )(?<!버스 )(?<!운전)(?<!운전 )(?<!배달 )기사"
_KO = (
    rf"(?:위|본|이|해당|상기|앞서[^.]{{0,60}}) ?{_STORY_KO}[^.]{{0,80}}전문 ?(?:취소|삭제)(?:합니다|하오니"
    rf"|했습니다|됐습니다)",
    rf"(?:위|본|해당|상기) ?{_STORY_KO}[^.]{{0,60}}취소(?:합니다|하오니|했습니다)",
    rf"(?:위|본|해당|상기) ?{_STORY_KO}[^.]{{0,60}}(?:사용|게재|보도)하지 (?:말아|마시)",
    rf"(?:전문|기사) ?(?:취소|삭제)(?: ?알림)?{_WHOLE}",
)
_KO_NAMING = (
    rf"[^.]{{0,200}}{_STORY_KO}[^.]{{0,80}}(?:취소|전문 ?삭제)(?:합니다|하오니|했습니다|됐습니다)",
    rf"[^.]{{0,200}}(?:송고|보도|출고|배포)[^.]{{0,40}}{_STORY_KO}[^.]{{0,120}}(?:취소|삭제)(?:합니다|하오니"
    rf"|했습니다|됐습니다)",
    rf"[^.]{{0,200}}{_STORY_KO}[^.]{{0,60}}(?:사용|게재)하지 (?:말아|마시)",
)

_ZH = (
    r"(?:本|此|该|該|上述|本社)稿件?(?:[^。，,]{0,40}[，,])?(?:现|現|已|予以|即|请|請|全部){0,3}"
    r"(?:作废|作廢|撤销|撤銷|撤回|撤稿|停用)(?=[。，,；;！!\s]|$)",
    r"(?:请|請)[^。，,]{0,16}(?:勿|不要|停止)(?:再)?(?:使用|采用|採用|刊播|刊用|播发|播出)(?:此|本|该|該"
    r"|上述)(?:稿|文|条)",
    r"(?:本|此|该|該|上述)(?:稿件?|文|条消息|條消息)(?:[^。]{0,30}[，,])?(?:请|請)?(?:各[^。，,]{1,8})?(?:勿|不要|停止)"
    r"(?:再)?(?:使用|采用|採用|刊播|刊用|播发)",
    rf"(?:撤稿|稿件作废|稿件作廢|作废|作廢)(?:通知|声明|聲明|启事|啟事)(?:\s?[:：]|{_WHOLE})",
)
_ZH_NAMING = (
    r"[^。]{0,120}(?:稿件|本稿|一稿|消息|电稿|電稿)[^。]{0,80}(?:作废|作廢|撤稿|撤回|撤销|撤銷|停用|停止使用"
    r"|(?:请勿|請勿|不要)(?:使用|采用|採用))",
)

_JA = (
    r"(?:先ほどの?|先に配信した|上記の?|この|本|当該)[^。を]{0,24}(?:記事|配信|速報)(?!を(?:書"
    r"|予定))[^。]{0,60}取り?消し?(?:ます|いたします|ました)",
    r"(?:先ほどの?|先に配信した|上記の?|この|本|当該)[^。を]{0,24}(?:記事|配信|速報)(?!を(?:書"
    r"|予定))[^。]{0,60}(?:使用|使わ)(?:し)?ないで",
    rf"(?:記事|配信)(?:の|を)?(?:全文)?取り?消し?{_WHOLE}",
)
_JA_NAMING = (
    r"[^。]{0,120}(?:記事|配信)[^。]{0,80}取り?消し?(?:ます|いたします)",
    r"[^。]{0,120}(?:記事|配信)[^。]{0,80}(?:。[^。]{0,30})?(?:使用|使わ)(?:し)?ないで",
)

_STORY_DE = r"(?:eil)?(?:meldung|nachricht|ankündigung)"
_GONE_DE = r"(?:zurückgezogen|annulliert|storniert)"
_DE = (
    rf"(?:die|unsere|diese|vorstehende|obige) (?:eil)?meldung (?:wird|ist|wurde) (?:hiermit |hiermit )?{_GONE_DE}",
    r"(?:achtung\W{1,4})?(?:(?:liebe )?(?:redaktionen|kunden|kundinnen und kunden)\W{1,4})?bitte (?:verwenden sie )?"
    r"(?:die|diese|unsere) (?:eil)?meldung\b.{0,80}\bnicht(?: mehr)?(?: verwenden\b|\W*$|(?=[.!]))",
    r"(?:die|diese|unsere) (?:eil)?meldung\b.{0,120}\bbitte nicht (?:mehr )?(?:verwenden|veröffentlichen)\b",
    rf"wir ziehen (?:die|diese|unsere)(?: [\wäöüß]{{3,14}})? {_STORY_DE}\b.{{0,120}}\bzurück\b",
    rf"(?:eil)?meldung (?:wird |ist |wurde )?{_GONE_DE}{_WHOLE}",
)
_DE_NAMING = (
    rf"(?:die|unsere|diese) (?:eil)?meldung\b.{{0,160}}\b{_GONE_DE}",
    r"(?:achtung\W{1,4})?(?:(?:liebe )?(?:redaktionen"
    r"|kunden)\W{1,4})?bitte\b.{0,120}\bnicht (?:mehr )?(?:verwenden|veröffentlichen)\b",
    r"wir (?:ziehen|nehmen)\b.{0,160}\bzurück\b",
)

_STORY_FR = r"(?:dépêche|brève|alerte|papier)"
_FR = (
    r"(?:nous )?(?:annulons|retirons) (?:la|notre|cette) (?:dépêche|alerte|brève)\b",
    rf"(?:prière|merci|bien vouloir) (?:d['’e] ?)?(?:annuler|ne pas (?:utiliser|publier|tenir compte)|ignorer"
    rf"|supprimer)\b.{{0,30}}\b{_STORY_FR}\b",
    rf"veuillez (?:annuler|ne pas (?:utiliser|publier|tenir compte)|ignorer|supprimer)\b.{{0,30}}\b{_STORY_FR}\b",
    r"(?:cette|notre) (?:dépêche|brève)\b.{0,60}\b(?:est|a été) (?:annulée|retirée)(?=[\W_]*$|[.,;:])",
    rf"dépêche (?:annulée|retirée){_WHOLE}",
)
_FR_NAMING = (
    r"(?:la|notre|cette) (?:dépêche|brève|alerte)\b.{0,160}\b(?:(?:est|a été) (?:annulée|retirée)"
    r"|annule et remplace)\b",
    r"nous (?:annulons|retirons)\b.{0,60}\b(?:dépêche|brève|alerte|article|information|papier)\b",
)

_STORY_ES = r"(?:información|noticia|nota|despacho|teletipo)"
_ANNUL_ES = (
    r"(?:anul\w{1,4}|desestim\w{1,3}|ignor\w{1,3}|elimin\w{1,3}|retir\w{1,3}|no (?:utili[cz]\w{1,3}|us\w{1,3}"
    r"|emple\w{1,3}|publi\w{2,5}))"
)
_ES = (
    rf"(?:anulamos|retiramos) (?:la|nuestra|esta|el|este|nuestro)(?: \w{{3,12}})? ?{_STORY_ES}\b",
    rf"(?:atención,? )?(?:rogamos|se ruega|por favor|pedimos|favor de"
    rf"|les rogamos)(?: a [^.,;]{{3,40}}?)?\W{{1,2}}(?:que )?{_ANNUL_ES}\b.{{0,30}}\b{_STORY_ES}\b",
    rf"queda(?:n)? anulad[ao]s? (?:esta|nuestra|la anterior) {_STORY_ES}\b",
    r"(?:esta|nuestra) (?:información|noticia|nota)(?: anterior)? (?:queda|ha sido|está|fue) (?:anulada"
    r"|retirada)(?=[\W_]*$|[.,;:])",
    rf"(?:información|noticia|nota) anulada{_WHOLE}",
)
_ES_NAMING = (
    r"(?:la|nuestra|esta) (?:información|noticia|nota)\b.{0,160}\b(?:queda|ha sido|fue) (?:anulada"
    r"|retirada)(?=[\W_]*$|[.,;:])",
    rf"queda(?:n)? anulad[ao]s? (?:la|el|las|los|nuestr[ao]) {_STORY_ES}\b",
    rf"(?:anulamos|retiramos)\b.{{0,60}}\b{_STORY_ES}\b",
)

_STORY_IT = r"(?:notizia|nota|lancio|dispaccio|flash|take|articolo)"
_IT = (
    rf"(?:annulliamo|ritiriamo) (?:la|il|questa|questo|la nostra|il nostro|la precedente|il precedente) {_STORY_IT}\b",
    rf"(?:si prega|preghiamo|pregasi|vi preghiamo|siete pregati) (?:di )?(?:annullare|cestinare|ignorare"
    rf"|non (?:utilizzare|usare|pubblicare|considerare))\b.{{0,40}}\b{_STORY_IT}\b",
    r"(?:la |questa |la nostra )(?:notizia|nota)(?: precedente)? (?:è|è stata|va) (?:annullata|ritirata"
    r"|considerata (?:nulla|annullata))\b",
    rf"notizia annullata{_WHOLE}",
)
_IT_NAMING = (
    r"(?:la|questa) (?:notizia|nota)\b.{0,160}\b(?:è|è stata|va) (?:annullata|ritirata)\b",
    rf"(?:annulliamo|ritiriamo)\b.{{0,60}}\b{_STORY_IT}\b",
)

_STORY_PT = r"(?:notícia|nota|matéria|despacho)"
_ANNUL_PT = (
    r"(?:anul\w{1,4}|desconsider\w{1,4}|ignor\w{1,4}|retir\w{1,4}|não (?:utili[sz]\w{1,4}|us\w{1,3}|publiqu\w{1,3}))"
)
_PT = (
    rf"(?:anulamos|cancelamos|retiramos) (?:a|esta|o|este|a nossa|nossa)(?: \w{{3,12}})? ?{_STORY_PT}\b",
    rf"(?:atenção\W{{1,3}})?(?:pedimos|solicitamos|solicita-se|pede-se|favor|por favor"
    rf"|é favor)\W{{1,2}}(?:que )?{_ANNUL_PT}\b.{{0,30}}\b{_STORY_PT}\b",
    r"(?:esta|nossa|a nossa) (?:notícia|matéria|nota)(?: anterior)? (?:foi|está|fica|é) (?:anulada|retirada"
    r"|cancelada)\b",
    rf"notícia (?:anulada|cancelada){_WHOLE}",
)
_PT_NAMING = (
    r"(?:a|esta|nossa) (?:notícia|matéria|nota)\b.{0,160}\b(?:foi|está|fica) (?:anulada|retirada"
    r"|cancelada)(?=[\W_]*$|[.,;:])",
    rf"(?:anulamos|cancelamos|retiramos)\b.{{0,60}}\b{_STORY_PT}\b",
)

_GONE_TR = (
    r"(?:iptal ed(?:il)?(?:miştir|di)|iptal et(?:miştir|ti)|iptal ediyoruz|geri çekil(?:miştir|di)"
    r"|yayından kaldırıl(?:mıştır|dı)"
    r"|kullanmayınız|kullanmayın\b|kullanılmamalıdır|dikkate almayınız)"
)
_TR = (
    rf"(?:bu|yukarıdaki|önceki) (?:haber|haberimiz|haberi|haberimizi) {_GONE_TR}",
    rf"(?:(?:sayın )?abone[^\s]{{2,14}}(?: dikkatine)?\W{{1,3}}|lütfen )[^.]{{0,120}}\bhaber(?:i|imiz|imizi"
    rf"|ini)?\b[^.]{{0,60}}\b{_GONE_TR}",
    rf"haber iptali{_WHOLE}",
)
_TR_NAMING = (rf"[^.]{{0,160}}\bhaber(?:i|imiz|imizi|ini)?\b[^.]{{0,80}}\b{_GONE_TR}",)

_STORY_AR = r"(?:ال)?(?:خبر|نبأ|برقية)"
_AR = (
    rf"(?:نرجو|الرجاء|يرجى|رجاء)(?: من [^.،]{{3,40}})? (?:إلغاء|تجاهل|سحب|عدم (?:استخدام|نشر"
    rf"|بث)) {_STORY_AR}(?=[\s.،:]|$)",
    rf"(?:نلغي|نسحب|ألغينا|سحبنا) {_STORY_AR}(?=[\s.،:]|$)",
    rf"(?:هذا )?الخبر (?:ملغى|ملغي|لاغ){_WHOLE}",
    rf"إلغاء خبر{_WHOLE}",
)
_AR_NAMING = (rf"[^.،]{{0,60}}(?:تلغي|تسحب|سحبت|ألغت)[^.]{{0,60}}{_STORY_AR}(?=[\s.،:]|$)",)


def _forms(*languages: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_START + "(?:" + "|".join(form for forms in languages for form in forms) + ")", re.IGNORECASE)


PLAIN = _forms(_EN, _RU, _KO, _ZH, _JA, _DE, _FR, _ES, _IT, _PT, _TR, _AR)
_NAMING = _forms(_EN_NAMING, _RU_NAMING, _DE_NAMING, _FR_NAMING, _ES_NAMING, _IT_NAMING, _PT_NAMING)
# By the agency's own name: `AFP is withdrawing its story headlined …`
_RU_NAMED = (rf"{_NAMED}(?:аннулирует|отзывает) .{{0,40}}\b{_NEWS_RU}\b",)
_EN_NAMED = (
    rf"{_NAMED}(?:is (?:withdrawing|retracting|killing)|has (?:withdrawn|retracted|killed)|withdraws"
    rf"|retracts) its {_DATED}{_STORY}\b",
)
_DE_NAMED = (r"(?:die )?[\w.-]{2,20} zieht (?:ihre|die|diese) (?:eil)?meldung\b.{0,120}\bzurück\b",)
_FR_NAMED = (r"(?:l['’]|la |le )?[\w.-]{2,20} (?:annule|retire) (?:sa|cette|la) (?:dépêche|brève|alerte)\b",)
_ES_NAMED = (rf"(?:la )?{_NAMED}(?:anula|retira) (?:la|su|esta) {_STORY_ES}\b",)
_PT_NAMED = (rf"(?:[ao] )?{_NAMED}(?:anula|retira) (?:a|o|sua|esta|a sua) {_STORY_PT}\b",)
# What begins with any name, or names the text before it says what became of it, is tried where a word of it stands.
_NOUNS = tuple(
    (noun, form)
    for nouns, form in (
        ((" its ",), _forms(_EN_NAMED)),
        ((" аннулирует ", " отзывает "), _forms(_RU_NAMED)), ((" zieht ",), _forms(_DE_NAMED)),
        ((" annule ", " retire "), _forms(_FR_NAMED)), ((" anula ", " retira "), _forms(_ES_NAMED, _PT_NAMED)),
        (("기사",), _forms(_KO_NAMING)), (("稿", "消息"), _forms(_ZH_NAMING)), (("記事", "配信"), _forms(_JA_NAMING)),
        (("haber",), _forms(_TR_NAMING)), (("خبر", "نبأ", "برقية"), _forms(_AR_NAMING)),
    )
    for noun in nouns
)  # fmt: skip


def may_withdraw(text: str) -> bool:
    """Whether a paragraph begins as a notice does, or as news of one: it is one where it names a text."""
    if _NAMING.match(text):
        return True
    return any(noun in text and form.match(text) for noun, form in _NOUNS)


# Whoever is quoted speaks of somebody else's text: `This report has been withdrawn, the minister said`.
TOLD = re.compile(
    r"\b(?:said|says|told|according|wrote|announced|at the request of|écrit|escribió|escreveu|scritto|schrieb"
    r"|mahkeme|суд[ае]?|решением|прокуратур\w{1,3}|объявил[аи]?|сообщи(?:л|ла|ли|ло)|заяви(?:л|ла|ли|ло)"
    r"|говорится|по словам|sagte|teilte|hieß"
    r"|a (?:dit|déclaré|indiqué|demandé)|selon|dijo|informó|pidió|según|ha (?:detto|chiesto)|secondo|disse"
    r"|pediu|segundo"
    r"|dedi|söyledi|belirtti|açıkladı)\b|말했다|밝혔다|전했다|발표|通知书|表示"
    r"|(?<![^，,。])[^，,。]{1,12}说(?=[。，：:]|$)|発表|述べた"
    r"|(?:^|[\s،])(?:قال|أعلن|طالب|نفى)ت?(?=\s)",
    re.IGNORECASE,
)

# Terms of use are no notices: `Please do not use this article without permission.`
TERMS = re.compile(
    r"\bwithdr\w+\b.{0,40}\bfrom\b|법원|명령|\b(?:without|permission|copyright|izin\w*|kaynak|sin (?:permiso"
    r"|autorización)|sem autorização|sans|senza|ohne|без|commercial\w*)\b"
    r"|무단|저작권|无断|無断|未经|未經|授权|授權|商业|商業|دون|転載|转载|轉載",
    re.IGNORECASE,
)
# Behind a participle: who did it was nobody of the agency.
AGENT = re.compile(r"(?:by|from|por|pel[oa]s?|dal(?:la|l)?|par|von|de)\b", re.IGNORECASE)
# What a reader may be asked for as well; an agency's client is, where the notice names a text or calls for editors.
SOFT = re.compile(
    r"\b(?:disregard|ignor\w*|do not use|not to use|не использовать|no (?:utili|us|emple|publi)\w*|não (?:utili"
    r"|us|publi)\w*"
    r"|ne pas (?:utiliser|publier|tenir)|non (?:utilizz|usare|pubblic)\w*|kullanma\w*|kullanılma\w*|dikkate alma\w*)"
    r"|nicht (?:mehr )?(?:verwenden|veröffentlichen)|하지 (?:말아|마시)|勿|不要|停止|ないで|تجاهل|عدم",
    re.IGNORECASE,
)
FOR_EDITORS = re.compile(
    r"\b(?:editors|eds|clients|subscribers|abonn[ée]\w*|redaktion\w*|abonados|clientes|redattori|подписчик\w*"
    r"|редактор\w*|abone\w*|previous|earlier"
    r"|précédente|anterior|precedente|предыдущ\w*)|고객사|편집자|编辑|編輯|用户|用戶|有误|有誤|誤り|سابق|مشترك"
    r"|المشتركين",
    re.IGNORECASE,
)

# In the sentence that a notice names a text in.
CUE = re.compile(
    r"\b(?:kill|withh|withdr|disregard|retract|ignore\b|do not use|not to use|annul|anul|storn|аннулир"
    r"|недействительн|снять с ленты"
    r"|снят[ао]? с ленты|отозва|отзыва|не использовать|retir|cestin|iptal|geri çek|kullanma|kullanılma"
    r"|desconsider|ignor"
    r"|no (?:utili|us|emple|publi)|não (?:utili|us|publi)|ne pas (?:utiliser|publier|tenir)|non (?:utilizz"
    r"|usare|pubblic))"
    r"|zurückgezogen|zurückzieh|ziehen\b.{0,160}\bzurück|nicht (?:mehr )?(?:verwenden|veröffentlichen)|취소"
    r"|삭제|하지 (?:말아|마시)"
    r"|作废|作廢|撤|取消|停用|停止使用|(?:请勿|請勿|不要|勿)(?:使用|采用|採用)|取り?消|使用しない|使わない"
    r"|إلغاء|تجاهل|سحب|عدم (?:استخدام|نشر|بث)|نلغي|نسحب",
    re.IGNORECASE,
)
