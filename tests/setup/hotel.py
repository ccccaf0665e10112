"""A second hotel, with everything that the set-up file can say."""

HOTEL = """
[[subscriber]]
slug = "sol"
name = "Grupo Sol"
color = "#7A1F2B"
accent_color = "#b8860b"
print_texts = { en = "Write to us", es = "Escríbanos" }
service_name = "Sol listens"
service_website = "https://sol.example/listens"
[[establishment]]
slug = "hotel-sol"
subscriber = "sol"
name = "Hotel Sol"
timezone = "Atlantic/Canary"
language = "en"
guest_languages = ["en", "es"]
promise_hours = 24
base_url = "http://sol.example/"
official_sheets = true
color = "#004455"
accent_color = "#a05a00"
website = "hotelsol.example"
print_texts = { en = "Towels at the pool" }
print_languages = ["es", "en", "de"]
wifi_name = "Hotel Sol"
wifi_password = "sea and sun"
[[area]]
establishment = "hotel-sol"
slug = "pool"
name = "Pool"
position = 20
[[access_point]]
establishment = "hotel-sol"
area = "pool"
code = "P-1"
label = "Deep end"
position = 3
[[recipient]]
subscriber = "sol"
slug = "guard"
name = "Lifeguard"
language = "en"
email = ["guard@sol.example", "second@sol.example"]
sms = ["+34 600 123 456"]
[[rule]]
subscriber = "sol"
slug = "pool"
establishment = "hotel-sol"
when.areas = ["pool"]
when.access_points = ["P-1"]
notify = ["guard"]
[[account]]
email = "Eva@Sol.example"
name = "Eva"
subscriber = "sol"
role = "agent"
areas = ["pool"]
password_file = "eva.txt"
"""

# Who is there when, and what happens when nobody acts.
DUTY = """
[[establishment]]
slug = "bar-sol"
subscriber = "sol"
name = "Bar Sol"
fallback = ["duty", "guard"]
report_to = ["guard"]
digest_to = ["duty"]
digest_at = "07:30"
holiday_region = "ES-CN"
holidays = ["2026-08-16", "2026-12-24..2026-12-26"]
promise_warning_minutes = 0
legal_warning_days = 0
trust_replies = true
[[area]]
establishment = "bar-sol"
slug = "terrace"
name = "Terrace"
[[access_point]]
establishment = "bar-sol"
area = "terrace"
code = "T-1"
origin = "kiosk"
[[recipient]]
subscriber = "sol"
slug = "duty"
name = "On duty"
[[recipient]]
subscriber = "sol"
slug = "leo"
name = "Leo"
email = ["leo@sol.example"]
sms = ["+34 600 000 001"]
webhook = ["https://sol.example/notices"]
printer = ["192.168.1.50"]
channels = ["sms", "email"]
next_channel_minutes = 10
[[rota]]
subscriber = "sol"
recipient = "duty"
weekday = ["sat", "sun"]
hours = ["22:00-06:30"]
who = ["leo"]
[[rota]]
subscriber = "sol"
recipient = "duty"
date = ["2026-12-25"]
who = []
[[rule]]
subscriber = "sol"
slug = "night"
when.areas = ["pool", "terrace"]
when.access_points = ["P-1"]
when.kinds = ["complaint"]
when.words = ["noise", "ruido", "-pool bar"]
when.without_words = ["party"]
when.languages = ["es", "en"]
when.weekdays = ["fri", "sat"]
when.hours = ["22:00-06:30", "12:00-13:00"]
when.dates = ["2026-06-01..2026-09-30"]
when.holidays = false
when.anonymous = true
when.origins = ["qr", "kiosk"]
notify = ["duty"]
leave_out = ["guard"]
stop = true
safety = true
sensitive = true
disabled = true
[[rule]]
subscriber = "sol"
slug = "about-leo"
when.words = ["leo"]
leave_out = ["leo"]
[[escalation]]
establishment = "bar-sol"
after_minutes = 10
until = "opened"
notify = ["leo"]
[[escalation]]
establishment = "bar-sol"
after_minutes = 30
notify = ["guard", "duty"]
repeat_minutes = 15
max_times = 4
hours = ["08:00-22:00"]
[[escalation]]
subscriber = "sol"
rule = "night"
after_minutes = 5
notify = ["leo"]
[[filter]]
subscriber = "sol"
slug = "advertising"
establishment = "bar-sol"
action = "quarantine"
disabled = true
when.words = ["casino", "-hotel casino"]
when.lists = ["es", "en"]
when.pattern = "https?://[^ ]+\\\\.xyz"
when.links = 2
when.repeated = 5
when.same_within_minutes = 60
when.similar = 80
when.similar_within_minutes = 1440
when.contacts = ["spam@spam.example", "+34 600 999 999"]
when.receipts = ["2DF7-K9MX"]
when.access_points = ["P-1", "T-1"]
when.burst = 20
when.burst_minutes = 5
[[filter]]
subscriber = "sol"
slug = "offensive"
action = "mark"
when.lists = ["es"]
[[word_list]]
subscriber = "sol"
language = "es"
words = ["bobo", "vete a paseo"]
[[glossary]]
establishment = "hotel-sol"
term = "Náutica"
[[glossary]]
establishment = "hotel-sol"
term = "media pensión"
translations = { en = "half board", de = "Halbpension" }
[[translation]]
from = "es"
to = "gl"
engine = "argos"
"""
FULL = HOTEL + DUTY
