"""Notices of copyright that close a text, told from stories about copyright."""

from __future__ import annotations

import re

SENTENCE_END = re.compile(r"[.。!?！？\"”’'」』)\]）…]\s*$")
# `저작권자(c) 연합뉴스, 무단 전재-재배포 금지`, `【版权归韩联社所有，未经授权严禁转载…】`, `Copyright (c) Yonhap`
_COPYRIGHT = re.compile(
    r"(?:[<\[(【（〈＜]\s?)?(?:저작권자\s?(?:[(（ⓒ©]|연합)|版权归|版权所有|版權所有|著作権者"
    r"|(?i:copyright)\s?(?:[(（]\s?(?i:c)\s?[)）]|[ⓒ©]|\d{4})|[©ⓒ]\s?(?:\d{4}|(?i:copyright))"
    r"|[(（](?i:c)[)）]\s?(?i:yonhap|copyright|\d{4})|RIPRODUZIONE RISERVATA"
    r"|(?P<reserved>(?i:all rights reserved)|Все права защищены|جميع الحقوق محفوظة"
    r"|(?i:tous droits (?:de reproduction )?réservés)|(?i:todos los derechos reservados|todos os direitos reservados)"
    r"|(?i:alle rechte vorbehalten|tutti i diritti riservati|tüm hakları saklıdır|wszelkie prawa zastrzeżone))"
    r"|(?P<unlicensed>무단\s?전재|未经授权|未經授權|無断転載|This material may not be ))"
)
# `All rights reserved for women, the minister said.`, `未经授权的人员不得入内，当局说。` are stories: such words are
# a notice only with a sign of copyright or a word of reuse in their sentence, or with a mere name and year behind them.
_NOTICE = re.compile(
    r"[©ⓒ]|[(（](?i:c)[)）]|(?i:copyright)|版权|版權|저작권|著作権|转载|轉載|复制|複製|转发|翻印|摘编|转用|転用|掲載|禁止|禁じ|厳禁"
    r"|재배포|재판매|복제|배포|금지|(?i:\b(?:reproduc|redistribut|republish|rebroadcast|rewrit|reproduir|reproduc))"
)
_NAME_AND_YEAR = re.compile(r"[\W_]*(?:[A-ZÀ-ÞА-ЯЁ0-9가-힣\u4e00-\u9fff][\w&.'’-]{0,40}(?:[\s,;|/()–—]{1,4}|$)){0,6}")
_NOTHING = re.compile(r"[\W_]*")
# `Copyright (c) law is older than film.`, `Copyright © laws, the court said` speak of the mark
_OF_THE_MARK = re.compile(r"\s(?!(?:by|all|the)\b)[a-z]{2,},?\s[a-z]")
# `Copyright 2021 was a good year for lawyers.`
_OF_A_YEAR = re.compile(r"\s(?:was|is|were|are|has|had|will|would|saw|brought)\s")
# What a story says and a notice never does; a Korean notice ends in a noun or in `-니다`.
_TOLD = re.compile(
    r"\b(?i:said|says|told|warned|announced|dijo|a dit|a déclaré|сказал|заявил|сообщил)"
    r"|(?:说|說|指出|称|稱)(?=[，。：,:”」]|$)|表示|述べ|話し|語っ|明らかにし|発表し|말했|밝혔|전했|설명했|주장했|[^니]다[.。\s\"”]*$|قال"
)
_CLAUSE_END = re.compile(r"[。！？]|[.!?](?=\s|$)")
_COPYRIGHT_LENGTH = 220
# `© 2019 Associated Press. All Rights Reserved. This material may not be published, broadcast, rewritten, …`
_WHOLE = re.compile(
    r"[(\[]?(?:[©ⓒ]|(?i:\(c\)|copyright(?: \(c\)| [©ⓒ])?))\s?(?:(?i:copyright) )?\d{4}\b"
    r"[^!?]{0,200}(?i:rights reserved|reproduc|redistribut)"
)
# `© Reuters`, `© AFP / Anna Berg`
_SIGN_AND_NAME = re.compile(r"[©ⓒ]\s?(?![a-z]{2})[^\W\d_][\w\s/|,&’'()-]{1,58}\.?$")
_WHOLE_LENGTH = 600


def cut_copyright(text: str) -> str:
    """Without a closing copyright line: the whole text, or what follows the last sentence."""
    if len(text) <= _WHOLE_LENGTH and (_WHOLE.match(text) or _SIGN_AND_NAME.match(text)):
        return ""
    for found in _COPYRIGHT.finditer(text, max(0, len(text) - _COPYRIGHT_LENGTH)):
        before = text[: found.start()].rstrip()
        if (not before or SENTENCE_END.search(before[-8:])) and _is_notice(found):
            return before
    return text


def _is_notice(found: re.Match[str]) -> bool:
    """Whether words that stories use as well are a notice of copyright here."""
    behind = found.string[found.end() :]
    if not (found["reserved"] or found["unlicensed"]):
        if found[0][-1:].isdecimal() and _OF_A_YEAR.match(behind):
            return False
        return not (_OF_THE_MARK.match(behind) and found[0].rstrip()[-1:] in ")）©ⓒ")
    if _TOLD.search(behind):
        return False
    end = _CLAUSE_END.search(behind)
    clause = behind[: end.start()] if end else behind
    bare = _NAME_AND_YEAR if found["reserved"] else _NOTHING
    return bool(_NOTICE.search(clause) or bare.fullmatch(clause))
