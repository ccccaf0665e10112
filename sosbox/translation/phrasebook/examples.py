"""Sentences that the models of the phrasebook translate word for word, in both directions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """The same in both languages."""

    es: str
    en: str


FROM_GUESTS = (
    Example(
        "La ducha de la habitación 204 no funciona.",
        "The shower in room 204 does not work.",
    ),
    Example(
        "Buenos días, el aire acondicionado hace mucho ruido por la noche.",
        "Good morning, the air conditioning makes a lot of noise at night.",
    ),
    Example("El grifo del baño gotea otra vez.", "The tap in the bathroom is leaking again."),
    Example("¿Nos pueden traer toallas limpias?", "Can you bring us clean towels?"),
    Example("Necesito otra almohada, por favor.", "I need another pillow, please."),
    Example(
        "Todavía esperamos cuatro botellas de agua.",
        "We are still waiting for four bottles of water.",
    ),
    Example(
        "No hay agua caliente en nuestra habitación.",
        "There is no hot water in our room.",
    ),
    Example("¿A qué hora abre la piscina?", "What time does the pool open?"),
    Example("He perdido mi pasaporte en la terraza.", "I have lost my passport on the terrace."),
    Example("Soy alérgico a los frutos secos.", "I am allergic to nuts."),
    Example("La música está muy alta.", "The music is very loud."),
    Example("No podemos dormir.", "We cannot sleep."),
    Example("Nos ha encantado el desayuno.", "We loved the breakfast."),
    Example("Muchas gracias.", "Thank you very much."),
)
FROM_STAFF = (
    Example("Lo sentimos.", "We are sorry."),
    Example("Alguien va de camino.", "Someone is on the way."),
    Example("El técnico viene a las 10:30.", "The technician comes at 10:30."),
    Example("El técnico va de camino.", "The technician is on the way."),
    Example("Gracias por avisarnos.", "Thank you for telling us."),
    Example("Le traemos toallas limpias.", "We are bringing you clean towels."),
    Example(
        "La piscina está abierta de 9:00 a 21:30.",
        "The pool is open from 9:00 to 21:30.",
    ),
    Example("La contraseña del wifi es 7301.", "The wifi password is 7301."),
    Example("Más información: 7302.", "More information: 7302."),
    Example("Un saludo, 7303.", "Kind regards, 7303."),
    Example("¿Podemos entrar ahora?", "Can we come in now?"),
    Example("La ducha ya está arreglada.", "The shower is repaired now."),
)
EXAMPLES = (*FROM_GUESTS, *FROM_STAFF)
