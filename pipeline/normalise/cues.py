"""The words that say what a name is in its sentence, language by language: who reports, and who is quoted.

A cue looks at what stands before a name (`left`, up to the name before it), behind it (`right`, up to the next) or
both; `far` ones look on to the end of the sentence, `wide` ones back beyond the name before.  The first cue of a script
that fits gives the name its role.  What may stand between a cue and the name is a loop over words that takes each word
once (`(?>…)`), so that its cost is in proportion.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

# What a name is in its sentence: `link` is quoted by another (citing X), `cited` is quoted (according to X),
# `conveyor` passes on what another said (quoted by X), `subject` reports itself (X reported).
Role = Literal["link", "cited", "conveyor", "subject"]
Script = Literal["latin", "cyrillic", "hangul", "han", "kana", "arabic"]


class Cue(NamedTuple):
    """Words that give a name its role; `left` ends at the name, `right` begins behind it."""

    role: Role
    left: re.Pattern[str] | None
    right: re.Pattern[str] | None
    far: bool = False
    wide: bool = False


def script_of(sentence: str) -> Script:
    """The script that the cues of a sentence are written in; Latin names stand in texts of every script."""
    for script, letters in _SCRIPTS:
        if letters.search(sentence):
            return script
    return "latin"


_SCRIPTS: tuple[tuple[Script, re.Pattern[str]], ...] = (
    ("hangul", re.compile("[가-힣]")),
    ("kana", re.compile("[\u3041-\u3096\u30a1-\u30fa]")),
    ("han", re.compile("[\u4e00-\u9fff]")),
    ("arabic", re.compile("[\u0621-\u064a]")),
    ("cyrillic", re.compile("[\u0430-\u044f]")),
)

# English.  What may stand between a cue and the name: `citing [a report by the state-run] Xinhua`.
_NOUN = (
    r"(?:news|newspapers?|agenc(?:y|ies)|dail(?:y|ies)|weekl(?:y|ies)|tabloids?|magazines?|broadcasters?"
    r"|television|TV|radio|channels?"
    r"|networks?|outlets?|wires?|services?|media|websites?|portals?|publications?)"
)
_FILL = (
    r"(?>(?:the|an?|its|their|his|her|state-run|state-owned|state|official|semi-official|local|public|national"
    r"|private|independent|influential"
    rf"|respected|business|financial|rival|fellow|both|{_NOUN}|reports?|articles?|stor(?:y|ies)|dispatch(?:es)?"
    rf"|commentary|editorial"
    r"|statements?|accounts?|figures|data|footage|interview|remarks|comments|letter|post|carried|published"
    r"|released|issued|broadcast"
    r"|and|by|from|of|in|on|with|to|[A-Z][\w.-]{1,20}(?:['’]s?)?|[\w-]{2,20}(?:-based|-language"
    r"|['’]s))\s+){0,8}[\"“‘«]?"
)
_DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z][a-z]{2,8}\.?\s\d{1,2}|today|yesterday)"
_SAID = (
    r"(?:reported|reports|said|says|wrote|writes|quoted|quotes|cited|cites|announced|carried|carries|disclosed"
    r"|revealed|reveals|claimed"
    r"|claims|stated|states|noted|notes|added|adds|informed|confirmed|confirms|published|publishes|broadcast|aired"
    r"|released|described"
    r"|reporting|commented|showed|shows|learned|learnt|understands|estimated|estimates|put|puts|argued|argues"
    r"|warned|called|urged|heard|saw|witnessed|counted|found|identified)"
)
_WHILE = (
    r"(?>\s+(?:also|earlier|later|has|have|had|first|previously|separately|meanwhile|then|in|an?|its|the|early"
    r"|late|report|dispatch|commentary|editorial|article"
    rf"|English-language|on|this|last|week|month|year|morning|evening|\w{{1,20}}ly|{_DAY})(?!\w),?){{0,6}}"
)
_ENGLISH: tuple[tuple[Role, str, str], ...] = (
    ("conveyor", r"\b(?i:(?:quoted(?:\s+as\s+saying)?|cited|carried|relayed|distributed|broadcast|aired|translated"
        r"|republished|picked\s+up)\s+by)\s+" + _FILL + "$", ""),
    ("link", r"\b(?i:citing|cites|cited|quoting|quotes|quoted|referring\s+to|with\s+reference\s+to"
        r"|attributing\s+\S{1,30}\s+to)\s+" + _FILL + "$", ""),
    ("cited", r"\b(?i:according\s+to|(?:as\s+)?per|(?:reported|published|released|said|written|confirmed|seen"
        r"|obtained|reviewed|viewed|reached"
              r"|contacted|interviewed|compiled|leaked|shown|monitored|unearthed)\s+(?:by|in|on)|tell(?:ing|s)?"
              r"|told|via|(?:confirmed|denied|described|explained)\s+(?:[^,.;]{1,60}\s)?to"
              r"|interview(?:ed)?\s+(?:with|by|to|on|for|published\s+in)"
              r"|(?:remarks?|comments?|statements?|e-?mail|message)\s+to|spok(?:e|en)\s+(?:to|with|on)"
              r"|speaking\s+(?:to|with|on)|(?:confirmed|said|denied|explained|admitted|disclosed)\s+to"
              r"|e-?mailed\s+to|report(?:s|ed|ing)\s+for|(?:appeared|appearing|appearance)\s+on|writing\s+(?:in"
              r"|for)|wrote\s+in|opinion\s+piece\s+(?:in|for)"
              r"|(?:reports?|dispatch(?:es)?|commentary|statement|editorial|article|story|op-ed|account|footage"
              r"|images|revelations?|findings|investigations?|poll|survey)\s+(?:by|from|of|in|on|carried\s+by"
              r"|published\s+(?:by|in|on)|broadcast\s+(?:by|on)|aired\s+(?:by|on)))\s+"
              + _FILL + "$", ""),
    ("cited", r"\b(?i:according\s+to|based\s+on)\s+(?:[^\s,.;:]{1,24}\s+){1,9}?(?:by|in|from|via|on"
        r"|told)\s+(?:the\s+)?[\"“]?$", ""),
    ("cited", r"\b(?i:said|explained|recalled|insisted|complained|admitted|recounted|stressed|lamented|joked"
        r"|argued|added)\s+(?:[^\s,.;:]{1,24}\s+){0,6}?to\s+" + _FILL + "$", r"^[\"”’»]?(?:[,.;:]|\s+(?:on|in|by"
        r"|last|this|from|that|\w{3,6}day)\b|\s*$)"),
    ("subject", "", r"^[\"”’»]?(?:\s+" + _NOUN + r")?(?:['’]s?)?\s+(?:review|analysis|investigation|tally|count"
        r"|poll|survey|report|dispatch)\b[^,.;]{0,80}?\s(?:found|showed?s?|revealed|identified|said|says|put)\b"),
    ("cited", r"\b(?i:(?:an?|the|its|latest)\s+)" + _FILL + "$", r"^\s+(?:news\s+|agency\s+)?(?:report|dispatch"
        r"|commentary|editorial|story|analysis|tally|count|investigation)\s+(?:said|says|that|published|carried"
        r"|citing|quoting|released|on)\b"),
    ("subject", r"[,\"”’]\s+(?:as\s+)?(?:reports|reported|writes|wrote|says|said|notes|noted|reveals|claims"
        r"|adds)\s+" + _FILL + "$", r"^[\"”’»]?(?:\s?[(（][^()]{1,24}[)）])?(?:[.,;\"”]|\s+(?:on|in|\w{3,6}day)\b"
        r"|\s*$)"),
    ("subject", "", r"^[\"”’»]?(?:\s?[(（][^()]{1,24}[)）])?(?:\s+" + _NOUN +
        r"){0,3}(?:['’]s?\s+(?:[A-Z]?\w+\s+){0,2})?(?:\s?(?:correspondents?|reporters?|journalists?|editors?"
        r"|teams?|anchors?|website|service|bureau|edition|poll|survey|tally)(?:\s+(?:in|at"
        r"|on)\s+(?:[\w-]{2,20}\s?){1,3}?|\s+there)?)?[\"”’]?"
                    r"(?:,\s+[^,.;]{1,90},|,)?" + _WHILE + rf"\s+(?:{_SAID}\b|citing\b|quoting\b|as\s+(?:saying"
                        rf"|reporting))"),
    ("subject", "", r"^\s[^.;:\"“”]{1,110},\s(?:citing|quoting)\s"),
)  # fmt: skip

_HOUSE_ES = (
    r"(?:agencias?|diarios?|periódicos?|rotativos?|revistas?|semanarios?|cadenas?|canal|portal|emisora"
    r"|televisión|radio|web|medio)"
)
_FILL_ES = (
    r"(?>(?:el|la|los|las|al?|del?|un|una|su|lo|que|reportes|informes|información|notas?|fuentes|publicad[oa]s?"
    r"|difundid[oa]s?|agencias?|diarios?|periódicos?|rotativos?|revistas?|semanarios?|cadenas?|canal(?:es)?"
    r"|portal(?:es)?|televisión|radio|televisiva|emisora|medios?|web|estatal|oficial|local|pública|público"
    r"|noticias|prensa|informe|reporte|despacho"
    r"|por|en|este|hoy|ayer|lunes|martes|miércoles|jueves|viernes|sábado|domingo|\w{1,20}(?:an[oa]s?|es[ae]?s?"
    r"|eñ[oa]s?|in[oa]s?|ol[ae]?s?|[iu]s[oa]s?|ic[oa]s?)|[A-ZÁÉÍÓÚÑ][\wáéíóúñ.-]{1,20})\s+){0,7}"
    + rf"(?:{_HOUSE_ES}\s+(?:[a-záéíóúñ-]{{2,20}}\s+){{0,4}})?"
    + r"[\"“«'‘]?"
)
_SAID_ES = (
    r"(?:(?:inform|report|public|señal|indic|precis|asegur|afirm|adelant|revel|consign|detall|apunt|cit|anunci"
    r"|destac|confirm|mostr|muestr|cont|cuent"
    r"|titul|agreg|explic|divulg|relat|comunic|denunci|inform|subray|coment|estim|avanz|filtr|declar)(?:ó|a|an"
    r"|aron|aba|aban|ando|ado)"
    r"|(?:difund|recog|escrib|añad|transmit|sosten|suger|advert)(?:ió|e|en|ieron)|dij(?:o|eron)|dice|dicen|sostuvo"
    r"|sostuvieron|emitió|emitieron|recoge|recogen|da\s+cuenta|dio\s+cuenta|dio\s+a\s+conocer|dieron\s+a\s+conocer)"
)
_SPANISH: tuple[tuple[Role, str, str], ...] = (
    ("conveyor", r"\b(?i:citad[oa]s?|recogid[oa]s?|difundid[oa]s?|reproducid[oa]s?)\s+por\s+" + _FILL_ES + "$", ""),
    ("link", r"\b(?i:citando|(?:que\s+)?cit[óa]|citan|con\s+base\s+en|en\s+referencia\s+a|remitiéndose\s+a)\s+"
        + _FILL_ES + "$", ""),
    ("cited", rf"\b(?i:según(?:\s+(?:lo\s+que\s+)?(?:(?:ha|han|había)\s+)?(?:{_SAID_ES}|pudo\s+\w{{4,12}}"
        rf"|podido\s+\w{{4,12}}|supo|constató|comprobó))?|de\s+acuerdo\s+(?:con|a)|conforme\s+a"
        rf"|consultad[oa]s?\s+por|publicad[oa]s?\s+(?:por|en)|revelad[oa]s?\s+por|obtenid[oa]s?\s+por"
              r"|(?:declaraciones|declaración|entrevista|entrevistad[oa]|comentarios|respuesta"
              r"|conversación)(?:\s+\w+){0,2}?\s+(?:a|al|con|por|en|para)|información\s+de)\s+" + _FILL_ES + "$", ""),
    ("cited", r"\b(?i:según|de\s+acuerdo\s+(?:con|a))\s+(?:[^\s,.;:]{1,24}\s+){1,8}?(?:por|en|a)\s+(?:el|la|los"
        r"|las)?\s?[\"“«]?$", ""),
    ("cited", r"\b(?i:inform(?:ó|aron)|dij[oe](?:ron)?|declar[óa](?:ron)?"
              r"|afirm(?:ó|aron)|asegur(?:ó|aron)|señal(?:ó|aron)"
        r"|confirm(?:ó|aron)|explic(?:ó|aron)|indic(?:ó|aron)|coment(?:ó|aron)|revel(?:ó|aron)|cont(?:ó|aron)"
        r"|relat(?:ó|aron)|precis(?:ó|aron)|detall(?:ó|aron)|lament(?:ó|aron)|reconoc(?:ió|ieron)|admit(?:ió"
        r"|ieron)|insist(?:ió|ieron)|advirt(?:ió|ieron)|denunci(?:ó|aron)|record(?:ó|aron)|subray(?:ó|aron)"
        r"|respond(?:ió|ieron)|manifest(?:ó|aron)|expres(?:ó|aron)|adelant(?:ó|aron)|avanz(?:ó|aron))"
              r"(?:\s+(?:hoy|ayer|este\s+\w+|el\s+\w+))?\s+(?:a|al|en)\s+" + _FILL_ES + "$", ""),
    ("subject", rf"(?:^|[\s,]){_SAID_ES}\s+" + _FILL_ES + "$", r"^[\"”»']?(?:[,.;]|\s+(?:el|este|en|que|tras|sobre"
        r"|con|hoy|ayer|y|e)\b|\s*$)"),
    ("subject", "", r"^[\"”»']?(?:\s?\([^()]{1,24}\))?(?:,\s+[^,.;]{1,90},)?(?:,(?=\s+(?:que\s+cit|citando)))?"
                    rf"(?>\s+(?:que|ya|también|hoy|ayer|este|el|lunes|martes|miércoles|jueves|viernes|sábado"
                    rf"|domingo|ha|había|se|lo|por|su|parte|en"
                    rf"|\w{{1,20}}mente)(?!\w),?){{0,5}}\s*(?<=[\s]){_SAID_ES}\b"),
    ("subject", "", r"^\s[^.;:\"“”]{1,110},\s(?:citando|que\s+cita)\s"),
)  # fmt: skip

_HOUSE_FR = (
    r"(?:agences?|quotidiens?|journal|journaux|hebdomadaires?|magazines?|chaînes?|sites?|radios?"
    r"|télévision|médias?)"
)
_FILL_FR = (
    r"(?>(?:(?:l[ea]s?|un|une|du|des?|au|aux|à|par|sur|dans|son|sa|ses|nos|leurs?|ce|cette|dépêches?|rapports?"
    r"|articles?|enquêtes?|sources?|colonnes|confrères|informations|recueillies|quotidiens?|journa(?:l|ux)"
    r"|hebdomadaires?|magazines?|chaînes?|agences?|sites?|radios?|télévision"
    r"|médias?|presse|officielle?|publi(?:que|c)|locale?|d'information|d’information|d'État|d’État|étatique"
    r"|économique|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|notamment|[\w-]{2,20}(?:aise?s?"
    r"|[ié]enn?e?s?|ains?e?s?|oise?s?|ines?|agnole?s?|ande?s?|iques?)|[A-ZÀÉÈ][\w.-]{1,20})\s+)"
    r"|[ldLD]['’](?:agence\s+|antenne\s+de\s+|hebdomadaire\s+)?){0,8}"
    + rf"(?:{_HOUSE_FR}\s+(?:[a-zà-ÿ'’-]{{2,20}}\s+){{0,4}})?(?:(?<=agence\s)(?:[a-zà-ÿ'’-]{{2,20}}\s+){{1,3}})?"
    + r"[«\"“]?\s?"
)
_VERB_FR = (
    "(?:rapport|indiqu|annonç|annonc|affirm|précis|révèl|révél|publi|cit|assur|évoqu|relai|relay|diffus|expliqu"
    "|soulign|estim|confirm|dévoil|signal|montr|déclar|titr"
    "|racont|avanc|ajout|détaill|not|rappel|résum|consacr|constat|relat)"
)
_SAID_FR = (
    rf"(?:(?:a|ont|avait|avaient)\s+(?:également\s+|aussi\s+|d'abord\s+)?(?:{_VERB_FR}é|écrit|dit|appris"
    rf"|fait\s+état|fait\s+savoir)|{_VERB_FR}(?:e|ent|ait|aient|ant)\b"
    r"|écrit|écrivent|écrivait|dit|fait\s+état|font\s+état|croit\s+savoir)"
)
_FRENCH: tuple[tuple[Role, str, str], ...] = (
    ("conveyor", r"\b(?i:cité|citée|cités|citées|relayé|relayée|repris|reprise|diffusé|diffusée)s?\s+par\s+"
        + _FILL_FR + "$", ""),
    ("link", r"\b(?i:citant|(?:qui\s+)?cite|sur\s+la\s+foi\s+de|en\s+référence\s+à|se\s+référant\s+à)\s+"
        + _FILL_FR + "$", ""),
    ("cited", r"\b(?i:selon|d['’]après|à\s+en\s+croire|dans\s+les\s+colonnes|(?:joint|jointe|interrogé|interrogée"
        r"|interrogés|contacté|contactée|consulté|consultée|rapporté|rapportée|publié|publiée|révélé|révélée"
        r"|obtenu|obtenue|interviewé|interviewée)s?\s+(?:\w+\s+){0,2}?(?:par|sur|dans)"
              r"|au\s+micro|(?:invité|invitée)\s+(?:de|du|sur)|(?:entretien|interview|déclaration|déclarations"
              r"|tribune)\s+(?:\w+\s+){0,2}?(?:à|au|avec|dans|sur|par)|informations?\s+(?:de|du)"
              r"|sur\s+l['’]antenne|auprès\s+de|contacté\s+par)\s+" + _FILL_FR + "$", ""),
    ("cited", r"\b(?i:selon|d['’]après)\s+(?:[^\s,.;:]{1,24}\s+){1,8}?(?:par|dans|à|au)\s+(?:l['’]"
        r"|l[ae]\s+)?(?:agence\s+)?[«\"“]?\s?$", ""),
    ("cited", r"\b(?i:(?:déplore|explique|confie|raconte|témoigne|assure|précise|affirme|indique|déclare|regrette"
        r"|reconnu|insisté|dénoncé|rappelé|souligné|lancé|glissé|regretté|déploré|déclaré|dit|indiqué|affirmé"
        r"|confié|expliqué|précisé|raconté|assuré|confirmé|confirmée|annoncé|répondu|réagi|témoigné|détaillé"
        r"|estimé))\s+(?:[^\s,.;]{1,20}\s+){0,5}?(?:à|au|sur|auprès\s+de|auprès|dans\s+les\s+colonnes"
        r"|au\s+micro)\s+(?:d['’]|de\s+|du\s+)?" + _FILL_FR + "$", ""),
    ("subject", rf"(?:^|[\s,]){_SAID_FR}\s+" + _FILL_FR + "$", r"^\s?[\"”»]?(?:[,.;]|\s+(?:l[ea]|ce|dans|qui|lundi"
        r"|mardi|mercredi|jeudi|vendredi|samedi|dimanche|et|auprès|de|mardi)\b|\s*$)"),
    ("subject", "", r"^\s?[\"”»]?(?:\s?\([^()]{1,24}\))?(?:,\s+[^,.;]{1,90},)?(?:,(?=\s+(?:qui\s+cit|citant)))?"
                    rf"(?>\s+(?:qui|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|également|aussi|pour"
                    rf"|part|sa|sur|la|foi)(?!\w),?){{0,3}}(?:,\s+[^,.;]{{1,60}},)?\s*(?<=\s){_SAID_FR}\b"),
    ("subject", "", r"^\s[^.;:\"“”«»]{1,110},\s(?:citant|qui\s+cite)\s"),
)  # fmt: skip

_FILL_DE = (
    r"(?>(?:de[rmns]|das|die|eine[rmns]?|von|vom|in|im|amtlichen?|staatlichen?|staatsnahen?|halbamtlichen?"
    r"|öffentlich-rechtlichen?|örtlichen?|(?:Nachrichten)?[Aa]gentur(?:en)?|(?:Tages|Wochen|Sonntags"
    r"|Boulevard)?[Zz]eitung(?:en)?|Blatts?|(?:Nachrichten)?[Mm]agazins?"
    r"|Nachrichtenportal|Portal|Fernseh(?:en|sender[sn]?)|(?:Nachrichten|Radio)?[Ss]ender[sn]?|Rundfunk"
    r"|Berichte?n?s?|Meldung(?:en)?|Informationen|Angaben|Dienst(?:en)?|am|Montag|Dienstag|Mittwoch|Donnerstag"
    r"|Freitag|Samstag|Sonntag"
    r"|[a-zäöü]{3,20}(?:ische[nrms]?|ischen|sche[nrms]?)|[A-ZÄÖÜ][\wäöüß.-]{1,20}er)\s+){0,6}[\"„“«»‚'›]?"
)
_SAID_DE = (
    r"(?:(?:melde|berichte|zitier|bestätig|dokumentier|titel|kommentier|enthüll|veröffentlich|verkünde|zeig|sende"
    r"|teil|sag|erklär|nenn|ergänz|verbreite|strahl|beton|behaupte)(?:e?te?n?|e?n|e)\b"
    r"|schreib(?:t|en)|schrieb(?:en)?|erfuhr(?:en)?|erfahren|zufolge|nannte)"
)
_GERMAN: tuple[tuple[Role, str, str], ...] = (
    ("link", r"\b(?i:unter\s+(?:Berufung|Verweis|Bezug|Hinweis)\s+auf|berief\s+sich\s+(?:dabei\s+)?auf"
        r"|beruft\s+sich\s+auf|mit\s+Verweis\s+auf)\s+" + _FILL_DE + "$", ""),
    ("conveyor", r"\b(?i:zitiert|verbreitet|übernommen)\s+von\s+" + _FILL_DE + "$", ""),
    ("cited", r"\b(?i:laut|gegenüber|nach\s+(?:Angaben|Informationen|Berichten|Darstellung|Recherchen)(?:\s+(?:von"
        r"|der|des))?|(?:auf\s+Anfrage|im\s+Gespräch|Interview|Interviews)(?:\s+mit)?|zugespielt\s+wurde"
        r"|vorliegt)\s+" + _FILL_DE + "$", ""),
    ("cited", r"\b(?i:(?:Bericht(?:en)?|Meldung(?:en)?|Informationen|Angaben|Recherchen)\s+(?:von|der|des|in|im"
        r"|aus))\s+" + _FILL_DE + "$", ""),
    ("cited", r"\b(?:sagte|erklärte|erzählte|bestätigte|verriet|betonte|versicherte|berichtete|schilderte|sagten"
        r"|bestätigten|beklagte|kritisierte)\s+(?:[^\s,.;]{1,24}\s+){0,6}?(?:de[mrn])\s+" + _FILL_DE + "$", ""),
    ("cited", r"\b(?:hat|hatte|habe|haben)\s+(?:[^\s,.;]{1,24}\s+){0,4}?(?:de[mr])\s+" + _FILL_DE + "$",
        r"^[\"”“«»]?\s(?:[^\s.;]{1,24}\s){0,5}?(?:gesagt|erzählt|erklärt|bestätigt|berichtet|geschildert|verraten"
        r"|mitgeteilt)\b"),
    ("cited", r"\b(?i:laut|nach\s+(?:Daten|Zahlen|Erhebungen|Berechnungen"
        r"|Umfragen))\s+(?:[^\s,.;:]{1,24}\s+){0,7}?(?:von|bei|in|im|aus|durch)\s+(?:de[rmns]\s+)?[\"„“«»]?$", ""),
    ("cited", r"\b(?:sagte|erzählte|erklärte|bestätigte|berichtete|verriet|beklagte|betonte"
        r"|schilderte)n?\s+(?:[^\s,.;:]{1,24}\s+){0,6}?(?:de[mrn]\s+)?[\"„“«»]?$", r"^[\"”“«»]?(?:[,.:;]|\s(?:am"
        r"|in|auf|zu|dazu|im|weiter|per)\b|\s*$)"),
    ("cited", r"\b[Nn]ach\s+[\"„“«»]?$", r"^[\"”“«»]?-(?:Informationen|Angaben|Recherchen|Bericht)"),
    ("cited", r"\b(?i:im|einem|laut(?:\s+einem)?|eines|dem)\s+[\"„“«»]?$", r"^[\"”“«»]?-(?:Interview|Gespräch"
        r"|Bericht)"),
    ("cited", r"\bheißt\s+es\s+(?:bei|in|im|auf)\s+" + _FILL_DE + "$", ""),
    ("cited", r"\b[Ii](?:m|n\s+der)\s+" + _FILL_DE + "$", r"^[\"”“«»]?\s+(?:[a-zäöüß]{3,15}te|schloss|wies|rief"
        r"|warf|sprach|gab)\b"),
    ("subject", rf"(?:^|[\s,])(?:{_SAID_DE}|hatten?|so|[Ww]ie)\s+" + _FILL_DE + "$",
        r"^[\"”“«»‘'‹]?(?:\s?\([^()]{1,30}\))?(?:[.,;]|$|\s+(?:darüber\s+|zuvor\s+|zuerst\s+|am\s+\w{5,11}\s+"
        r"|unter\s+[^,.;]{1,60}\s+)?" + _SAID_DE + r"\b|\s+(?:de[nmr]|das|die|am|unter|in|im|über|aus|von)\b"
        r"|\s+[A-ZÄÖÜ])"),
    ("subject", "", r"^[\"”“«»‘'‹]?(?:-\w{3,20})?(?:\s?\([^()]{1,30}\))?(?:,\s+[^,.;]{1,90},)?(?:\s+(?:hat|hatte"
        r"|am|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|zuvor|zuerst|darüber|auch)){0,4}"
                    rf"\s+{_SAID_DE}\b"),
    ("subject", "", r"^\s[^.;:\"“”„«»]{1,110}\sunter\s(?:Berufung|Verweis)\sauf\s"),
)  # fmt: skip

_FILL_IT = (
    r"(?>(?:i|il|lo|la|le|gli|un|una|agli?|alla|allo|al|ai|del|dei|della|dello|dal|dalla|dalle|sul|sulla|nel|nella|di|da|a"
    r"|agenzi[ae]|stampa|quotidian[oi]|giornal[ei]|settimanale|emittente|rete|tv|televisione|radio|canale|sito|portale"
    r"|testata|statale|ufficiale|pubblic[ao]|locale|notizie|fonti|[a-zàèéìòù]{2,16}(?:es[ei]|an[ao]|in[ao]|ic[ao]|ol[ao]))\s+"
    r"|(?:[lL]|dell|all|dall|sull|nell)['’]){0,7}[«\"“]?"
)
_VERB_IT = r"(?:riferi|riporta|annuncia|afferma|precisa|rivela|pubblica|segnala|comunica|anticipa|conferma|sottolinea)"
_SAID_IT = (
    rf"(?:(?:ha|hanno|aveva)\s+(?:anche\s+)?(?:{_VERB_IT}to|scritto|detto|reso\s+noto|fatto\s+sapere)"
    rf"|riferi(?:sce|scono|va)|{_VERB_IT}(?:no)?|scriv(?:e|ono)|sostien(?:e|gono)|rende\s+noto|fa\s+sapere|informa)"
)
_ITALIAN: tuple[tuple[Role, str, str], ...] = (
    ("conveyor", r"\b(?i:citat[oaie]|ripres[oaie]|rilanciat[oaie])\s+d(?:a|al|alla|all['’])\s*" + _FILL_IT + "$", ""),
    ("link", r"\b(?i:citando)\s+" + _FILL_IT + "$", ""),
    # `il secondo della Reuters` is the second one.
    ("cited", rf"(?<!\bil\s)(?<!\bun\s)(?<!\bal\s)(?<!\bdel\s)\b"
              rf"(?i:secondo(?:\s+quanto\s+{_SAID_IT}(?:to)?(?:\s+d\w{{1,3}})?)?"
              rf"|stando\s+a(?:lla|ll['’])?)\s*" + _FILL_IT + "$", ""),
    ("cited", r"\b(?i:intervist\w{1,3}|dichiarazion[ei]|detto|dichiarato|spiegato|confermato|raccontato|affermato)\s+"
              r"(?:\w{1,16}\s+){0,2}?(?:all?a?o?\s+|all['’]|con\s+|d(?:al|alla|all['’])\s*)" + _FILL_IT + "$", ""),
    ("subject", rf"(?:^|[\s,])(?i:{_SAID_IT})\s+" + _FILL_IT + "$",
        r"^[\"”»]?(?:[,.;]|\s+(?:che|il|la|oggi|ieri|citando|su|in|e)\b|\s*$)"),
    ("subject", "", rf"^[\"”»]?(?:\s?\([^()]{{1,24}}\))?(?:,\s+[^,.;]{{1,90}},)?\s+{_SAID_IT}"
                    r"(?=,?\s(?:che|citando|oggi|ieri)\b)"),
)  # fmt: skip

_FILL_PT = (
    r"(?>(?:os?|as?|aos?|às?|d[oae]s?|n[oa]s?|pel[oa]s?|em|uma?|agências?|jorna(?:l|is)|diários?|semanários?|revistas?"
    r"|emissoras?|televisão|rádio|cana(?:l|is)|porta(?:l|is)|site|notícias?|fontes?|imprensa|estata(?:l|is)|oficia(?:l|is)"
    r"|loca(?:l|is)|públic[oa]s?|[a-záâãçéêíóôõú]{2,16}(?:es[ae]s?|ês|an[oa]s?|in[oa]s?|ic[oa]s?|eir[oa]s?))\s+){0,7}[«\"“]?"
)
_SAID_PT = (
    r"(?:(?:inform|notici|report|public|afirm|adiant|avanç|revel|anunci|confirm|indic|divulg|relat|cit)(?:ou|aram)"
    r"|(?:refer|escrev)(?:iu|eu|iram|eram)|disse(?:ram)?|refere|avança|adianta|noticia|informa|escreve|revela|diz)"
)
_PORTUGUESE: tuple[tuple[Role, str, str], ...] = (
    ("conveyor", r"\b(?i:citad[oa]s?|divulgad[oa]s?)\s+pel[oa]\s+" + _FILL_PT + "$", ""),
    ("link", r"\b(?i:citando|que\s+cita)\s+[oa]\s+" + _FILL_PT + "$", ""),
    # `o segundo a chegar` is the second one.
    ("cited", r"(?<!\bo\s)(?<!\bel\s)(?<!\bum\s)\b(?i:segundo|conforme)\s+(?:(?:notícias|fontes?)\s+d)?[oa]\s+"
              + _FILL_PT + "$", ""),
    ("cited", r"\b(?i:de\s+acordo\s+com|declarações|entrevista|entrevistad[oa])\s+(?:[oa]|ao|à|pel[oa])\s+"
              + _FILL_PT + "$", ""),
    ("cited", r"\b(?i:disse(?:ram)?|afirmou|explicou|contou|confirmou|adiantou|indicou|referiu|revelou|declarou)\s+"
              r"(?:\w{1,16}\s+)?(?:ao|à)\s+" + _FILL_PT + "$", ""),
    ("subject", rf"(?:^|[\s,])(?i:{_SAID_PT})\s+(?:hoje\s+|ontem\s+)?[oa]\s+" + _FILL_PT + "$",
        r"^[\"”»]?(?:[,.;]|\s+(?:que|o|a|em|nesta|hoje|ontem|citando|e)\b|\s*$)"),
    ("subject", "", rf"^[\"”»]?(?:\s?\([^()]{{1,24}}\))?(?:,\s+[^,.;]{{1,90}},)?\s+{_SAID_PT}"
                    r"(?=,?\s(?:que|citando|hoje|ontem|o|a|n[oa])\b)"),
)  # fmt: skip

# Turkish sets its cases behind an apostrophe: `Reuters'ın haberine göre`, `Interfax'a dayandırdığı`.
_OF_TR, _TO_TR = r"['’]?n?[ıiuü]n\s", r"['’]?[yn]?[ea]\s"
_HOUSE_TR = r"(?:\s(?:haber\s)?ajans[ıi]|\sgazetesi|\stelevizyonu|\skanalı)?"
_TURKISH: tuple[tuple[Role, str, str], ...] = (
    ("link", "", rf"^{_HOUSE_TR}{_TO_TR}(?:dayan(?:dır|arak)|atıf)"),
    ("link", "", rf"^{_HOUSE_TR}['’]?[yn]?[ıiuü]\skaynak\sgöster"),
    ("cited", "", rf"^{_HOUSE_TR}{_OF_TR}(?:[^\s.,;]{{1,20}}\s){{0,2}}?"
                  r"(?:haber(?:ler)?ine|aktardığına|bildirdiğine|yazdığına|duyurduğuna|iddiasına|geçtiği\shabere)\sgöre"),
    ("cited", "", rf"^{_HOUSE_TR}{_TO_TR}(?:göre\b|yaptığı\saçıklama|verdiği\s(?:röportaj|mülakat|demeç|bilgi)"
                  r"|konuş(?:an|tu)|açıklama(?:larda)?\s(?:yap|bulun)|demeç\sver)"),
)  # fmt: skip
_TURKISH_FAR: tuple[tuple[Role, str, str], ...] = (
    ("subject", "", rf"^{_HOUSE_TR}{_OF_TR}[^.;]{{0,120}}?\b(?:dayandırdığı|haberinde)\b"),
    # With its comma alone: `Anadolu Ajansı Genel Müdürü … belirtti` is what its director said.
    ("subject", "", rf"^{_HOUSE_TR}(?:\s\([^()]{{1,24}}\))?,\s[^.;]{{0,240}}?"
                    r"\b(?:bildirdi|duyurdu|aktardı|yazdı|dayandırdı|öne\ssürdü|iddia\setti|haber(?:ini)?\s(?:verdi|geçti))\b"),
)  # fmt: skip

_FILL_RU = (
    r"(?>[а-яё-]{2,24}(?:ое|ого|ому|ом|ий|ый|ая|ой|ую|ым|им|ые|ых|ею|ей)\s+){0,4}"
    r"(?>(?:информ|теле|радио|медиа|телеграм-|интернет-|Telegram-)?(?:агентств|газет|канал|издани|компани|станци"
    r"|журнал|портал|сайт|еженедельник|таблоид|СМИ|источник|собеседник|опрошенн|корреспондент|эфир|интервью"
    r"|материал|сообщени|публикаци|стать|репортаж|страниц|службы|служб)[а-я]{0,4}\s+){0,3}(?:The\s)?[«\"„]?(?:The\s)?$"
)
_SAID_RU = (
    r"(?:(?:сообщ|переда|отме[тч]|информиру|информирова|утвержда|утверди|публику|опублик|цитиру|цитирова|привод"
    r"|приве|уточн|указ|рассказ|подч[её]рк|подтвер|напомина|напомни|показ|выясн"
    r"|узна|заяв|добав|поясн|раскры|обнарод|написа|объясн|переда[её]|расска|конкретизир)[а-яё]{0,8}?(?:ет|ют|ит|ят"
    r"|ёт|л[аои]?)(?![а-яё])|пишет|пишут|писал[аи]?|прив[её]л[аи]?)"
)
# `«Известия» отмечают юбилей`
_NO_FEAST_RU = (
    r"(?!\s+(?:сво[йюё]\s+|\d{1,3}-?\w{0,3}\s+)?"
    r"(?:юбиле|день\s+рождения|праздник|годовщин|новоселье|\d{0,3}-?лети)|\s+\d{1,3}\s+лет)"
)
_RUSSIAN: tuple[tuple[Role, str, str], ...] = (
    ("link", rf"(?i:со\s+ссылкой\s+на|ссылаясь\s+на|сославшись\s+на|цитируя|цитирует(?:\s+[а-яё]{{4,20}})?"
        rf"|ссылается\s+на|с\s+отсылкой\s+к)\s+{_FILL_RU}", ""),
    ("cited", rf"(?i:по\s+(?:данным|информации|сообщени[юя]м?|сведениям|версии|подсч[её]там|оценк[еам]{{1,3}}"
        rf"|словам)|согласно|(?:как\s+)?стало\s+известно|(?:рассказал|заявил|сообщил"
        rf"|подтвердил)[аи]?\s+(?:[^\s,.]{1,20}\s+)?корреспонденту"
              rf"|в\s+(?:интервью|эфире|комментарии|разговоре\s+с|беседе\s+с|материале|публикации|статье|репортаже"
              rf"|сообщении)|(?:рассказал|заявил|сообщил|подтвердил|пояснил|сказал|объяснил|уточнил|признал"
              rf"|сообщал)[аи]?(?:\s+журналистам,\s+в\s+том\s+числе)?(?:\s+в\s+(?:интервью|комментарии|беседе\s+с"
              rf"|эфире))?)\s+{_FILL_RU}", ""),
    ("subject", rf"(?i:{_SAID_RU})\s+(?:об\s+этом\s+|(?:(?:его|её|ее|их)\s+)?слова\s+"
                rf"|в\s+\S{{1,30}}\s+)?{_FILL_RU}", ""),
    ("subject", "", r"^[»\"”]?\s?(?:\([^()]{1,24}\)\s?)?(?:,\s+(?!со\s)[^,.;]{1,90},)?(?:,?\s?(?:ранее|также"
        r"|накануне|в\s+\S{1,30}|в\s+свою\s+очередь"
                    rf"|со\s+ссылкой\s+на\s+\S{{1,40}}(?:\s\S{{1,40}})?)\s?)?,?\s+(?i:{_SAID_RU})\b{_NO_FEAST_RU}"),
    ("subject", "", r"^[»\"”]?,?\s+(?:со\s+ссылкой\s+на|ссылаясь\s+на)\b"),
    ("subject", "", r"^[»\"”]?\s[^.;:\"«»]{1,110},?\s(?:со\sссылкой\sна|ссылаясь\sна)\s"),
)  # fmt: skip

_NOUN_KO = (
    r"(?:\s?[(（][^()（）]{1,24}[)）])?(?:\s?(?:통신사|통신|신문|방송|보도|기사|인터넷판|온라인판|홈페이지|사설|논평))?"
    r"(?:\s?등)?(?:\s?(?:외신|언론|매체|주요\s언론|현지\s언론|현지\s매체|일본\s언론)(?:들)?)?"
)
_SAID_KO = (
    "(?:보도했|보도하|보도한|보도됐|전했|전한|밝혔|타전|인용|주장했|알렸|지적했|비판했|촉구했|평가했|분석했|소개했|공개했|공개한|게재|썼다|논평했|덧붙였|설명했"
    "|확인했|방영|방송했|폭로|내다봤|추산|집계|강조했|꼬집|진단했|풀이했|입수한|입수했|적었|표현했|꼽았|라고 했)"
)
_KOREAN: tuple[tuple[Role, str, str], ...] = (
    ("link", "", rf"^{_NOUN_KO}(?:의\s?보도)?\s?(?:을|를)\s?인용"),
    ("cited", "", rf"^{_NOUN_KO}(?:의|에|이|가)?\s?(?:보도|기사|집계|전언)?(?:에|한\s바에)?\s?(?:따르면|의하면)"),
    ("cited", "", rf"^{_NOUN_KO}(?:과|와)(?:의|\s?가진)?\s?(?:\S{{1,12}}\s){{0,2}}?(?:인터뷰|통화|회견)"),
    ("cited", "", rf"^{_NOUN_KO}(?:\s?(?:기고문?|칼럼|사설|단독|보도|인터뷰)(?:에서|을\s통해|를\s통해)"
                  r"|(?:을|를)\s통해)"),
    ("cited", "", rf"^{_NOUN_KO}(?:에|에게)\s(?:출연|보낸|기고|실린|게재)"),
)  # fmt: skip
_KOREAN_FAR: tuple[tuple[Role, str, str], ...] = (
    (
        "cited",
        "",
        rf"^{_NOUN_KO}(?:에|에게)\s.{{0,120}}?"
        r"(?:말했|밝혔|전했|설명했|답했|털어놨|인정했|주장했|귀띔했|반박했|확인했)",
    ),
    ("subject", "", rf"^{_NOUN_KO}(?:은|는|이|가|도|측은)\s.{{0,320}}?{_SAID_KO}"),
)

_NOUN_ZH = (
    r"(?:\s?[（(][^（）()]{1,24}[)）])?[》」』\"”]?"
    r"(?:通讯社|通訊社|电视台|电台|網站|网站|客户端|新闻客户端|记者|記者|中文网|频道|周刊|杂志|日报|报|社)?"
)
_WHEN_ZH = (
    r"(?:的?(?:一?[篇则份])?(?=(?:报道|文章|评论|社论|分析)(?:称|说|指出|认为|援引))|(?:当地时间|当时间|本月|上月|今天|今日|当天|昨天|昨日|日前|此前|近日|周[一二三四五六日]"
    r"|星期[一二三四五六日]|\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:凌晨|早间|上午|下午|晚间|晚)?"
    r"(?:在\S{1,8}中|最早|首先|率先|也|则|还|就此|网站|独家)?)"
)
_SAID_ZH = (
    r"(?:报道|報道|報導|消息|电讯|电文|电(?=[，,。])|電(?=[，,。])|援引|引述|引用|转引|称|稱|指出|评论|評論|公布|公佈|披露|揭露|透露|证实|證實|发表|發表|刊文|刊发|刊登|刊載"
    r"|撰文|写道|播放|播出|播报"
    r"|说|說|认为|認為|分析|预测|统计|爆料|获悉|发布|表示|以[^，。]{2,30}为题|看到|目击|注意到|在(?:现场|当地)看到|文章称|社论称|调查显示|统计显示|數據顯示)"
)
_GAP_ZH = r"[^\s，。：；、“”]{0,10}[《「『]?$"
_CHINESE: tuple[tuple[Role, str, str], ...] = (
    ("link", r"(?:援引|引述|引用|转引|轉引|引)" + _GAP_ZH, ""),
    ("cited", r"(?:(?<![证数依占收票论])(?:根)?据|(?<![證數依佔收票論])(?:根)?據)" + _GAP_ZH, ""),
    ("cited", r"(?:接受|做客)" + _GAP_ZH, rf"^{_NOUN_ZH}\S{{0,8}}?(?:时|節目|节目|采访|专访|訪問|採訪|專訪|访问|访谈)"),
    ("cited", r"(?:对|對|向|告诉|告訴)" + _GAP_ZH,
              rf"^{_NOUN_ZH}(?:表示|说|說|透露|称|稱|指出|证实|證實|确认|確認|，)"),
    ("cited", r"(?:由|被|经|經)" + _GAP_ZH, rf"^{_NOUN_ZH}(?:披露|报道|報道|報導|曝光|刊登|公布|率先)"),
    ("subject", "", rf"^{_NOUN_ZH}{_WHEN_ZH}{_SAID_ZH}"),
)  # fmt: skip

_NOUN_JA = (
    r"(?:\s?[（(][^（）()]{1,24}[)）])?[」』]?"
    r"(?:紙|誌|通信|テレビ|放送|など|(?:の)?報道|の記事|電子版|電|ニュース|系メディア|等)?"
)
_SAID_JA = (
    "(?:報じ|伝え|報道し|報道|配信|引用|放送し|放映|批判|論評|呼びかけ|指摘|明らかにし|掲載|紹介|主張"
    "|強調|公開|確認し|非難し|分析し|暴露|スクープ|書い|書き|特報|速報)"
)
_JAPANESE: tuple[tuple[Role, str, str], ...] = (
    ("link", "", rf"^{_NOUN_JA}(?:の報道)?を引用"),
    ("cited", "", rf"^{_NOUN_JA}(?:に|が報じたところに|が伝えたところに|"
                  r"のまとめに|の集計に|の調査に)(?:よると|よれば|よりますと)"),
    ("cited", "", rf"^{_NOUN_JA}(?:の|との)(?:単独|電話)?(?:取材|インタビュー|会見)"),
)  # fmt: skip
_JAPANESE_FAR: tuple[tuple[Role, str, str], ...] = (
    (
        "cited",
        "",
        rf"^{_NOUN_JA}に(?:対し)?.{{0,160}}?"
        r"(?:語っ|語り|述べ|話し|明らかにし|答え|認め|コメント|説明し|示し|強調し|主張し|証言し|訴え)",
    ),
    ("subject", "", rf"^{_NOUN_JA}(?:は|が|も).{{0,240}}?{_SAID_JA}"),
)

_HOUSE_AR = (
    r"(?:وكالة|الوكالة|وكالتا|وكالتي|وكالات|صحيفتا|صحيفتي|مراسلة|صحيفة|جريدة|قناة|موقع|شبكة|هيئة|مجلة"
    r"|إذاعة|تلفزيون|محطة|منصة|مراسل|وسائل|مصادر)"
)
_FILL_AR = (
    rf"(?:{_HOUSE_AR}\s+)?(?:(?:أنباء|الأنباء|الأخبار|للأنباء|الإعلام|إعلام|[\u0621-\u064a]{{2,14}}ية"
    rf"|[\u0621-\u064a]{{2,14}}ي)\s+){{0,3}}[\"«“]?"
)
_SAID_AR = (
    r"(?:قال|ذكر|أفاد|أورد|أعلن|نشر|بث|كشف|أشار|نقل|أكد|أوضح|أضاف|كتب|عرض|أبلغ|زعم|رجح|بينت|لفت|تحدث|روى|نوه|اعتبر"
    r"|أظهر|ورد|نسب)(?:ت)?(?:ه|ها|هم)?"
)
_ARABIC_WIDE: tuple[tuple[Role, str, str], ...] = (
    ("link", r"(?:نقل[\u0621-\u064a\u064b]{0,3})\s(?:[^.،]{0,80}\s)?عن\s+" + _FILL_AR + "$", ""),
)
_ARABIC: tuple[tuple[Role, str, str], ...] = (
    ("cited", r"(?:جاء|ورد)\s+في\s+(?:تقرير|بيان|خبر|مقال|نبأ)?\s?(?:[\u0621-\u064a]{3,10}ته?\s)?ل?"
        + _FILL_AR + "$", ""),
    ("cited", r"(?:بحسب|حسب|حسبما|بحسبما|وفق|وفقا|وفقًا|وفقاً|طبقا|طبقًا|طبقاً|استنادا|استنادًا)\s+(?:ما\s+)?(?:"
        + _SAID_AR + r"\s+)?(?:به\s+|عنه\s+)?(?:ل|إلى\s+)?" + _FILL_AR + "$", ""),
    ("cited", r"(?:مقابلة|حديث|تصريح|تصريحات|حوار|مقابلته|حديثه|اتصال)\s+(?:[^.،\s]{1,14}\s){0,2}?(?:مع\s+|ل"
        r"|على\s+|إلى\s+)" + _FILL_AR + "$", ""),
    ("cited", r"(?:قال|صرح|أكد|أوضح|أبلغ|ذكر|أضاف|كشف|روى|شدد|نفى|تحدث|لفت|اعتبر|رأى|زعم|اعترف|حذر|شرح|وصف|علق"
        r"|أدلى|اتهم)(?:ت|وا)?\s(?:[^.،\s]{1,16}\s){0,6}?ل" + _FILL_AR + "$", ""),
    ("cited", r"\s[\u0621-\u064a]{2,8}ته?ا?\s+(?<=[هاa]\s)" + _FILL_AR + "$", ""),
    ("subject", r"(?:^|[\s،و])[وف]?" + _SAID_AR + r"\s+(?:عنه\s+)?" + _FILL_AR + "$", ""),
    ("subject", "", r"^(?:\s[\u0621-\u064a]{3,14}(?:ية|ي))?(?:\s?\([^()]{1,24}\))?[\"»”]?\s(?:قد\s|أن\s)?"
        + _SAID_AR + r"\s"),
)  # fmt: skip


def _cues(*languages: tuple[tuple[Role, str, str], ...], far: bool = False, wide: bool = False) -> tuple[Cue, ...]:
    return tuple(
        Cue(role, _compiled(left), _compiled(right), far, wide)
        for language in languages
        for role, left, right in language
    )


def _compiled(words: str) -> re.Pattern[str] | None:
    return re.compile(words, re.DOTALL) if words else None


CUES: Mapping[Script, tuple[Cue, ...]] = {
    "latin": (
        *_cues(_ENGLISH, _SPANISH, _FRENCH, _GERMAN, _ITALIAN, _PORTUGUESE, _TURKISH),
        *_cues(_TURKISH_FAR, far=True),
    ),
    "cyrillic": _cues(_RUSSIAN),
    "hangul": (*_cues(_KOREAN), *_cues(_KOREAN_FAR, far=True)),
    "han": _cues(_CHINESE),
    "kana": (*_cues(_JAPANESE), *_cues(_JAPANESE_FAR, far=True)),
    "arabic": (*_cues(_ARABIC_WIDE, wide=True), *_cues(_ARABIC)),
}
