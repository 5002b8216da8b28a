"""Marks of state secrets: found however they are written, and not where people only use the words."""

import json
import lzma
from itertools import islice
from pathlib import Path

import pytest

from expertise.base.marking import find_mark, find_mark_in

MARKS = """
Stg. Confidentieel
Stg. Geheim
Stg. Zeer Geheim
STG. CONFIDENTIEEL
STG.CONFIDENTIEEL
Stg.Geheim
stg geheim
STG GEHEIM
Stg-Geheim
Stg/Geheim
stg. zeer geheim
Stg.ZeerGeheim
Staatsgeheim Confidentieel
Staatsgeheim Geheim
Staatsgeheim Zeer Geheim
staatsgeheim geheim
STAATSGEHEIM ZEER GEHEIM
Staatsgeheim (Geheim)
Staatsgeheim: confidentieel
STAATSGEHEIM
Staatsgeheim
** STAATSGEHEIM **
ZEER GEHEIM
Zeer Geheim
GEHEIM
STG.C
STG.G
STG.ZG
STG C
STG. C
STG. G
STG ZG
Stg. ZG
stg-g
Stg.C
STG/ZG
Rubricering: Stg. C
Rubricering: geheim
rubricering: zeer geheim
Classificatie: Confidentieel
Rubricering: NS
Merking: CTS
NATO CONFIDENTIAL
NATO SECRET
NATO-SECRET
NATO/SECRET
NATO.SECRET
Nato Secret
nAtO sEcReT
NATO  SECRET
NAVO GEHEIM
NAVO CONFIDENTIEEL
NATO CONFIDENTIEEL
OTAN SECRET
SECRET OTAN
CONFIDENTIEL OTAN
COSMIC TOP SECRET
Cosmic Top Secret
cosmic top secret
COSMIC TRES SECRET
COSMIC TRÈS SECRET
NATO SECRET ATOMAL
COSMIC TOP SECRET ATOMAL
ATOMAL
CTS BOHEMIA
CTS-B/
(CTS)
(NS) De minister zei dat de eenheden gereed zijn.
1. (NC) The second brigade arrives in May.
CONFIDENTIEL UE
CONFIDENTIEL UE/EU CONFIDENTIAL
EU CONFIDENTIAL
EU-CONFIDENTIAL
SECRET UE
SECRET UE/EU SECRET
EU SECRET
TRES SECRET UE/EU TOP SECRET
TRÈS SECRET UE/EU TOP SECRET
TRÈS SECRET UE
EU TOP SECRET
EU-C
EU-S
EU-TS
S-UE/EU-S
C-UE/EU-C
TS-UE/EU-TS
EU GEHEIM
EU CONFIDENTIEEL
TOP SECRET
Top Secret
TOP SECRET//SI//NOFORN
TOP SECRET // NOFORN
SECRET//NOFORN
SECRET//REL TO USA, NLD
CONFIDENTIAL//NOFORN
(S//NF) The source said so.
(TS//SI) The source said so.
UK TOP SECRET
SECRET UK EYES ONLY
TRES SECRET DEFENSE
TRÈS SECRET DÉFENSE
SECRET DÉFENSE
CONFIDENTIEL DÉFENSE
STRENG GEHEIM
VS-VERTRAULICH
VS - Geheim
EUROPOL SECRET
WEU SECRET
ESA SECRET
Classification: Top Secret
Classification: SECRET
N A T O   S E C R E T
S T A A T S G E H E I M
S t g .  G e h e i m
G E H E I M
C-O-S-M-I-C T-O-P S-E-C-R-E-T
S.E.C.R.E.T  U.E
T O P  S E C R E T
NАTO SЕCRET
ΝΑΤΟ SECRET
ЅТG. GЕHEIM
STAATSGEΗEIM
NATO\u200b SEC\u200bRET
N\u00adA\u00adT\u00adO SE\u00adCRET
NATO\u00a0SECRET
NATO\u2060SECRET
\u202eNATO SECRET\u202c
ＮＡＴＯ ＳＥＣＲＥＴ
Ｓｔｇ．　Ｇｅｈｅｉｍ
𝐍𝐀𝐓𝐎 𝐒𝐄𝐂𝐑𝐄𝐓
𝙎𝙏𝘼𝘼𝙏𝙎𝙂𝙀𝙃𝙀𝙄𝙈
NÁTO SÉCRET
NATO – SECRET
NATO—SECRET
NATO · SECRET
NATO\\nSECRET
NATO\\r\\nSECRET
STAATS-\\nGEHEIM
Stg.\\n\\nGeheim
COSMIC\\nTOP\\nSECRET
NATO SE-\\nCRET
**NATO** **SECRET**
*NATO SECRET*
__STG. GEHEIM__
N**A**TO SEC**RE**T
# STAATSGEHEIM
> NATO SECRET
`NATO SECRET`
~~NATO SECRET~~
| NATO | SECRET |
[NATO SECRET]
(NATO SECRET)
"NATO SECRET"
NATO&nbsp;SECRET
NATO&#32;SECRET
NATO &#83;ECRET
&#x4E;ATO SECRET
NATO&amp;nbsp;SECRET
NATO&shy; SEC&shy;RET
<b>NATO</b> SECRET
<p>NATO<br>SECRET</p>
N<i>A</i>TO SECRET
Stg<!-- -->. Geheim
Stg.:Geheim
NATO, SECRET
"""
NO_MARKS = """
vertrouwelijk gesprek
Het geheim van de smid
het geheim van de smid was zeer geheim, zei hij
Secretary of State
the top secretary of the mission
the report on state secrets law
Wet bescherming staatsgeheimen
een staatsgeheim schenden is strafbaar
Staatsgeheim is een woord uit het strafrecht
The letter was top secret in 1962, and historians read it now.
A secret treaty; EU secretariat; NATO Secretary General; UN secretary-general
Nato's secretary general
the EU secretariat and its secretaries
We spoke of NATO. Secret talks followed in Vienna.
a Nato secret meeting that nobody remembers
an EU secret service does not exist
Departementaal Vertrouwelijk
DEP.V.
DEPARTEMENTAAL VERTROUWELIJK
NATO RESTRICTED
NATO UNCLASSIFIED
RESTREINT UE/EU RESTRICTED
EU RESTRICTED
R-UE/EU-R
LIMITE
Diffusion restreinte
VS-NUR FÜR DEN DIENSTGEBRAUCH
VERTROUWELIJK
Strikt vertrouwelijk: alleen voor de geadresseerde
confidential advice of the embassy's lawyer
Personeelsvertrouwelijk
le secret de la confession
un secret de Polichinelle
le secret des affaires dans l'UE
secret professionnel
Nederlandse Spoorwegen (NS) rijden weer
The NS, the railway company; the NC, a newcomer
a CTS scan; the CTS of the port
Stichting (stg.) Centrum voor Vrede
Stg. Clingendael
the price was 100 stg. Costs follow
Stg. Carmel College
EU-staten en EU-commissie
EU-China; EU-Canada; EU-SADC; EU-CELAC
the EU-South Africa summit
geheimhouding van het overleg
Geheimen der diplomatie
de geheime stemming in de VN
Kroonjuwelen, geheim en wel
secrets of the trade
Secret ballot in the General Assembly
confidence-building measures (CSBM)
vertrouwen wekken
Consecration and consecrets are no marks
these cretins
s e e  a l s o  t h e  a n n e x
Vertraulichkeit im Verfahren
Het is geheim. De Kamer weet het niet.
the secretive NATO bases
top 10 secretaries of NATO
"""


def lines_of(text: str) -> list[str]:
    """The lines of a list, with their escapes carried out."""
    return [line.replace("\\r", "\r").replace("\\n", "\n") for line in text.splitlines() if line.strip()]


def test_there_are_many_spellings_of_each_sort() -> None:
    assert len(set(lines_of(MARKS))) >= 140


@pytest.mark.parametrize("mark", lines_of(MARKS))
@pytest.mark.parametrize("where", ["{}", "Verslag van het overleg\n\n{}\n\nDe ambassadeur opende."])
def test_a_mark_is_found_however_it_is_written(mark: str, where: str) -> None:
    assert find_mark(where.format(mark)) is not None


@pytest.mark.parametrize("text", lines_of(NO_MARKS))
def test_ordinary_words_are_no_mark(text: str) -> None:
    assert find_mark(text) is None


def test_a_mark_is_found_in_the_middle_and_at_the_end_of_a_long_text() -> None:
    filler = "De secretaris sprak met de secretaris-generaal over het geheim van de smid. " * 3000
    assert find_mark(filler) is None
    for mark in ("NATO SECRET", "Stg. Geheim", "N A T O  S E C R E T"):
        assert find_mark(f"{filler}{mark} {filler}"), mark
        assert find_mark(filler + "\n" + mark), mark


def test_values_of_any_shape_are_looked_through() -> None:
    assert find_mark_in([1, None, ["x", {"title": ["Stg. Geheim"]}]]) == "Stg. Geheim"
    assert find_mark_in([{"NATO SECRET": 1}]) == "NATO SECRET"
    assert find_mark_in([1, None, b"NATO SECRET", ["x"]]) is None


CORPUS = Path(__file__).parents[3] / "shared" / "data" / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real passages are not on this machine")
@pytest.mark.parametrize("name", ["nl-policy", "nl-kamervragen", "en-historian", "en-ungdc"])
def test_false_alarms_on_real_passages_are_rare(name: str) -> None:
    with lzma.open(CORPUS / f"{name}.jsonl.xz", "rt") as passages:
        texts = [json.loads(line)["text"] for line in islice(passages, 0, 4000, 2)]
    alarms = [found for text in texts if (found := find_mark(text))]
    assert len(alarms) <= len(texts) / 100, alarms
