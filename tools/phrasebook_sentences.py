"""The phrasebook: what guests of a hotel and those who answer them write, in Spanish and English.

Written for this purpose. The notation is that of `phrasebook_grammar.py`.
"""

from tools.phrasebook_grammar import Grammar, Kind, Phrase

P = Phrase

_THINGS = (
    P("el aire acondicionado|el aire", "the air conditioning|the AC", "m"),
    P("la calefacción", "the heating", "f"),
    P("la ducha", "the shower", "f"),
    P("la televisión|la tele", "the television|the TV", "f"),
    P("la nevera", "the fridge", "f"),
    P("el minibar", "the minibar", "m"),
    P("la luz", "the light", "f"),
    P("la lámpara", "the lamp", "f"),
    P("la caja fuerte", "the safe", "f"),
    P("la cerradura", "the lock", "f"),
    P("la puerta", "the door", "f"),
    P("la ventana", "the window", "f"),
    P("la persiana", "the blind", "f"),
    P("el grifo", "the tap", "m"),
    P("el inodoro|el váter", "the toilet", "m"),
    P("el lavabo", "the sink|the washbasin", "m"),
    P("la bañera", "the bathtub|the bath", "f"),
    P("el espejo", "the mirror", "m"),
    P("el secador", "the hairdryer", "m"),
    P("el hervidor", "the kettle", "m"),
    P("la cafetera", "the coffee machine", "f"),
    P("el teléfono", "the telephone|the phone", "m"),
    P("el wifi", "the wifi|the internet", "m"),
    P("el mando a distancia|el mando", "the remote control", "m"),
    P("el enchufe", "the socket", "m"),
    P("la tarjeta", "the key card", "f"),
    P("la llave", "the key", "f"),
    P("el ascensor", "the lift|the elevator", "m"),
    P("la cama", "the bed", "f"),
    P("la almohada", "the pillow", "f"),
    P("el colchón", "the mattress", "m"),
    P("el armario", "the wardrobe", "m"),
    P("el balcón", "the balcony", "m"),
    P("la alfombra", "the carpet", "f"),
    P("la plancha", "the iron", "f"),
    P("el ventilador", "the fan", "m"),
    P("el radiador", "the radiator", "m"),
    P("la mesa", "the table", "f"),
    P("la silla", "the chair", "f"),
    P("las toallas", "the towels", "f", is_plural=True),
    P("las sábanas", "the sheets", "f", is_plural=True),
    P("las luces", "the lights", "f", is_plural=True),
    P("las cortinas", "the curtains", "f", is_plural=True),
    P("los vasos", "the glasses", "m", is_plural=True),
)

_FAULTS = (
    P("no funciona[/n]|no va[/n]", "[does/do] not work|[doesn't/don't] work|[is/are] not working"),
    P("está[/n] rot[o/a/os/as]", "[is/are] broken"),
    P("hace[/n] mucho ruido", "[makes/make] a lot of noise|[is/are] very noisy"),
    P("está[/n] suci[o/a/os/as]", "[is/are] dirty"),
    P("está[/n] muy suci[o/a/os/as]", "[is/are] very dirty"),
    P("gotea[/n]|pierde[/n] agua", "[is/are] leaking|[leaks/leak]|[drips/drip]"),
    P("huele[/n] mal", "[smells/smell] bad"),
    P("no se enciende[/n]", "[does/do] not turn on|[doesn't/don't] turn on"),
    P("no se apaga[/n]", "[does/do] not turn off|[doesn't/don't] turn off"),
    P("no se abre[/n]|no abre[/n]", "[does/do] not open|[doesn't/don't] open"),
    P("no se cierra[/n]|no cierra[/n]", "[does/do] not close|[doesn't/don't] close"),
    P("está[/n] atascad[o/a/os/as]", "[is/are] blocked|[is/are] stuck"),
    P("está[/n] mojad[o/a/os/as]", "[is/are] wet"),
    P("está[/n] muy frí[o/a/os/as]", "[is/are] very cold"),
    P("está[/n] demasiado caliente[/s]", "[is/are] too hot"),
    P("parpadea[/n]", "[flickers/flicker]"),
)

_WHERE = (
    P("", ""),
    P("", ""),
    P(" de la habitación {room}", " in room {room}"),
    P(" de la habitación {room}", " in room {room}"),
    P(" de nuestra habitación", " in our room"),
    P(" de mi habitación", " in my room"),
    P(" del baño", " in the bathroom"),
    P(" del pasillo", " in the corridor"),
    P(" de la terraza", " on the terrace"),
)

_WHEN = (
    P("", ""),
    P("", ""),
    P("", ""),
    P(" otra vez", " again"),
    P(" por la noche", " at night"),
    P(" todo el tiempo", " all the time"),
)

_WANTED = (
    P("toallas limpias", "clean towels"),
    P("toallas", "towels"),
    P("más toallas", "more towels"),
    P("una toalla", "a towel"),
    P("papel higiénico", "toilet paper"),
    P("una almohada", "a pillow"),
    P("otra almohada", "another pillow"),
    P("una manta", "a blanket"),
    P("otra manta", "another blanket"),
    P("jabón", "soap"),
    P("champú", "shampoo"),
    P("agua", "water"),
    P("hielo", "ice"),
    P("una cuna", "a cot"),
    P("un adaptador", "an adapter"),
    P("un cargador", "a charger"),
    P("perchas", "hangers"),
    P("sábanas limpias", "clean sheets"),
    P("café", "coffee"),
    P("té", "tea"),
    P("leche", "milk"),
    P("vasos", "glasses"),
    P("un paraguas", "an umbrella"),
    P("una plancha", "an iron"),
    P("un secador", "a hairdryer"),
    P("una silla", "a chair"),
    P("pilas", "batteries"),
    P("una bombilla", "a light bulb"),
    P("una trona", "a high chair"),
    P("un mapa", "a map"),
    P("la cuenta", "the bill"),
    P("la factura", "the invoice"),
    P("la carta", "the menu"),
    P("un médico", "a doctor"),
    P("un taxi", "a taxi"),
    P("{count} {counted}", "{count} {counted}"),
)

_COUNTS = (P("dos", "two"), P("tres", "three"), P("cuatro", "four"), P("cinco", "five"))
_COUNTED = (
    P("toallas", "towels"),
    P("almohadas", "pillows"),
    P("mantas", "blankets"),
    P("perchas", "hangers"),
    P("sillas", "chairs"),
    P("vasos", "glasses"),
    P("tazas", "cups"),
    P("botellas de agua", "bottles of water"),
)

_PLACES = (
    P("la piscina", "the pool|the swimming pool", "f"),
    P("el gimnasio", "the gym", "m"),
    P("el restaurante", "the restaurant", "m"),
    P("la recepción", "the reception|the front desk", "f"),
    P("el aparcamiento", "the car park|the parking", "m"),
    P("el bar", "the bar", "m"),
    P("la cafetería", "the café|the cafe", "f"),
    P("el spa", "the spa", "m"),
    P("la terraza", "the terrace", "f"),
    P("la tienda", "the shop", "f"),
    P("la sauna", "the sauna", "f"),
    P("el comedor", "the dining room", "m"),
    P("el club infantil", "the kids' club", "m"),
    P("{code}", "{code}", "m"),
)

_EVENTS = (
    P("el desayuno", "breakfast", "m"),
    P("la cena", "dinner", "f"),
    P("la comida", "lunch", "f"),
    P("el espectáculo", "the show", "m"),
    P("la excursión", "the excursion", "f"),
    P("la visita", "the tour", "f"),
    P("el concierto", "the concert", "m"),
    P("la clase de yoga", "the yoga class", "f"),
)

_DAYS = (
    P("hoy", "today"),
    P("mañana", "tomorrow"),
    P("esta noche", "tonight"),
    P("esta tarde", "this afternoon"),
    P("el lunes", "on Monday"),
    P("el martes", "on Tuesday"),
    P("el miércoles", "on Wednesday"),
    P("el jueves", "on Thursday"),
    P("el viernes", "on Friday"),
    P("el sábado", "on Saturday"),
    P("el domingo", "on Sunday"),
)

_ONLY = (
    P("", ""),
    P("", ""),
    P(" {day}", " {day}"),
    P(" todos los días", " every day"),
    P(" los fines de semana", " at the weekend"),
)

_STAFF = (
    P("el técnico", "the technician", "m"),
    P("el recepcionista", "the receptionist", "m"),
    P("la directora", "the manager", "f"),
    P("la camarera", "the waitress", "f"),
    P("el camarero", "the waiter", "m"),
    P("el electricista", "the electrician", "m"),
    P("el fontanero", "the plumber", "m"),
    P("la gobernanta", "the housekeeper", "f"),
    P("un compañero", "a colleague", "m"),
    P("una compañera de limpieza", "a cleaner", "f"),
    P("el médico", "the doctor", "m"),
    P("el taxi", "the taxi", "m"),
    P("alguien", "someone|somebody", "m"),
    P("{code}", "{code}", "m"),
)

_LACKING = (
    P("agua caliente", "is no hot water"),
    P("agua", "is no water"),
    P("luz", "is no light"),
    P("electricidad", "is no electricity"),
    P("papel higiénico", "is no toilet paper"),
    P("jabón", "is no soap"),
    P("wifi", "is no wifi"),
    P("calefacción", "is no heating"),
    P("toallas", "are no towels"),
    P("sábanas", "are no sheets"),
    P("perchas", "are no hangers"),
    P("vasos", "are no glasses"),
)

_PRESENT = (
    P("una fuga de agua", "is a water leak"),
    P("agua en el suelo", "is water on the floor"),
    P("cristales en el suelo", "is glass on the floor"),
    P("mucho ruido", "is a lot of noise"),
    P("mucho humo", "is a lot of smoke"),
    P("humo", "is smoke"),
    P("un mal olor", "is a bad smell"),
    P("insectos|bichos", "are insects"),
    P("hormigas", "are ants"),
    P("una persona enferma", "is a sick person"),
)

_SPOTS = (
    P("en la habitación {room}", "in room {room}"),
    P("en la habitación {room}", "in room {room}"),
    P("en nuestra habitación", "in our room"),
    P("en mi habitación", "in my room"),
    P("en el baño", "in the bathroom"),
    P("en el pasillo", "in the corridor"),
    P("en la terraza", "on the terrace"),
    P("en la piscina", "at the pool"),
    P("en el bar", "at the bar"),
    P("en el restaurante", "in the restaurant"),
    P("en el ascensor", "in the lift|in the elevator"),
    P("en la cocina", "in the kitchen"),
    P("en la calle", "in the street"),
    P("en {code}", "in {code}"),
)

_BELONGINGS = (
    P("mi teléfono|mi móvil", "my phone"),
    P("mi cartera", "my wallet"),
    P("mi pasaporte", "my passport"),
    P("mi chaqueta", "my jacket"),
    P("mi bolso", "my bag|my handbag"),
    P("mi maleta", "my suitcase"),
    P("mi cámara", "my camera"),
    P("mi reloj", "my watch"),
    P("mis gafas", "my glasses"),
    P("mis llaves", "my keys"),
    P("mis zapatos", "my shoes"),
    P("un anillo", "a ring"),
)

_FOODS = (
    P("a los frutos secos", "to nuts"),
    P("a los cacahuetes", "to peanuts"),
    P("al gluten", "to gluten"),
    P("al pescado", "to fish"),
    P("al marisco", "to seafood"),
    P("a la leche", "to milk"),
    P("al huevo", "to eggs"),
    P("a los perros", "to dogs"),
)

_LIKED = (
    P("el desayuno", "the breakfast"),
    P("la cena", "the dinner"),
    P("la comida", "the food"),
    P("la habitación", "the room"),
    P("la cama", "the bed"),
    P("la playa", "the beach"),
    P("la piscina", "the pool"),
    P("la vista", "the view"),
    P("el hotel", "the hotel"),
    P("el concierto", "the concert"),
    P("{code}", "{code}"),
)

_SLOTS = {
    "thing": _THINGS,
    "fault": _FAULTS,
    "where": _WHERE,
    "when": _WHEN,
    "wanted": _WANTED,
    "count": _COUNTS,
    "counted": _COUNTED,
    "place": _PLACES,
    "event": _EVENTS,
    "day": _DAYS,
    "only": _ONLY,
    "staff": _STAFF,
    "lacking": _LACKING,
    "present": _PRESENT,
    "spot": _SPOTS,
    "mine": _BELONGINGS,
    "food": _FOODS,
    "liked": _LIKED,
}

# The box puts numbers of four digits, 7301 and up, where names, links and times stand; owners try
# it with real ones as well.
_NUMBERS = {
    "room": ("73##", "####", "@##", "@##", "@#", "@"),
    "time": ("73##", "####", "H:M", "H:M", "@"),
    "code": ("73##", "73##", "####"),
    "few": ("73##", "####", "@", "@#", "@0"),
}

_FAULTY = (
    P(
        "{thing}{where} {fault}{when}|{fault} {thing}{where}{when}",
        "{thing}{where} {fault}{when}",
    ),
)

_ASKING = (
    P("necesito {wanted}|me hace falta {wanted}", "I need {wanted}"),
    P("necesitamos {wanted}|nos hace falta {wanted}", "we need {wanted}"),
    P(
        "¿me pueden traer {wanted}?|¿pueden traerme {wanted}?|¿me traen {wanted}?",
        "can you bring me {wanted}?|could you bring me {wanted}?",
    ),
    P(
        "¿nos pueden traer {wanted}?|¿pueden traernos {wanted}?|¿nos traen {wanted}?",
        "can you bring us {wanted}?|could you bring us {wanted}?",
    ),
    P(
        "quisiera {wanted}|quiero {wanted}",
        "I would like {wanted}|I want {wanted}|I'd like {wanted}",
    ),
    P("queremos {wanted}|quisiéramos {wanted}", "we would like {wanted}|we want {wanted}"),
    P(
        "todavía espero {wanted}|sigo esperando {wanted}",
        "I am still waiting for {wanted}|I'm still waiting for {wanted}",
    ),
    P(
        "todavía esperamos {wanted}|seguimos esperando {wanted}",
        "we are still waiting for {wanted}|we're still waiting for {wanted}",
    ),
    P(
        "ayer pedí {wanted}|pedí {wanted} ayer",
        "I asked for {wanted} yesterday|yesterday I asked for {wanted}",
    ),
    P("pedí {wanted} a las {time}", "I asked for {wanted} at {time}"),
    P("no tenemos {wanted}", "we do not have {wanted}|we don't have {wanted}"),
    P("necesito {wanted} a las {time}", "I need {wanted} at {time}"),
    P("necesito {wanted} {spot}", "I need {wanted} {spot}"),
    P("necesitamos {wanted} {spot}", "we need {wanted} {spot}"),
    P(
        "¿pueden enviar {wanted} a la habitación {room}?"
        "|¿pueden subir {wanted} a la habitación {room}?",
        "can you send {wanted} to room {room}?|could you send {wanted} to room {room}?",
    ),
    P("¿cuánto cuesta {wanted}?", "how much is {wanted}?|how much does {wanted} cost?"),
    P("gracias por {wanted}", "thank you for {wanted}|thanks for {wanted}"),
)

_THERE = (
    P("no hay {lacking} {spot}|{spot} no hay {lacking}", "there {lacking} {spot}"),
    P("no hay {lacking}", "there {lacking}"),
    P("hay {present} {spot}|{spot} hay {present}", "there {present} {spot}"),
    P("hay {present}", "there {present}"),
    P("hace mucho frío {spot}", "it is very cold {spot}|it's very cold {spot}"),
    P("hace mucho calor {spot}", "it is very hot {spot}|it's very hot {spot}"),
    P("huele a humo {spot}", "it smells of smoke {spot}"),
    P("no podemos dormir {spot}", "we cannot sleep {spot}|we can't sleep {spot}"),
)

_HOURS = (
    P("¿dónde está {place}?", "where is {place}?"),
    P("no encuentro {place}", "I cannot find {place}|I can't find {place}"),
    P(
        "¿a qué hora abre {place}?|¿cuándo abre {place}?",
        "what time does {place} open?|when does {place} open?",
    ),
    P(
        "¿a qué hora cierra {place}?|¿cuándo cierra {place}?",
        "what time does {place} close?|when does {place} close?",
    ),
    P("¿{place} abre {day}?|¿abre {place} {day}?", "does {place} open {day}?"),
    P("{place} abre a las {time}", "{place} opens at {time}"),
    P("{place} cierra a las {time}", "{place} closes at {time}"),
    P("{place} abre {day}", "{place} opens {day}"),
    P("{place} está cerrad[o/a/os/as] {day}", "{place} is closed {day}"),
    P("{place} está cerrad[o/a/os/as]", "{place} is closed"),
    P("{place} está abiert[o/a/os/as]", "{place} is open"),
    P("¿a qué hora es {event}?|¿cuándo es {event}?", "what time is {event}?|when is {event}?"),
    P("{event} es a las {time}", "{event} is at {time}"),
    P("{event} empieza a las {time}", "{event} starts at {time}|{event} begins at {time}"),
    P("¿cuánto cuesta {event}?", "how much is {event}?|how much does {event} cost?"),
    P("¿dónde es {event}?", "where is {event}?"),
    P("{event} es en {code}", "{event} is in {code}"),
    P(
        "queremos una mesa para {few} a las {time}|una mesa para {few} a las {time}, por favor",
        "we would like a table for {few} at {time}|a table for {few} at {time}, please",
    ),
)

_RANGES = (
    P(
        "{place} está abiert[o/a/os/as] de {time} a {time_2}",
        "{place} is open from {time} to {time_2}",
    ),
    P(
        "{place} está abiert[o/a/os/as] de {time} a {time_2} {day}",
        "{place} is open from {time} to {time_2} {day}",
    ),
    P(
        "{place} abre de {time} a {time_2}{only}",
        "{place} opens from {time} to {time_2}{only}",
    ),
    P("{event} es de {time} a {time_2}{only}", "{event} is from {time} to {time_2}{only}"),
    P("{staff} viene de {time} a {time_2}{only}", "{staff} comes from {time} to {time_2}{only}"),
    P(
        "hay agua caliente de {time} a {time_2}{only}",
        "there is hot water from {time} to {time_2}{only}",
    ),
    P("de {time} a {time_2}{only}", "from {time} to {time_2}{only}"),
)

_ROOMS = (
    P("la habitación {room} está sucia", "room {room} is dirty"),
    P("la habitación {room} está lista", "room {room} is ready"),
    P("estoy en la habitación {room}", "I am in room {room}|I'm in room {room}"),
    P("estamos en la habitación {room}", "we are in room {room}|we're in room {room}"),
    P("mi habitación es la {room}", "my room is {room}|my room number is {room}"),
    P("su habitación es la {room}", "your room is {room}"),
    P("nadie ha limpiado la habitación {room}", "nobody has cleaned room {room}"),
    P(
        "los vecinos de la habitación {room} hacen mucho ruido",
        "the neighbours in room {room} make a lot of noise"
        "|the neighbours in room {room} are very noisy",
    ),
    P("envíen a alguien a la habitación {room}", "send someone to room {room}"),
    P("limpien la habitación {room}", "clean room {room}|please clean room {room}"),
    P("la habitación {room} huele a humo", "room {room} smells of smoke"),
    P("queremos cambiar de habitación", "we want to change rooms"),
    P("quiero cambiar de habitación", "I want to change rooms"),
)

_GUEST = (
    P("me llamo {code}", "my name is {code}"),
    P("me llamo {code} y necesito {wanted}", "my name is {code} and I need {wanted}"),
    P(
        "soy {code} de la habitación {room}",
        "I am {code} from room {room}|I'm {code} from room {room}",
    ),
    P("soy {code}", "I am {code}|I'm {code}"),
    P("mi correo es {code}", "my e-mail is {code}|my email is {code}"),
    P("mi teléfono es {code}", "my phone number is {code}"),
    P("llámenme al {code}", "call me at {code}|please call me at {code}"),
    P("he pagado {code}", "I have paid {code}|I paid {code}"),
    P(
        "he pagado {code} por {wanted}",
        "I have paid {code} for {wanted}|I paid {code} for {wanted}",
    ),
    P("he perdido {mine}", "I have lost {mine}|I lost {mine}"),
    P("he perdido {mine} {spot}", "I have lost {mine} {spot}|I lost {mine} {spot}"),
    P("he dejado {mine} {spot}", "I have left {mine} {spot}|I left {mine} {spot}"),
    P("soy alérgico {food}|soy alérgica {food}", "I am allergic {food}|I'm allergic {food}"),
    P("mi hijo es alérgico {food}", "my son is allergic {food}"),
    P("{staff} ha sido muy amable", "{staff} has been very kind|{staff} was very kind"),
    P("{staff} no ha venido", "{staff} has not come|{staff} hasn't come|{staff} did not come"),
    P("nos gusta mucho {liked}", "we like {liked} very much"),
    P("me gusta mucho {liked}", "I like {liked} very much"),
    P("nos ha encantado {liked}", "we loved {liked}|we have loved {liked}"),
    P("no nos gusta {liked}", "we do not like {liked}|we don't like {liked}"),
    P("llegamos a las {time}", "we arrive at {time}"),
    P("nos vamos a las {time}", "we leave at {time}"),
    P("nos vamos {day}", "we leave {day}"),
    P("llegamos {day}", "we arrive {day}"),
    P("despiértenme a las {time}", "wake me at {time}|wake me up at {time}"),
    P("¿pueden llamar a {staff}?", "can you call {staff}?|could you call {staff}?"),
    P("llevo {few} minutos esperando", "I have been waiting for {few} minutes"),
    P("llevamos {few} horas esperando", "we have been waiting for {few} hours"),
    P("somos {few} personas", "we are {few} people"),
    P("¿cuál es la contraseña del wifi?", "what is the wifi password?|what's the wifi password?"),
    P("es la tercera vez que aviso", "this is the third time that I tell you"),
    P("nadie ha venido", "nobody has come"),
    P("quiero poner una queja|quiero hacer una queja", "I want to make a complaint"),
    P("quiero hablar con {staff}", "I want to speak to {staff}|I want to talk to {staff}"),
    P("esto es inaceptable", "this is unacceptable"),
    P("todo está muy bien", "everything is very good|all is very good"),
    P("todo ha sido perfecto", "everything has been perfect|everything was perfect"),
    P("no podemos dormir", "we cannot sleep|we can't sleep"),
    P("no puedo dormir", "I cannot sleep|I can't sleep"),
    P("es urgente", "it is urgent|it's urgent"),
    P("¿pueden ayudarnos?|¿nos pueden ayudar?", "can you help us?|could you help us?"),
    P("necesitamos ayuda", "we need help"),
    P("la música está muy alta", "the music is very loud"),
    P("los vecinos hacen mucho ruido", "the neighbours make a lot of noise"),
    P("volveremos", "we will come back|we'll come back"),
)

_ANSWERS = (
    P(
        "{staff} va de camino|{staff} está en camino",
        "{staff} is on the way|{staff} is on their way",
    ),
    P("{staff} viene a las {time}", "{staff} comes at {time}|{staff} will come at {time}"),
    P("{staff} viene a las {time} {day}", "{staff} comes at {time} {day}"),
    P(
        "{staff} viene en {few} minutos",
        "{staff} comes in {few} minutes|{staff} will come in {few} minutes",
    ),
    P("{staff} viene {day}", "{staff} comes {day}|{staff} will come {day}"),
    P("{staff} viene ahora|{staff} viene ahora mismo", "{staff} is coming now|{staff} comes now"),
    P("avisamos a {staff}", "we are telling {staff}|we tell {staff}"),
    P("hemos avisado a {staff}", "we have told {staff}"),
    P("{staff} le espera {spot}", "{staff} is waiting for you {spot}"),
    P("le traemos {wanted}", "we are bringing you {wanted}"),
    P("le traemos {wanted} a las {time}", "we are bringing you {wanted} at {time}"),
    P("hoy no tenemos {wanted}", "we do not have {wanted} today|we don't have {wanted} today"),
    P("{thing}{where} ya funciona[/n]", "{thing}{where} [works/work] now"),
    P(
        "{thing}{where} ya está[/n] arreglad[o/a/os/as]",
        "{thing}{where} [is/are] repaired now|{thing}{where} [is/are] fixed now",
    ),
    P(
        "estamos arreglando {thing}{where}",
        "we are repairing {thing}{where}|we are fixing {thing}{where}",
    ),
    P("vamos a arreglar {thing}{where}", "we are going to repair {thing}{where}"),
    P("¿ya funciona[/n] {thing}?", "[does/do] {thing} work now?|[is/are] {thing} working now?"),
    P("¿ya funciona?", "does it work now?|is it working now?"),
    P("sentimos el ruido", "we are sorry for the noise"),
    P("sentimos la espera", "we are sorry for the wait"),
    P("sentimos las molestias|disculpe las molestias", "we are sorry for the inconvenience"),
    P("lo sentimos", "we are sorry|we're sorry"),
    P("lo sentimos mucho", "we are very sorry|we're very sorry"),
    P("gracias por avisarnos|gracias por avisar", "thank you for telling us|thanks for telling us"),
    P("gracias por su mensaje", "thank you for your message"),
    P("gracias por su paciencia", "thank you for your patience"),
    P("gracias por su ayuda", "thank you for your help"),
    P("hemos recibido su mensaje", "we have received your message"),
    P("hemos recibido su queja", "we have received your complaint"),
    P("lo estamos mirando", "we are looking into it|we're looking into it"),
    P("ya está arreglado", "it is repaired now|it is fixed now"),
    P("le llamamos a las {time}", "we will call you at {time}|we'll call you at {time}"),
    P("llame a {code}", "call {code}|please call {code}"),
    P("llame a la recepción", "call the reception|please call the reception"),
    P("venga a la recepción", "come to the reception|please come to the reception"),
    P("escríbanos a {code}", "write to us at {code}|please write to us at {code}"),
    P("más información: {code}", "more information: {code}"),
    P("la información está en {code}", "the information is at {code}"),
    P("la contraseña del wifi es {code}", "the wifi password is {code}"),
    P("la red wifi es {code}", "the wifi network is {code}"),
    P("el precio es {code}", "the price is {code}"),
    P("cuesta {code}", "it costs {code}"),
    P("cuesta {code} por persona", "it costs {code} per person"),
    P("{event} cuesta {code}", "{event} costs {code}"),
    P("podemos cambiarle de habitación", "we can change your room"),
    P(
        "¿quiere cambiar de habitación?",
        "would you like to change rooms?|do you want to change rooms?",
    ),
    P("¿en qué habitación está?", "which room are you in?|what room are you in?"),
    P("¿está en la habitación?", "are you in the room?"),
    P("¿podemos entrar a las {time}?", "can we come in at {time}?"),
    P("¿podemos entrar ahora?", "can we come in now?"),
    P("disfrute de su estancia", "enjoy your stay"),
    P("esperamos verle pronto", "we hope to see you soon"),
    P("de nada", "you are welcome|you're welcome"),
    P("un saludo, {code}", "kind regards, {code}"),
    P("un saludo", "kind regards"),
)

_COURTESY = (
    P("muchas gracias", "thank you very much|many thanks|thanks a lot"),
    P("gracias", "thank you|thanks"),
    P("gracias, {code}", "thank you, {code}|thanks, {code}"),
    P("buenos días", "good morning"),
    P("buenas tardes", "good afternoon|good evening"),
    P("buenas noches", "good night"),
    P("buenos días, {code}", "good morning, {code}"),
    P("hola", "hello|hi"),
    P("hola, {code}", "hello, {code}|hi, {code}|hello {code}"),
    P("por favor", "please"),
    P("perdone", "excuse me"),
    P("adiós", "goodbye|bye"),
    P("sí", "yes"),
    P("no", "no"),
)

_JOINED = (
    P(
        "{thing}{where} {fault} y necesitamos {wanted}",
        "{thing}{where} {fault} and we need {wanted}",
    ),
    P("{thing}{where} {fault} y no podemos dormir", "{thing}{where} {fault} and we cannot sleep"),
    P("{thing}{where} {fault} y nadie ha venido", "{thing}{where} {fault} and nobody has come"),
    P("lo sentimos, {staff} va de camino", "we are sorry, {staff} is on the way"),
    P(
        "lo sentimos mucho, {staff} viene a las {time}",
        "we are very sorry, {staff} comes at {time}",
    ),
)

_OPENINGS = (
    *[P("", "")] * 6,
    P("hola, ", "hello, "),
    P("buenos días, ", "good morning, "),
    P("buenas tardes, ", "good afternoon, "),
    P("perdone, ", "excuse me, "),
)
_ENDINGS = (*[P("", "")] * 8, P(", por favor", ", please"), P(", gracias", ", thank you"))

PHRASEBOOK = Grammar(
    (
        Kind(8, _FAULTY),
        Kind(5, _ASKING),
        Kind(3, _THERE),
        Kind(4, _HOURS),
        Kind(2, _RANGES),
        Kind(2, _ROOMS),
        Kind(5, _GUEST),
        Kind(6, _ANSWERS),
        Kind(1, _COURTESY),
        Kind(1.5, _JOINED),
    ),
    _SLOTS,
    _NUMBERS,
    openings=_OPENINGS,
    endings=_ENDINGS,
)
