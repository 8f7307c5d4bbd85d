"""Who wrote it: the byline as printed, and the names in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from pipeline.normalise.registers import Registers
from pipeline.normalise.text import clean, fold

_LENGTH = 120
# `By Lee Chi-dong`, `By Kim Soo-yeon and Lee Minji`, `Von Anna Schmidt`, `Par Jean Dupont`
_BY = re.compile(
    r"^(?:By|BY|by|Written by|Reported by|Story by|Von|VON|Par|PAR|Por|POR|Di|DI|Af|Av"
    r"|Door|Przez|Autore?|Author|Haber|Автор|Текст|Pewarta(?=:)|Reporter(?=:)"
    r"|Texte?(?=\s?:)|Texto(?=\s?:))(?:\s?:)?\s+(?P<names>.{2,100})$"
)
# Words that begin a sentence in other languages, and people's names: `Von der Leyen`, `Di Maria`.
_SPOKEN_IN = {
    "von": {"de"}, "par": {"fr"}, "por": {"es", "pt", "gl"}, "di": {"it"}, "af": {"da", "no", "nb", "nn", "fo"},
    "av": {"sv", "no", "nb", "nn"}, "door": {"nl"}, "przez": {"pl"},
}  # fmt: skip
# What no person's first name is, behind each of them: `By The Numbers`, `By Popular Demand`, `Von Der Leyen`.
_NO_FIRST_NAMES = {
    "by": {"popular", "public", "sheer", "any", "all", "no", "what", "which", "this", "that", "these", "those", "my",
           "your", "his", "her", "its", "their", "royal", "invitation", "default", "design", "request",
           "land", "order"},
    "von": {"der", "den", "dem", "hier", "heute", "nun", "anfang", "ende"},
    "por": {"san", "santa", "santo", "são", "la", "el", "los", "las", "un", "una", "uma", "fin", "fim", "favor",
            "ejemplo", "exemplo", "todo", "todos", "más", "mais"},
    "par": {"le", "la", "les", "un", "une", "exemple", "ailleurs", "contre", "hasard", "suite"},
    "di": {"nuovo", "più", "fronte", "nuova"},
}  # fmt: skip
# What a headline in capitals has and a name has not: `Di Maria Torna In Argentina`.
_NO_NAMES = frozenset(("in", "nel", "nella", "con", "per", "mit", "für", "im", "avec", "dans", "para"))
_MOST_WORDS = 4
# `记者 张三`, `新华社记者张三`, `文/张三`, `홍길동 기자`, `홍길동·김철수 기자 hong@…`, `بقلم: أحمد علي`
_HAN = r"[\u4e00-\u9fff·]{2,4}"
_NO_NAME_CJK = "(?!手记|手記|调查|調查|观察|觀察|简介|簡介|招待|提问|提問|获悉|獲悉|会|會|节|節|注)"
_RANK_CJK = "(?:见习|見習|实习|實習|首席|特约|特約|特派)"
# `记者张三` on a line of its own
_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭"
    "田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦"
    "邱侯江尹薛严嚴雷龙龍史陶贺賀毛郝顾顧龚龔邵万萬钱錢洪"
)
_NAME_ALONE_CJK = rf"(?=[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}[)）】\]]?$)"
_BY_CJK = re.compile(
    rf"^[(（【\[]?(?:(?:[\u4e00-\u9fff]{{1,5}}[社报報网網台])[记記]者\s?[：:]?\s?|{_RANK_CJK}?[记記]者(?:[：:]\s?|\s|{_NAME_ALONE_CJK})|(?:作者|撰文|文)\s?[/／：:・]\s?)"
    rf"{_NO_NAME_CJK}{_HAN}(?:[\s、，/]{{1,2}}{_HAN}){{0,5}}[)）】\]]?$"
)
_TITLES_KO = r"(?:인턴|선임|전문|객원|수습)?(?:기자|특파원|통신원|논설위원|칼럼니스트)"
_BY_KO = re.compile(
    rf"^[(\[]?[가-힣]{{2,4}}(?:[·∙ㆍ,\s]{{1,2}}[가-힣]{{2,4}}){{0,4}}\s?{_TITLES_KO}(?:\s?[(=]?\s?[\w.+-]{{1,64}}@[\w.-]{{1,128}}\)?)?[)\]]?$"
)
_BY_AR = re.compile(r"^(?:بقلم\s?:?|إعداد\s?:|كتب\s?:|كتبت\s?:)\s?(?:[\u0620-\u064a]{2,12}\s?){2,4}$")
# `[이데일리 홍길동 기자] …`, `[더팩트ㅣ홍길동 기자] …`, `홍길동 기자 = …`, `（记者 张三）…`
_BEFORE_STORY = re.compile(
    rf"^(?:[\[(【<〈](?:[가-힣A-Za-z0-9]{{2,14}}(?:\s|\s?[=ㅣ|/]\s?))?(?P<ko>[가-힣]{{2,4}}(?:[·∙ㆍ,]\s?[가-힣]{{2,4}}){{0,3}}\s?{_TITLES_KO})[\])】>〉]\s*=?"
    rf"|(?P<ko2>[가-힣]{{2,4}}(?:[·∙ㆍ,\s]{{1,2}}[가-힣]{{2,4}}){{0,3}}\s{_TITLES_KO})\s?="
    rf"|[(（【](?P<zh>(?:[\u4e00-\u9fff]{{2,6}})?[记記]者\s?[：:]?\s?{_NO_NAME_CJK}{_HAN}(?:[\s、，]{{1,2}}{_HAN}){{0,5}})[)）】])\s*(?=\S)"
)
# `AP Sports Writer`, `Associated Press` on the line under the names
_OFFICE = re.compile(
    r"(?:(?:AP|Associated Press|Reuters|AFP|Yonhap|Staff|Senior|Sports|Science|Business|Medical|The)\s?){0,4}"
    r"(?:Writers?|Correspondents?|Reporters?|Press|Agency|Reuters|AFP)?$"
)
_TITLES = re.compile(
    r"^(?:[Кк]орр(?:еспондент)?\.?|[Cc]orrespondent|[Кк]орреспонденты?|[Ss]pecial to)\s{0,2}"
    r"|\s?\b(?:[Cc]orrespondent|[Ss]taff [Ww]riter|[Кк]орр(?:еспондент)?\.?)\s?"
)
# `By Ann Harbour`, `Veröffentlicht von Ann Harbour`, as pages declare it
_IN_FRONT = re.compile(
    r"^(?:(?:(?:written|posted|published|story|words)\s+)?by|(?:verfasst|geschrieben|veröffentlicht|erstellt)\s+von|von"
    r"|(?:escrito|publicado)\s+por|(?:publié|écrit)\s+par|autor(?:in)?:|author:)\s+",
    re.IGNORECASE,
)
_NOBODY = frozenset(("no author", "admin", "administrator", "unknown", "anonymous", "author", "null", "none"))
_NAME = r"[A-ZÀ-ÞĀ-ŽƏȘȚΆ-ΫЀ-ЯҐҒҚҢҮҰҺӘӨԱ-Ֆ][\w'’.-]{0,24}"
_NAMES = re.compile(rf"^{_NAME}(?:\s{_NAME}|\s(?:de|del|la|van|von|der|bin|al|di|da)){{1,5}}$")
BETWEEN = re.compile(r"\s*(?:,|;|/|·|∙|ㆍ|、|\||\s(?:and|und|sowie|et|y|e|og|och|и|&)\s)\s*")
# `dpa`, `AFP` behind the names
_CREDIT = re.compile(r"^[A-Za-z]{2,5}$")
_ADDRESS = re.compile(r"[(<\[]?\s?[\w.+-]{1,64}@[\w.-]{1,128}\s?[)>\]]?", re.ASCII)
# Words that make a name an organisation's, or a work's: "by United Nations Security Council", "by King James Version".
# None of them is a common surname: "Charlotte Church", "Emily Post".
_COLLECTIVE_LISTED = """
academy administration agency agencies alliance assembly associates association authority bible bulletin bureau cabinet
center centre chamber chronicle coalition college command commission committee community companies company conference
confederation congress consortium convention cooperative corp corporation correspondents council daily department desk
directorate editors editorial embassy enterprises federation forces foundation fund gazette gmbh government group
headquarters herald inc initiative institute institution international journal league ltd llc magazine media ministry
mission monthly museum nations network newspaper office organisation organization parliament partners partnership party
plc press project registry republic reporters research ministers secretariat security senate service services society
solutions staff states studio studios syndicate systems team technologies telegraph testament times tribune trust union
university version weekly
redaktion verein verband verlag gesellschaft universität institut ministerium bundesamt bundesregierung bundesrat
bundestag behörde stiftung amt presse zeitung nachrichten agentur
agence ministère conseil université société fondation comité rédaction collectif
agencia ministerio consejo universidad asociación fundación comité redacción gobierno
agência ministério conselho universidade associação fundação redação governo
agenzia ministero consiglio università associazione fondazione redazione governo comitato
агентство министерство совет университет редакция служба комитет фонд союз центр институт правительство
"""
_COLLECTIVE = frozenset(_COLLECTIVE_LISTED.split())
_TITLE_KO = re.compile(r"(?:기자|특파원|통신원|논설위원|선임기자|인턴기자|전문기자|촬영기자|리포터|앵커|PD)$")
_NAME_KO = re.compile(r"^[가-힣]{2,4}$")
_NOT_NAME_KO = re.compile(r"(?:뉴스|인포맥스|통신|신문|방송|일보|선임|인턴|전문|객원|논설|위원|팀장|부장|차장)$")
# What a name follows in Chinese: `本报记者 张三`, `通讯员 李四`, `文/王五`.
_CUE_CJK = re.compile(
    r"(?:记者|記者|(?P<author>作者)|编辑|编译|特派员|特派員|评论员|評論員|通讯员|通訊員)[：:\s]*"
    r"|(?:^|(?<=\s))(?:撰文|图文|文)\s?[/／：:・]\s?"
)
_ALL_HAN = re.compile(r"^[\u4e00-\u9fff·、\s]{2,60}$")
_NAME_CJK = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6}){1,3}")
# What follows the names: `记者张三发自北京`, `記者王小明／台北報導`, `作者系媒体评论员`, `文/王五 图/赵六`.
_NAMES_END_CJK = re.compile(r"[发發]自|[／/]|[图圖摄攝](?:影)?[/／：:]")
_NOTE_CJK = re.compile(r"[系係为為是]")
# A house, a desk, somebody's trade or nobody: `本报`, `南方日报`, `編輯部`, `職員`, `佚名`.
_NO_PERSON_CJK = re.compile(
    r"本[报報台臺网網刊社]|佚名|匿名|[无無]名|综合|綜合"
    r"|[\u4e00-\u9fff·]{1,9}(?:[报報网網社]|[电電][视視][台臺]|[编編][辑輯]部|[频頻]道|中心|[报報][道导導])"
)
_TRADE_CJK = re.compile(
    r"[\u4e00-\u9fff]{0,8}(?:职员|職員|教授|学者|學者|学生|學生|教师|教師|作家|律师|律師|医生|醫生|医师|醫師|研究员|研究員"
    r"|工程师|工程師|评论员|評論員|记者|記者|主任|院长|院長|博士|硕士|碩士)"
)


def read_byline(paragraph: str, languages: Collection[str] = ()) -> str | None:
    """The paragraph itself, if it is nothing but a byline (`By Lee Chi-dong`), else None.

    `languages` are the tags that the text is declared to be in; where none is, any word for "by" is believed.
    """
    if len(paragraph) > _LENGTH or paragraph.endswith(("!", "?", ":")):
        return None
    if any(form.match(paragraph) for form in (_BY_CJK, _BY_KO, _BY_AR)):
        return paragraph
    found = None if paragraph.endswith(".") else _BY.match(paragraph)
    return paragraph if found and _is_signed(found, languages) else None


def _is_signed(found: re.Match[str], languages: Collection[str]) -> bool:
    """Whether the text behind the word for "by" is a name, and the word one of the text's languages."""
    said = re.split(r"[\s:]", found.string, maxsplit=1)[0].lower()
    first = BETWEEN.split(found["names"])[0]
    words = first.lower().split()
    spoken = _SPOKEN_IN.get(said)
    if not _NAMES.match(first) or words[0] in _NO_FIRST_NAMES.get(said, ()):
        return False
    if spoken and (len(words) > _MOST_WORDS or not _NO_NAMES.isdisjoint(words)):
        return False
    if spoken and languages and spoken.isdisjoint(languages):
        return False
    return words[0] != "the" or is_collective(first.removeprefix("The ").removeprefix("THE "))


def split_byline(paragraph: str) -> tuple[str | None, str]:
    """The reporter named before the first sentence of a paragraph, and the paragraph without.

    >>> split_byline("[이데일리 홍길동 기자] 비가 왔다.")
    ('홍길동 기자', '비가 왔다.')
    """
    found = _BEFORE_STORY.match(paragraph)
    return (found["ko"] or found["ko2"] or found["zh"], paragraph[found.end() :]) if found else (None, paragraph)


def is_house_line(paragraph: str) -> bool:
    """Whether a line under a byline says for whom they write: `AP Sports Writer`, `Associated Press`."""
    return len(paragraph) <= 40 and _OFFICE.match(paragraph) is not None


def authors_of(byline: str | None, registers: Registers) -> tuple[str, ...]:
    """The people that a printed byline names.

    >>> authors_of("윤정원 연합인포맥스 기자", registers), authors_of("By Kim Soo-yeon and Lee Minji", registers)
    (('윤정원',), ('Kim Soo-yeon', 'Lee Minji'))
    """
    if not byline:
        return ()
    text = _ADDRESS.sub(" ", byline[: 2 * _LENGTH]).strip(" ,=")
    if re.search("[가-힣]", text):
        names = _korean(text)
    elif _CUE_CJK.search(text) or _ALL_HAN.match(text):
        names = _chinese(text.strip("()（）[]【】 "))
    else:
        names = _western(text, registers)
    return unique(name for name in names if not registers.agency(name))


def tidy_authors(authors: Sequence[str], houses: Sequence[str | None] = ()) -> tuple[str, ...]:
    """Names as a feed or page lists them, without addresses, titles and the word before them; several in one apart.

    What stands for nobody ("No Author", "admin") is left out, and so are `houses`, the names of the site, where a
    person is named.

    >>> tidy_authors(["By Ann Harbour and Bo Quay, dpa", "Harbour, Ann", "The Wire"], ["The Wire"])
    ('Ann Harbour', 'Bo Quay', 'dpa', 'Harbour, Ann')
    """
    own = {fold(house) for house in houses if house}
    cleaned = (_ADDRESS.sub(" ", clean(author[: 2 * _LENGTH])) for author in authors)
    bare = (_IN_FRONT.sub("", _TITLE_KO.sub("", name.strip(" ,="))).strip() for name in cleaned)
    names = unique(name for listed in bare for name in _apart(listed, own) if fold(name) not in _NOBODY)
    people = tuple(name for name in names if fold(name) not in own)
    return people if any(_NAMES.match(name) for name in people) else names


def _apart(names: str, own: set[str]) -> list[str]:
    """The names in a list of them: only if each part is a full name or a credit, for "Harbour, Ann" is one."""
    parts = [part for part in BETWEEN.split(names) if part]
    full = [part for part in parts if _NAMES.match(part)]
    known = all(part in full or _CREDIT.match(part) or fold(part) in own for part in parts)
    return parts if full and known else [names]


def is_collective(name: str) -> bool:
    """Whether a name is that of an organisation, a desk or a work, by one of its words; no page declares a kind here.

    >>> is_collective("United Nations Security Council"), is_collective("Ann Harbour")
    (True, False)
    """
    words = [word.strip(".'’\"“”()").casefold() for word in name.split()]
    return words[:1] == ["the"] or not _COLLECTIVE.isdisjoint(words)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """The names once each, in order, without empty ones."""
    return tuple(dict.fromkeys(name for name in names if name))


def _korean(text: str) -> list[str]:
    words = [word for word in re.split(r"[\s,·∙ㆍ=]+", text) if word]
    bare = [_TITLE_KO.sub("", word) for word in words]
    return [word for word in bare if _NAME_KO.match(word) and not _NOT_NAME_KO.search(word)]


def _chinese(text: str) -> list[str]:
    """What follows the words for a reporter; also what stands before an editor's, or where nothing follows."""
    cues = list(_CUE_CJK.finditer(text))
    if not cues:
        return _names_cjk(text, first_only=False)
    starts = [cue.end() for cue in cues]
    ends = [*(cue.start() for cue in cues[1:]), len(text)]
    told = [
        (text[start:end], cue["author"])
        for cue, start, end in zip(cues, starts, ends, strict=True)
        if not (cue["author"] and _NOTE_CJK.match(text, start))
    ]
    before = text[: cues[0].start()]
    if before.endswith(" ") and (cues[0][0].startswith("编") or not text[starts[-1] :].strip()):
        told = [(before, None), *told]
    return [name for part, author in told for name in _names_cjk(part, first_only=bool(author))]


def _names_cjk(part: str, *, first_only: bool) -> list[str]:
    """The names in a list of them; behind `作者` may stand where one lives and what one does."""
    words = [word for word in re.split(r"[\s、，,]+", _NAMES_END_CJK.split(part)[0]) if word]
    names = [word for word in words if _NAME_CJK.fullmatch(word) and not _NO_PERSON_CJK.fullmatch(word)]
    people = [name for name in names if not _TRADE_CJK.fullmatch(name)]
    return people[:1] if first_only and any(map(_TRADE_CJK.fullmatch, words)) else people


def _western(text: str, registers: Registers) -> list[str]:
    found = _BY.match(text)
    names = BETWEEN.split(found["names"] if found else text)
    bare = (_untitled(name, registers) for name in names)
    return [name for name in bare if _NAMES.match(name) and not is_collective(name)]


def _untitled(name: str, registers: Registers) -> str:
    """`Корр. ТАСС Иван Петров` → `Иван Петров`."""
    bare = _TITLES.sub(" ", name).strip()
    if bare == name.strip():
        return bare
    first = next(registers.heads(bare), None)
    return (bare[: first.start] + bare[first.end :]).strip() if first else bare
