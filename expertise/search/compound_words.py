"""The words that the splitter of compounds needs beside its dictionary."""


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Three letters are a part only where they are one of these.
THREE_LETTERS = _listed(
    """
    aap arm bad bal bar bed bek bel bes bil bit bol bom bon bos bot bus cel dak dal dam das dia dok dom eed eer
    eis erf fee fok gas gat gif god gok gom hal ham hek hel hof hok hol hop hut ijs ink jas job kam kar kas kat
    kok kop lab lak lam lat lek les lid lip lof log lok lot man map mat mes mol mos mud nek net nul nut oog oom
    oor pad pak pan pas pek pen pet pil pin pit pol pop pot put rad ram ras rat rek rem rif rit roe rok rol rot
    rug sap set ski sla som sop spa tak tas tin tol ton top tor uur vak vat vee vel ven vet vis vla vlo vod vos
    wad wal was web weg wet wit wol zak zee zin zon zus
    """
)
# Words that the dictionary lacks, because they have no other form.
ALSO = _listed(
    """
    aanbod aarde aardgas aardolie afval angst apparatuur armoede artillerie asiel attache bedrog begrip beheer
    beheersing behoud besluitvorming bestuur beton bewapening bewustzijn bezit bijstand bloed bloei bosbouw
    boter brandstof cavalerie communicatie corruptie critica cultuur cyber data defensie denken doen dollar dood
    dwang eigendom elektriciteit energie ervaring ethiek euro expertise export financiering gebrek gebruik
    gedrag geloof geluk genot geschut geweld gezag gezondheid glas goud graan groei haat handelen hardware
    herstel honger hout huisvesting hulp ijzer import infanterie informatica informatie inkoop integratie
    intensiteit internet inzicht jeugd justitie karton katoen kennis kern kerst kleding klimaat koper krimp
    kunde kunst kwali landbouw leer leven liefde logica lood lucht luchtvaart management marine marketing massa
    meerderheid melk migratie milieu minderheid moeheid multi munitie muziek natuur neutraliteit nood noord nut
    omzet onderhoud onderwijs onderzoek ontwapening oorlog oost opslag opvang opvoeding overheid overlast
    overleg papier plastic plutonium politie politiek post propaganda prostitutie rechtspraak regelgeving
    respect return rijpheid rijst rubber ruimtevaart sabotage schade scheepvaart schuld service soevereiniteit
    software spionage sport staal steun stief stoom strategie suiker tactiek tarwe techniek technologie terreur
    terrorisme toegang toerisme toezicht tractie transit transport tuinbouw uranium veeteelt veiligheid veldwerk
    verbruik verhuur verkeer verkoop verlies verloop verval vervoer vice visserij vlees vorming vrede vrijheid
    vuur water werkgelegenheid west wetenschap wetgeving winst wol ziekte zijde zilver zink zorg zout zuid zweet
    """
)
# A prefix is no part: overleg, verdrag, onderhandelen.
NEVER_LEFT = _listed(
    """
    aan aange achter af afge ant anti be bij binnen boven buiten con contra daar dat den der des die dis dit
    door een ent ente extra ge heen heer her het hier hyper in infra inge inter intra kan ken kon maxi mede mee
    met meta mis na neer niet non om on onder onge ont op opge over para per pre pro pseudo quasi rond samen
    semi sub super sur te teder tegen ten toe trans tussen uit uitge ultra vast ver vol voor voort voorts waar
    zelf zonder bek bes doorl meeg misk overl timme vols
    """
)
# With a word behind them they make a verb or what comes of one.
PREFIXES = _listed("aan af be door ge her in mis na on onder ont op over samen tegen toe uit vast ver voor")
# Nor is an ending: veiligheid, ambtelijk.
NEVER_RIGHT = _listed(
    """
    aar aard aards achtig achtige aden ant anten aren atie aties baar baarheid bare baren beren deling den der deren
    ding dom domme eel eerd eerde eert ele elen elijk elijke eling elingen ellen eltje ende enden enis ent enten
    eken enen ener giek sant taan terig
    eraar eraars eren erend erij erijen ering eringen ers etje euse gen geren ging gingen heden heid heids igen
    iger inge ingen ioneel ionele isch ische ischer iseer iseren iteit iteiten jes king kingen kje lijk lijke
    lijkheid lijks ling lingen liseren loos loosheid loze maal malen mander mante ment mering naar naars nalen
    ner neren ness ning ningen nis nissen peren pje ren rice rijke schap schappen sche schen sel seling sels
    seren ste sten ster sters teerde teit ten teren tering ters teur teurs tie ties ting tingen tisch tische tje
    tjes tor tors trice ving vingen voudig voudige waarts zaam zaamheid zame zamen zing zingen
    aars dommen erende ionair ionaire isme ismen lijken sing theek theken
    """
)
