"""Month names of the languages agencies write in, full and abbreviated, to the number of the month."""

from __future__ import annotations

_NAMES = (
    "january jan janvier janv enero ene gennaio gen januar jän jänner januari janeiro janar styczeń stycznia sty"
    " yanvar қаңтар հունվարի იანვარი"
    " января январь янв січня січ ocak oca leden ledna يناير كانون_الثاني जनवरी ianuarie януари јануар siječnja"
    " ιανουαρίου ιανουάριος ιαν tammikuuta tammikuu január sausio janvāris janvārī jaanuar gener xaneiro ژانویه"
    " جانفي januarja januara januára",
    "february feb febr février fevrier févr fevr fév febrero febbraio februar februari fevereiro fev luty lutego"
    " fevral ақпан փետրվարի თებერვალი"
    " lut февраля февраль фев февр лютого лют şubat şub subat únor února فبراير شباط फरवरी februarie февруари"
    " фебруар veljače φεβρουαρίου φεβρουάριος φεβ helmikuuta helmikuu február vasario februāris februārī veebruar"
    " febrer febreiro فوریه فيفري februarja februara februára",
    "march mar mars marzo märz mär maerz mrz maart maret março marco marzec marca марта март мар березня бер mart"
    " mac наурыз մարտի მარტი"
    " březen března مارس آذار مارچ मार्च martie ožujka μαρτίου μάρτιος μαρ maaliskuuta maaliskuu március kovo"
    " marts martā märts març",
    "april apr avril avr abril abr aprile kwiecień kwietnia kwi апреля апрель апр квітня кві nisan nis duben dubna"
    " aprel сәуір ապրիլի აპრილი"
    " أبريل ابريل نيسان"
    " अप्रैल aprilie април travnja απριλίου απρίλιος απρ huhtikuuta huhtikuu április balandžio aprīlis aprīlī"
    " aprill آوریل أفريل aprila apríla",
    "may mai mayo maggio mag mei maio maj maja mayıs mayis мая май травня тра květen května مايو أيار ماي मई"
    " мамыр մայիսի მაისი"
    " svibnja мај μαΐου μαΐος μάιος μαϊ toukokuuta toukokuu május gegužės maijs maijā maig مه mája",
    "june jun juin junio giugno giu juni junho czerwiec czerwca cze июня июнь июн червня чер haziran haz červen"
    " iyun маусым հունիսի ივნისი"
    " června يونيو حزيران जून iunie юни јун lipnja ιουνίου ιούνιος ιουν kesäkuuta kesäkuu június birželio jūnijs"
    " jūnijā juuni juny xuño ژوئن جوان junija juna júna",
    "july jul juillet juil julio luglio lug juli julho lipiec lipca lip июля июль июл липня лип temmuz tem"
    " iyul julai шілде հուլիսի ივლისი"
    " červenec července يوليو تموز जुलाई iulie юли јул srpnja ιουλίου ιούλιος ιουλ heinäkuuta heinäkuu július"
    " liepos jūlijs jūlijā juuli juliol xullo ژوئیه جويلية julai julija jula júla",
    "august aug août aout agosto ago augustus agustus agu sierpień sierpnia sie августа август авг серпня сер"
    " avqust ogos тамыз օգոստոսի აგვისტო"
    " ağustos ağu agustos srpen srpna أغسطس اغسطس آب अगस्त kolovoza αυγούστου αύγουστος αυγ elokuuta elokuu"
    " augusztus rugpjūčio augusts augustā agost اوت أوت ogos avgusta augusta",
    "september sep sept septembre septiembre settembre set setembro wrzesień września wrz сентября сентябрь сен"
    " sentyabr қыркүйек սեպտեմբերի სექტემბერი"
    " сент вересня вер eylül eyl eylul září سبتمبر أيلول सितंबर septembrie септември септембар rujna σεπτεμβρίου"
    " σεπτέμβριος σεπ syyskuuta syyskuu szeptember rugsėjo septembris septembrī setembre سپتامبر septembra",
    "october oct octobre octubre ottobre ott oktober okt oktobar outubro out październik października paź октября"
    " oktyabr қазан հոկտեմբերի ოქტომბერი"
    " октябрь окт жовтня жов ekim eki říjen října أكتوبر اكتوبر تشرين_الأول تشرين_الاول अक्टूबर octombrie октомври"
    " октобар οκτωβρίου οκτώβριος οκτ lokakuuta lokakuu október spalio oktobris oktobrī oktoober اکتبر oktobra októbra",
    "november nov novembre noviembre novembro listopad listopada listopadu lis ноября ноябрь ноя нояб листопада kasım"
    " noyabr қараша նոյեմբերի ნოემბერი"
    " kas kasim نوفمبر تشرين_الثاني नवंबर noiembrie ноември новембар studenoga νοεμβρίου νοέμβριος νοε marraskuuta"
    " marraskuu lapkričio novembris novembrī نوامبر novembra",
    "december dec décembre decembre déc diciembre dic dicembre dezember dez desember des dezembro grudzień"
    " dekabr disember желтоқсан դեկտեմբերի დეკემბერი"
    " grudnia gru декабря декабрь дек грудня гру aralık ara aralik prosinec prosince ديسمبر كانون_الأول"
    " كانون_الاول दिसंबर decembrie декември децембар prosinca δεκεμβρίου δεκέμβριος δεκ joulukuuta joulukuu"
    " gruodžio decembris decembrī detsember desembre decembro دسامبر disember decembra",
)
_NUMBERS = {name.replace("_", " "): number for number, names in enumerate(_NAMES, 1) for name in names.split()}


def month(word: str) -> int | None:
    """The number of a month by its name, whatever its case and with or without the dot of an abbreviation.

    >>> month("Aug."), month("ИЮНЯ"), month("Mayor")
    (8, 6, None)
    """
    bare = word.strip(" .")
    # `HAZİRAN`: the small letter of İ keeps its dot as a mark of its own.
    return _NUMBERS.get(bare.casefold().replace("\u0307", "")) or _NUMBERS.get(bare.lower())
