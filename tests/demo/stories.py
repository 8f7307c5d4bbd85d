"""The stories of the sample archive.  Every event, person, island and number in them is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from tests.demo.markup import Story


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of September 2024, UTC; the 17th was a Tuesday."""
    return datetime(2024, 9, day, hour, minute, tzinfo=UTC)


def address(story: str, section: str = "") -> str:
    """What KCNA names a page by: a hash of its own for every section that lists it."""
    return sha256(f"{story}/{section}".encode()).hexdigest()[:64]


# TASS, English

VAULT = Story(
    "https://tass.com/world/1843107",
    at(17, 4, 41),
    "North Korea opens seed vault on island — Yonhap",
    (
        "SEOUL, September 17. /TASS/. North Korea has opened a seed vault on Haerim Island, the Yonhap news agency"
        " reported citing the Korean Central News Agency (KCNA).",
        "The vault, cut into the rock 40 meters above the sea, keeps samples of 4,200 plants. A twelfth of them will be"
        " sown anew every year.",
        "According to the report, the first seeds to be stored were those of millet, buckwheat and a pear tree from the"
        " garden of the island's school.",
    ),
    lead="The vault keeps samples of 4,200 plants, and a twelfth of them will be sown anew every year",
    text="The vault keeps samples of 4,200 plants, and a twelfth of them will be sown anew every year",
    section="World",
    tags=("North Korea", "Agriculture"),
)
FERRY = Story(
    "https://tass.com/society/1843112",
    at(17, 5, 10),
    "Night ferry on Lake Sivoye carries 400 passengers in first week",
    (
        "PETROZAVODSK, September 17. /TASS/. The night ferry on Lake Sivoye carried 400 passengers in its first week,"
        " the shipping company told TASS on Tuesday.",
        '"Most of them were asleep, and the rest read," said Yefim Dolgopyatov, the ferry\'s mate.',
        "The ferry leaves the town pier at 23:30 and reaches the far shore at 05:10.",
    ),
    lead="The reading room on board is open until the ferry lands",
    text="The reading room on board is open until the ferry lands",
    section="Society",
    tags=("Transport",),
)
FERRY_CORRECTED = replace(
    FERRY,
    headline="Night ferry on Lake Sivoye carries 4,000 passengers in first week",
    paragraphs=(FERRY.paragraphs[0].replace(" 400 ", " 4,000 "), *FERRY.paragraphs[1:]),
)
GRAIN = Story(
    "https://tass.com/economy/1843120",
    at(17, 5, 32),
    "Port of Nizhny Averinsk ships first grain of season",
    text="NIZHNY AVERINSK, September 17. /TASS/. Two barges with 3,100 tonnes of rye left the river port of Nizhny"
    " Averinsk on Tuesday, three weeks earlier than last year.",
    section="Economy",
)
METEORS = Story(
    "https://tass.com/science/1843131",
    at(17, 10, 5),
    "Observatory in Altai counts 312 meteors in one night",
    (
        "BARNAUL, September 17. /TASS/. Observers at the Sinyaya Gora station in Altai counted 312 meteors in the night"
        " to Tuesday, twice as many as had been expected for this time of the year.",
        "Clouds came up at four in the morning, so that the true number may be higher. The count goes on until Friday.",
    ),
    lead="Clouds came up at four in the morning",
    text="Clouds came up at four in the morning",
    section="Science",
    tags=("Astronomy",),
)
METEORS_AGAIN = replace(
    METEORS,
    url="https://tass.com/society/1843139",
    at=at(17, 11, 20),
    headline="Night of meteors over Altai",
    lead=None,
    text="",
    section="Society",
)
CHESS = Story(
    "https://tass.com/sports/1843144",
    at(18, 4, 15),
    "Chess club of Zelenoretsk finishes game begun by post in 1991",
    (
        "ZELENORETSK, September 18. /TASS/. The chess club of Zelenoretsk has finished a game that it began by post in"
        " 1991 against a club on the other side of the country, its chairwoman Glafira Ostrozhskaya told TASS.",
        "The game ended in a draw on its 61st move. The next one is to be played by telephone.",
    ),
    lead="The game ended in a draw on its 61st move",
    text="The game ended in a draw on its 61st move",
    section="Sports",
    tags=("Chess",),
)
BOTANISTS = Story(
    "https://tass.com/science/1843150",
    at(18, 5, 2),
    "Botanists offer barley of the north to seed vault on Haerim Island",
    (
        "ARKHANGELSK, September 18. /TASS/. The botanical garden of Verkhnyaya Luda has offered eleven sorts of barley"
        " to the seed vault on Haerim Island, the garden's press service told TASS on Wednesday.",
        "The vault was opened on Tuesday. The barley ripens in 62 days, which the garden says is a record.",
    ),
    lead="The barley ripens in 62 days",
    text="The barley ripens in 62 days",
    section="Science",
    tags=("Agriculture",),
)

# TASS, Russian

VAULT_RU = Story(
    "https://tass.ru/mezhdunarodnaya-panorama/21880101",
    at(17, 4, 38),
    "КНДР открыла хранилище семян на острове Хэрим",
    (
        "СЕУЛ, 17 сентября. /ТАСС/. КНДР открыла хранилище семян на острове Хэрим. Об этом сообщило агентство Ренхап"
        " со ссылкой на Центральное телеграфное агентство Кореи (ЦТАК).",
        "В хранилище, вырубленном в скале на высоте 40 м над морем, находятся образцы 4,2 тыс. растений.",
    ),
    section="Международная панорама",
    text="В нем находятся образцы 4,2 тыс. растений",
    tags=("КНДР",),
)
LIGHTHOUSE_RU = Story(
    "https://tass.ru/obschestvo/21880115",
    at(17, 5, 20),
    "Маяк на мысе Безмятежном включили после ремонта",
    (
        "МУРМАНСК, 17 сентября. /ТАСС/. Маяк на мысе Безмятежном включили во вторник после ремонта впервые за 17 лет,"
        " сообщили ТАСС в гидрографической службе.",
        '"Свет виден за 22 мили", - отметил смотритель маяка Аристарх Полозков.',
    ),
    section="Общество",
    text="Свет виден за 22 мили",
    tags=("Маяки",),
)
LIGHTHOUSE_RU_CORRECTED = replace(
    LIGHTHOUSE_RU, paragraphs=(LIGHTHOUSE_RU.paragraphs[0].replace("17 лет", "семь лет"), LIGHTHOUSE_RU.paragraphs[1])
)
LIBRARY_RU = Story(
    "https://tass.ru/kultura/21880122",
    at(17, 9, 30),
    "Библиотека Нижнего Аверинска выдала миллионную книгу",
    (
        "НИЖНИЙ АВЕРИНСК, 17 сентября. /ТАСС/. Городская библиотека Нижнего Аверинска выдала миллионную книгу за"
        " 94 года работы. Ею стал справочник по пчеловодству.",
        "Читательница вернет его через две недели, после чего книгу поставят под стекло.",
    ),
    section="Культура",
    text="Ею стал справочник по пчеловодству",
    tags=("Библиотеки",),
)
HONEY_RU = Story(
    "https://tass.ru/ekonomika/21880140",
    at(18, 4, 50),
    "Пчеловоды Зареченска собрали рекордный урожай меда",
    (
        "ЗАРЕЧЕНСК, 18 сентября. /ТАСС/. Пчеловоды Зареченского района собрали в этом году 84 тонны меда, сообщил ТАСС"
        " глава их союза Лукьян Медуницын.",
        "Прежний рекорд держался 31 год.",
    ),
    section="Экономика",
    text="Прежний рекорд держался 31 год",
    tags=("Пчеловодство",),
)
FERRY_RU = Story(
    "https://tass.ru/obschestvo/21880147",
    at(18, 5, 25),
    "Ночной паром на Сивом озере перевез за неделю 4 тыс. пассажиров",
    (
        "ПЕТРОЗАВОДСК, 18 сентября. /ТАСС/. Ночной паром на Сивом озере перевез за первую неделю 4 тыс. пассажиров,"
        " сообщили ТАСС в судоходной компании.",
        "Читальный зал на борту открыт до прибытия.",
    ),
    section="Общество",
    text="Читальный зал на борту открыт до прибытия",
    tags=("Транспорт",),
)

# Yonhap, Korean

FLASH_KO = Story(
    "https://www.yna.co.kr/view/AKR20240917011500504",
    at(17, 1, 12),
    '[속보] 북한 "해림도에 종자 저장고 개관"<조선중앙통신>',
    text="(끝)",
    author="한가람찬",
    section="북한",
)
VAULT_KO = Story(
    "https://www.yna.co.kr/view/AKR20240917011551504",
    at(17, 2, 40),
    "북한, 해림도에 종자 저장고 개관…식물 4천200종 보관(종합)",
    (
        "(서울=연합뉴스) 한가람찬 기자 = 북한이 해림도에 종자 저장고를 열었다고 조선중앙통신이 17일 보도했다.",
        "통신에 따르면 저장고는 해발 40m 암반을 뚫어 만들었으며 식물 4천200종의 씨앗을 보관한다.",
        "해마다 씨앗의 12분의 1을 다시 심어 거두게 된다고 통신은 전했다.",
        "garamchan@yonhap.test",
    ),
    lead="해마다 12분의 1씩 다시 심어",
    text="(서울=연합뉴스) 한가람찬 기자 = 북한이 해림도에 종자 저장고를 열었다고 조선중앙통신이 17일 보도했다...",
    author="한가람찬",
    section="북한",
    tags=("북한", "종자"),
)
BUS_KO = Story(
    "https://www.yna.co.kr/view/AKR20240917020300004",
    at(17, 3, 30),
    "심야버스, 다음 달부터 등대 앞에 선다",
    text="(서울=연합뉴스) 노을빛나 기자 = 서울시는 심야버스 한 노선이 다음 달부터 등대 앞에 선다고 17일 밝혔다...",
    author="노을빛나",
    section="전국",
)
TABLE_KO = Story(
    "https://www.yna.co.kr/view/AKR20240918004100002",
    at(18, 1, 0),
    "[표] 지역별 등대 방문객",
    text="(단위:명)",
    author="",
    section="전국",
)
BOOKS_KO = Story(
    "https://www.yna.co.kr/view/AKR20240918015200054",
    at(18, 2, 15),
    "책 3천권 실은 도서관 배, 섬 12곳 찾아간다",
    text="(한빛나루=연합뉴스) 도담하 기자 = 책 3천권을 실은 도서관 배가 18일 한빛나루항을 떠나 섬 12곳으로 향했다...",
    author="도담하",
    section="전국",
)

# Yonhap, Chinese

FLASH_ZH = Story(
    "https://cn.yna.co.kr/view/ACK20240917000700881",
    at(17, 1, 20),
    "快讯：朝鲜在海林岛启用种子库",
    text="韩联社首尔9月17日电 据朝中社17日报道，朝鲜在海林岛启用种子库。",
)
VAULT_ZH = Story(
    "https://cn.yna.co.kr/view/ACK20240917001100881",
    at(17, 3, 5),
    "详讯：朝鲜在海林岛启用种子库 保存植物4200种",
    text="韩联社首尔9月17日电 据朝中社17日报道，朝鲜在海林岛启用种子库，种子库建在海拔40米的岩体内，保存植物4200种。",
)
BUS_ZH = Story(
    "https://cn.yna.co.kr/view/ACK20240917001900881",
    at(17, 4, 0),
    "首尔夜间公交下月起停靠灯塔",
    (
        "韩联社首尔9月17日电 首尔市政府17日表示，夜间公交N99路将从10月1日起停靠灯塔前的车站。",
        "负责运营的Light&House公司表示，看守灯塔的人从此可以坐公交回家。",
    ),
    text="韩联社首尔9月17日电 首尔市政府17日表示，夜间公交N99路将从10月1日起停靠灯塔前的车站。"
    "负责运营的Light&House公司表示，看守灯塔的人从此可以坐公交回家。",
    section="韩国",
    tags=("公交", "灯塔"),
)
SUMMARY_ZH = Story(
    "https://cn.yna.co.kr/view/ACK20240918002500881",
    at(18, 4, 0),
    "2024年9月18日韩联社要闻简报",
    text="海林岛种子库收到首批大麦种子。装载3000册图书的图书馆船驶向12座岛屿。",
)

# Yonhap, English

BUS_EN = Story(
    "https://en.yna.co.kr/view/AEN20240917004100315",
    at(17, 4, 20),
    "(LEAD) Seoul night bus to stop at lighthouse from October",
    (
        "SEOUL, Sept. 17 (Yonhap) -- A night bus line of Seoul will stop in front of a lighthouse from Oct. 1, the city"
        " government said Tuesday.",
        "Line N99 will run five times a night, and its last bus waits until the lamp is lit, an official said.",
    ),
    text="SEOUL, Sept. 17 (Yonhap) -- A night bus line of Seoul will stop in front of a lighthouse from Oct. 1, the"
    " city government said Tuesday...",
    section="National",
    tags=("bus", "lighthouse"),
)
BUS_EN_CORRECTED = replace(
    BUS_EN,
    paragraphs=(
        "(ATTN: CORRECTS number of buses in 2nd para)",
        BUS_EN.paragraphs[0],
        BUS_EN.paragraphs[1].replace("five times", "nine times"),
    ),
)
VAULT_EN = Story(
    "https://en.yna.co.kr/view/AEN20240917001900315",
    at(17, 1, 55),
    "N. Korea opens seed vault on eastern island: KCNA",
    (
        "SEOUL, Sept. 17 (Yonhap) -- North Korea has opened a seed vault on Haerim Island, the Korean Central News"
        " Agency (KCNA) reported Tuesday.",
        "The vault was cut into rock 40 meters above the sea and keeps samples of 4,200 plants, the KCNA said.",
    ),
    text="SEOUL, Sept. 17 (Yonhap) -- North Korea has opened a seed vault on Haerim Island, the Korean Central News"
    " Agency (KCNA) reported Tuesday...",
    section="North Korea",
    tags=("N Korea", "seeds"),
)
BOOKS_EN = Story(
    "https://en.yna.co.kr/view/AEN20240918003300315",
    at(18, 3, 10),
    "Library ship with 3,000 books sets out for 12 islands",
    (
        "HANBITNARU, South Korea, Sept. 18 (Yonhap) -- A ship with 3,000 books on board left the port of Hanbitnaru on"
        " Wednesday for 12 islands that have no library.",
        "It will be back in four weeks, and so should the books be, the ship's librarian Do Dam-ha said.",
    ),
    text="HANBITNARU, South Korea, Sept. 18 (Yonhap) -- A ship with 3,000 books on board left the port of Hanbitnaru on"
    " Wednesday...",
    section="National",
    tags=("library",),
)

# KCNA, English.  The first one lies under an address for each section, and under a new one after the redesign.

VAULT_KCNA = Story(
    f"http://www.kcna.kp/en/article/q/{address('vault', 'top')}.kcmsf",
    at(16, 21),
    "Seed Vault Opens on Haerim Island",
    (
        "Pyongyang, September 17 (KCNA) -- A seed vault was opened on Haerim Island on Monday.",
        "Cut into the rock 40 meters above the sea, it keeps samples of 4 200 kinds of plants, from millet and"
        " buckwheat to the pear tree of the island's school.",
        "A twelfth of the seeds will be sown and harvested anew every year. -0-",
    ),
)
VAULT_KCNA_SCIENCE = replace(VAULT_KCNA, url=f"http://www.kcna.kp/en/article/q/{address('vault', 'science')}.kcmsf")
VAULT_KCNA_NEW = replace(VAULT_KCNA, url=f"http://www.kcna.kp/en/article/detail/{address('vault')}")
KITES_KCNA = Story(
    f"http://www.kcna.kp/en/article/q/{address('kites', 'society')}.kcmsf",
    at(16, 21),
    "Children Fly Kites over Unhari",
    (
        "Pyongyang, September 17 (KCNA) -- A kite contest of schoolchildren was held on the hill of Unhari on Sunday.",
        "A kite in the shape of a carp stayed in the air for two hours and eleven minutes. -0-",
    ),
)
KITES_KCNA_NEW = replace(KITES_KCNA, url=f"http://www.kcna.kp/en/article/detail/{address('kites')}")
SILK_KCNA = Story(
    f"http://www.kcna.kp/en/article/q/{address('silk', 'top')}.kcmsf",
    at(16, 21),
    "Silk Mill of Sonbit County Carries Out Its Plan for Year",
    (
        "Pyongyang, September 17 (KCNA) -- The silk mill of Sonbit County carried out its plan for the year by"
        " mid-September.",
        "Its weavers now dye the silk with the bark of trees that they planted themselves. -0-",
    ),
)
CATCH_KCNA = Story(
    f"http://www.kcna.kp/en/article/detail/{address('catch')}",
    at(17, 21),
    "Fishermen of Haerim Island Land Big Catch of Mackerel",
    (
        "Pyongyang, September 18 (KCNA) -- Fishermen of Haerim Island landed 140 tons of mackerel on Tuesday.",
        "Part of it was dried for the keepers of the seed vault, who will spend the winter on the island. -0-",
    ),
)
