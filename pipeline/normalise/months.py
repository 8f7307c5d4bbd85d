"""Month names of the languages agencies write in, full and abbreviated, to the number of the month."""

from __future__ import annotations

_NAMES = (
    "january jan janvier janv enero ene gennaio gen januar jän jänner januari janeiro janar styczeń stycznia sty"
    " января январь янв січня січ ocak oca leden ledna يناير كانون_الثاني जनवरी",
    "february feb febr février fevrier févr fevr fév febrero febbraio februar februari fevereiro fev luty lutego lut"
    " февраля февраль фев февр лютого лют şubat şub subat únor února فبراير شباط फरवरी",
    "march mar mars marzo märz maerz mrz maart maret março marco marzec marca"
    " марта март мар березня бер mart březen března مارس آذار مارچ मार्च",
    "april apr avril avr abril abr aprile april avril abril kwiecień kwietnia kwi"
    " апреля апрель апр квітня кві nisan nis duben dubna أبريل ابريل نيسان अप्रैल",
    "may mai mayo maggio mag mei maio maj maja mayıs mayis мая май травня тра květen května مايو أيار ماي मई",
    "june jun juin junio giugno giu juni junho czerwiec czerwca cze"
    " июня июнь июн червня чер haziran haz červen června يونيو حزيران जून",
    "july jul juillet juil julio luglio lug juli julho lipiec lipca lip"
    " июля июль июл липня лип temmuz tem červenec července يوليو تموز जुलाई",
    "august aug août aout agosto ago augustus agustus agu sierpień sierpnia sie"
    " августа август авг серпня сер ağustos ağu agustos srpen srpna أغسطس اغسطس آب अगस्त",
    "september sep sept septembre septiembre settembre set setembro wrzesień września wrz"
    " сентября сентябрь сен сент вересня вер eylül eyl eylul září سبتمبر أيلول सितंबर",
    "october oct octobre octubre ottobre ott oktober okt oktobar outubro out październik października paź"
    " октября октябрь окт жовтня жов ekim eki říjen října أكتوبر اكتوبر تشرين_الأول अक्टूबर",
    "november nov novembre noviembre novembro listopad listopada lis"
    " ноября ноябрь ноя нояб листопада kasım kas kasim نوفمبر تشرين_الثاني नवंबर",
    "december dec décembre decembre déc diciembre dic dicembre dezember dez desember des dezembro grudzień grudnia gru"
    " декабря декабрь дек грудня гру aralık ara aralik prosinec prosince ديسمبر كانون_الأول दिसंबर",
)
_NUMBERS = {name.replace("_", " "): number for number, names in enumerate(_NAMES, 1) for name in names.split()}


def month(word: str) -> int | None:
    """The number of a month by its name, whatever its case and with or without the dot of an abbreviation.

    >>> month("Aug."), month("ИЮНЯ"), month("Mayor")
    (8, 6, None)
    """
    return _NUMBERS.get(word.strip(" .").casefold()) or _NUMBERS.get(word.strip(" .").lower())
