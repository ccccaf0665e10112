"""Small words and spellings by which close languages are told apart. Pure.

A statistical model of letters needs a sentence or two before it sees Galician in what could be
Spanish or Portuguese; "non" and "moi" say it at once. The lists hold the commonest words of each
language and those of a hotel, as guests type them: in small letters and without accents, which many
leave out. A word stands in the list of every language that has it.
"""

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

_LISTS = {
    "es": """
        el la los las un una unos unas y o de del al en con sin por para que se me mi nos su le lo
        no si es esta estan estaba fue son ha han hay hemos he muy mucho mucha muchos muchas pero
        porque donde cuando como ya aqui hora mañana ayer hoy desde tambien bien bueno buena buenas
        quiero queremos quisiera puede pueden podria podrian tiene tienen tenemos necesito
        necesitamos falta faltan sale huele gracias favor hola agua caliente habitacion cuarto baño
        toalla toallas sabanas almohada manta cama ducha ruido llave ventana puerta calle camarero
        desayuno comida cena cuenta coche niño niña hijo hija noche dia todo nada mas otra otro
        nuestra nuestro ascensor planta playa perro aire acondicionado nadie siempre solo personal
        va van voy vamos ser ver hacer buenos dias tardes noches todos perfecto
    """,
    "gl": """
        o a os as un unha uns unhas e ou de do da dos das ao aos no na nos nas polo pola polos polas
        co coa cos coas con sen por para que se me mi seu lle lles non nn si esta estan estaba
        estivo foi son hai hei temos ten teñen teño moi moito moita moitos moitas pero porque onde
        cando como xa aqui hora hoxe onte maña dende desde tamen ben bo boa boas quero queremos
        quixera pode poden podo podedes poderia poderiades falta faltan cheira grazas graciñas favor
        ola auga quente habitacion cuarto baño toalla toallas sabas almofada manta cama ducha ruido
        chave chaves fiestra porta rua camareiro almorzo xantar cea conta coche neno nena fillo
        filla noite dia todo nada mais outra outro nosa noso ascensor planta praia can aire
        acondicionado ninguen sempre so xente ainda meu miña fixo este iso isto dous duas era vai
        van vou imos ser ver facer bos dias tardes noites todos perfecto
    """,
    "pt": """
        o a os as um uma uns umas e ou de do da dos das ao aos no na nos nas pelo pela pelos pelas
        com sem por para que se me meu minha seu lhe lhes nao sim esta estao estava foi sao ha temos
        tem tenho muito muita muitos muitas mas porque onde quando como ja aqui hora horas hoje
        ontem amanha desde tambem bem bom boa quero queremos queria pode podem posso podemos
        gostaria falta faltam cheira cheiro obrigado obrigada favor ola agua quente quarto banheiro
        banho casa toalha toalhas lençois almofada manta cobertor cama chuveiro barulho chave janela
        porta rua empregado pequeno almoço jantar conta fatura carro menino menina filho filha noite
        dia tudo nada mais outra outro nossa nosso elevador andar praia cao ar condicionado ninguem
        sempre so gente ainda estacionamento senhor senhora imenso cartao ate este isso isto dois
        duas era vai vao vou vamos ser ver fazer dias tarde tardes noites todos perfeito
    """,
    "ca": """
        el la els les un una uns unes i o de del dels al als en amb sense per que es em ens us li no
        si esta estan estava va van son ha han hi hem he molt molta molts moltes pero perque on quan
        com ja aqui hora avui ahir dema des tambe be bo bon bona vull volem voldria pot poden podeu
        podem podria te tenen tenim necessito necessitem falta falten fa gracies plau hola aigua
        calenta freda habitacio bany tovallola tovalloles llençols coixi manta llit dutxa soroll
        clau claus finestra porta carrer cambrer esmorzar dinar sopar compte cotxe nen nena fill
        filla nit dia tot res mes altra altre nostra nostre ascensor planta platja gos aire
        condicionat ningu sempre nomes aquest aquesta quina meu meva vaig anem fer bones tarda tots
        perfecte
    """,
    "eu": """
        ez da dago daude dira eta edo dut dugu ditut ditugu dute du nahi behar bat oso mesedez
        eskerrik asko kaixo gela gelan gelako ur ura urik hotza beroa berorik non noiz zer nola
        gosaria ohea komuna bainugela zarata giltza atea wifia zen ziren dabil gehiago baina dezaket
        dezakegu gara naiz zara gaur atzo bihar egun gau gauez hemen hau hori den gure nire zuen
        langileak janaria autoa hondartza igogailua harrera eskuoihal eskuoihalak egunon arratsalde
        ondo dena
    """,
    "it": """
        il lo la i gli le un uno una e o di del della dei delle dello al alla ai alle nel nella in
        con senza per che si mi ci non c'e sono ho ha hanno abbiamo siamo stato stata molto molta ma
        perche dove quando come gia qui ora oggi ieri domani anche bene buono buona vorrei vorremmo
        voglio vogliamo possiamo potremmo puo manca mancano grazie prego ciao acqua calda fredda
        camera stanza bagno asciugamano asciugamani lenzuola cuscino coperta letto doccia rumore
        chiave finestra porta strada cameriere colazione pranzo cena conto macchina bambino bambina
        figlio figlia notte giorno tutto tutti niente piu altra altro nostra nostro ascensore piano
        spiaggia cane aria condizionata nessuno sempre solo mio mia troppo ancora era va vanno fare
        buongiorno buonasera perfetto
    """,
    "fr": """
        le la les un une des et ou de du au aux en dans avec sans pour par que qui se me ma mon ne
        pas n'y n'est il elle on nous vous je j'ai est sont etait etaient a ai ont avons tres trop
        beaucoup mais quand comme comment ici heure hier demain aujourd'hui depuis aussi bien bon
        bonne voudrais voudrions peut peuvent pouvez pourriez manque merci bonjour svp plait s'il
        eau chaude froide chambre salle bain bains serviette serviettes draps oreiller lit douche
        bruit cle fenetre porte rue serveur petit dejeuner diner repas compte voiture enfant fils
        fille nuit jour tout tous rien plus autre notre nos ascenseur etage plage chien clim
        climatisation personne toujours c'est ça ca cette ce encore y va vont faire bonsoir parfait
        toutes
    """,
    "en": """
        the a an is are was were and or of to in on at for with without from by not no don't dont
        can't cant won't wont isn't doesn't i i'd my we our us you your it its there's there this
        that have has had do does can could would please thank thanks hello hi very much many but
        because where what when how here hour time today yesterday tomorrow also good bad want need
        missing smell smells water hot cold room bathroom toilet towel towels sheets pillow pillows
        blanket bed shower noise key window door street waiter breakfast lunch dinner bill car son
        daughter night day all everything nothing more another lift elevator floor beach dog still
        too again someone nobody always only out up off down get so morning evening fine
    """,
    "de": """
        der die das den dem des ein eine einen einem einer kein keine keinen und oder von zu zum zur
        in im auf an am bei mit ohne fur fuer nicht ich wir uns unser unsere mein meine sie es ist
        sind war waren hat haben habe wird kann konnen koennen konnten mochte mochten sehr viel aber
        weil wo wann wie hier uhr heute gestern morgen auch gut gute bitte danke vielen dank hallo
        fehlt fehlen wasser warm warmes kalt zimmer bad badezimmer handtuch handtucher bettwasche
        kissen decke bett dusche larm schlussel fenster tur strasse kellner fruhstuck mittagessen
        abendessen rechnung auto kind sohn tochter nacht tag alles nichts mehr noch schon aufzug
        stock strand hund niemand immer nur geht man leider wieder guten abend ganz
    """,
    "nl": """
        de het een geen en of van te in op aan bij met zonder voor niet ik wij we ons onze mijn u
        jullie is zijn was waren heeft hebben heb wordt kan kunnen kunt zou zouden graag wil willen
        heel erg veel maar omdat waar wanneer hoe hier uur vandaag gisteren morgen ook goed goede
        bedankt dank alsjeblieft alstublieft aub hallo water warm koud kamer badkamer handdoek
        handdoeken lakens kussen deken bed douche lawaai sleutel raam deur straat ober ontbijt lunch
        diner rekening auto kind zoon dochter nacht dag alles niets meer nog al lift verdieping
        strand hond niemand altijd alleen er doet laat naar weer goedemorgen goedenavond prima
    """,
}

# Where the Romance languages around the box write the same sound in different ways.
_SPELLINGS = (
    (r"[¿¡]", "es"),
    (r"ñ", "es gl eu"),
    (r"\w{3}cion(?:es|s)?\b", "es gl"),
    (r"ç(?:ao|oes)\b|\wao\b|nh[aeo]|lh[aeo]", "pt"),
    (r"\bx[aeio]", "gl ca eu"),
    (r"\w{3}cio(?:ns)?\b|l·l|ny\b|ny[aeio]", "ca"),
    (r"\b[dl]'", "ca fr it"),
    (r"tx|tz", "eu ca"),
)

# How much likelier a language becomes by a word, or spelling, that it has alone: a logarithm.
WEIGHT = 1.0

# ñ and ç are letters of their own, which hardly anybody leaves out.
_ACCENTS = str.maketrans("áàâãäéèêëíìîïóòôõöúùûü", "aaaaaeeeeiiiiooooouuuu")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


def _languages_by_word() -> dict[str, frozenset[str]]:
    languages = {word for text in _LISTS.values() for word in text.split()}
    lists = {language: set(text.split()) for language, text in _LISTS.items()}
    return {
        word: frozenset(language for language, words in lists.items() if word in words)
        for word in languages
    }


_LANGUAGES_BY_WORD: Mapping[str, frozenset[str]] = _languages_by_word()
_COMPILED_SPELLINGS = tuple((re.compile(part), frozenset(of.split())) for part, of in _SPELLINGS)


def evidence(text: str) -> dict[str, float]:
    """What the words and spellings of a text say for each language: logarithms to be added up.

    A word that many languages share says little. Each counts once, however often it stands there.
    """
    folded = unicodedata.normalize("NFC", text).lower().replace("’", "'").translate(_ACCENTS)
    found = [_LANGUAGES_BY_WORD.get(word, frozenset()) for word in set(_WORD.findall(folded))]
    found += [languages for part, languages in _COMPILED_SPELLINGS if part.search(folded)]
    sums: dict[str, float] = defaultdict(float)
    for languages in found:
        for language in languages:
            sums[language] += _weight(len(languages))
    return sums


def _weight(num_languages: int) -> float:
    return WEIGHT * (1 - math.log(num_languages) / math.log(len(_LISTS)))
