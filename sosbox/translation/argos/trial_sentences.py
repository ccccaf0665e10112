"""What a model is tried with: the same few sentences of a hotel in every language of the box.

Some hold figures and one a name, for these are what bad models lose first. They are long enough
that what is far too short or too long is seen.
"""

from collections.abc import Mapping

SENTENCES: Mapping[str, tuple[str, ...]] = {
    "es": (
        "La ducha de la habitación 204 no funciona.",
        "Buenos días, el aire acondicionado hace mucho ruido por la noche.",
        "No hay agua caliente en nuestra habitación.",
        "La piscina está abierta de 9:00 a 21:30.",
        "Todavía esperamos cuatro botellas de agua.",
        "Me llamo Anna García y necesito otra almohada, por favor.",
    ),
    "gl": (
        "A ducha do cuarto 204 non funciona.",
        "Bos días, o aire acondicionado fai moito ruído pola noite.",
        "Non hai auga quente no noso cuarto.",
        "A piscina está aberta de 9:00 a 21:30.",
        "Aínda agardamos catro botellas de auga.",
        "Chámome Anna García e preciso outra almofada, por favor.",
    ),
    "en": (
        "The shower in room 204 does not work.",
        "Good morning, the air conditioning makes a lot of noise at night.",
        "There is no hot water in our room.",
        "The pool is open from 9:00 to 21:30.",
        "We are still waiting for four bottles of water.",
        "My name is Anna García and I need another pillow, please.",
    ),
    "ca": (
        "La dutxa de l'habitació 204 no funciona.",
        "Bon dia, l'aire condicionat fa molt de soroll a la nit.",
        "No hi ha aigua calenta a la nostra habitació.",
        "La piscina és oberta de 9:00 a 21:30.",
        "Encara esperem quatre ampolles d'aigua.",
        "Em dic Anna García i necessito un altre coixí, si us plau.",
    ),
    "eu": (
        "204 gelako dutxak ez du funtzionatzen.",
        "Egun on, aire girotuak zarata handia egiten du gauez.",
        "Ez dago ur berorik gure gelan.",
        "Igerilekua 9:00etatik 21:30era dago irekita.",
        "Oraindik lau ur botilaren zain gaude.",
        "Anna García naiz eta beste burko bat behar dut, mesedez.",
    ),
    "pt": (
        "O chuveiro do quarto 204 não funciona.",
        "Bom dia, o ar condicionado faz muito barulho durante a noite.",
        "Não há água quente no nosso quarto.",
        "A piscina está aberta das 9:00 às 21:30.",
        "Ainda estamos à espera de quatro garrafas de água.",
        "Chamo-me Anna García e preciso de outra almofada, por favor.",
    ),
    "fr": (
        "La douche de la chambre 204 ne fonctionne pas.",
        "Bonjour, la climatisation fait beaucoup de bruit la nuit.",
        "Il n'y a pas d'eau chaude dans notre chambre.",
        "La piscine est ouverte de 9:00 à 21:30.",
        "Nous attendons toujours quatre bouteilles d'eau.",
        "Je m'appelle Anna García et j'ai besoin d'un autre oreiller, s'il vous plaît.",
    ),
    "de": (
        "Die Dusche in Zimmer 204 funktioniert nicht.",
        "Guten Morgen, die Klimaanlage macht nachts viel Lärm.",
        "In unserem Zimmer gibt es kein warmes Wasser.",
        "Das Schwimmbad ist von 9:00 bis 21:30 geöffnet.",
        "Wir warten noch auf vier Flaschen Wasser.",
        "Ich heiße Anna García und brauche bitte noch ein Kissen.",
    ),
    "it": (
        "La doccia della camera 204 non funziona.",
        "Buongiorno, l'aria condizionata fa molto rumore di notte.",
        "Non c'è acqua calda nella nostra camera.",
        "La piscina è aperta dalle 9:00 alle 21:30.",
        "Stiamo ancora aspettando quattro bottiglie d'acqua.",
        "Mi chiamo Anna García e ho bisogno di un altro cuscino, per favore.",
    ),
    "nl": (
        "De douche in kamer 204 doet het niet.",
        "Goedemorgen, de airconditioning maakt 's nachts veel lawaai.",
        "Er is geen warm water in onze kamer.",
        "Het zwembad is open van 9:00 tot 21:30.",
        "Wij wachten nog steeds op vier flessen water.",
        "Mijn naam is Anna García en ik heb graag nog een kussen.",
    ),
    "ru": (
        "Душ в номере 204 не работает.",
        "Доброе утро, кондиционер сильно шумит по ночам.",
        "В нашем номере нет горячей воды.",
        "Бассейн открыт с 9:00 до 21:30.",
        "Мы всё ещё ждём четыре бутылки воды.",
        "Меня зовут Anna García, и мне нужна ещё одна подушка, пожалуйста.",
    ),
    "zh": (
        "204房间的淋浴坏了。",
        "早上好，空调晚上的噪音很大。",
        "我们的房间里没有热水。",
        "游泳池的开放时间是9:00到21:30。",
        "我们还在等四瓶水。",
        "我叫Anna García，请再给我一个枕头。",
    ),
    "ja": (
        "204号室のシャワーが使えません。",
        "おはようございます。夜になるとエアコンの音がとてもうるさいです。",
        "私たちの部屋ではお湯が出ません。",
        "プールは9:00から21:30まで開いています。",
        "水を4本お願いしましたが、まだ届いていません。",
        "Anna Garcíaと申します。枕をもう一つお願いします。",
    ),
    "ar": (
        "الدش في الغرفة 204 لا يعمل.",
        "صباح الخير، مكيف الهواء يصدر ضجيجا كبيرا في الليل.",
        "لا يوجد ماء ساخن في غرفتنا.",
        "المسبح مفتوح من الساعة 9:00 إلى الساعة 21:30.",
        "ما زلنا ننتظر أربع زجاجات من الماء.",
        "اسمي Anna García وأحتاج إلى وسادة أخرى من فضلك.",
    ),
}
# For languages that the box does not speak: all that can be seen is that the model works.
OTHERS = ("Hotel Mar, 204.", "Anna García, 9:00-21:30.", "Taxi, hotel, internet, restaurant.")
