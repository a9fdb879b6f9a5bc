# Een actie maken en starten.
new-title = Nieuwe actie
edit-title = Concept { $number }
map-label = Kaart van het gebied. Verschuif met de pijltjes, zoom met plus en min.
returned-because = Deze actie kwam terug:
unsaved-there = Hier staat nog wat je eerder typte en niet is opgeslagen.
unsaved-take = Terugzetten
unsaved-drop = Weggooien
saved-at = opgeslagen { $time }
saved-here = Nog niet opgeslagen. Het staat veilig op deze computer en gaat straks mee.
saved-signed-out = Je bent uitgelogd. Wat je typte staat veilig op deze computer. Log in een ander tabblad in en typ verder.
ask-kind = Soort actie
kind-apply = Vul in wat hierbij hoort
kind-missing_person = Vermiste persoon
kind-missing_child_regional = Vermist kind, in de regio
kind-missing_child_national = Vermist kind, in heel Nederland (Amber Alert)
kind-burglary = Inbraak
kind-robbery = Overval
kind-theft = Diefstal
kind-assault = Aanval op een persoon
kind-hit_and_run = Doorrijden na een aanrijding
kind-dangerous_situation = Gevaarlijke situatie
kind-other = Iets anders met haast
kind-wanted_person = Persoon die de politie wil spreken
kind-witness_call = Oproep aan getuigen
kind-unknown_person = Onbekende persoon
kind-stolen_vehicle = Gestolen voertuig
kind-lost_or_found = Verloren of gevonden
ask-area = Gebied
way-keep = Het gebied zoals het is opgeslagen
way-circle = Postcode of punt, met een straal
way-regions = Gemeenten, districten of teams
way-drawn = Tekenen op de kaart
way-search = Zoektocht die meegroeit
way-search-hint = Het gebied is zo groot als iemand sinds dat moment kan zijn gekomen.
ask-place = Postcode of punt
ask-place-hint = Bijvoorbeeld 3511 AB, of 52.0907, 5.1214.
ask-radius = Straal
ask-radius-hint = In meters.
ask-region-search = Zoek een gebied
ask-corners = Hoeken van het gebied
ask-corners-hint = Teken op de kaart, of typ op elke regel een hoek, zoals 52.0907, 5.1214. Een regel met alleen een streepje begint een stuk dat eruit gaat.
ask-seen-place = Laatst gezien bij
ask-seen-at = Wanneer
ask-means = Gaat
means-on_foot = te voet
means-bicycle = met de fiets
means-car = met de auto
part-description = Signalement
part-persons = Persoon
part-vehicles = Voertuig
part-last-seen = Laatst gezien
part-direction = Richting
part-details = Wat nog meer opvalt
part-message = Bericht
part-how = Kanalen en looptijd
part-follows = Bereik, controles en voorbeeld
part-photos = Foto's
unknown = onbekend
ask-name = Naam waar iemand naar luistert
ask-sex = Man of vrouw
ask-age = Leeftijd
ask-age-to = Of hooguit
ask-height = Lengte in centimeters
ask-build = Bouw
ask-hair = Haar
ask-hair-colour = Kleur van het haar
ask-garment = Draagt
ask-colour = Kleur
ask-garment-2 = Draagt ook
ask-colour-2 = Kleur daarvan
ask-garment-3 = En verder
ask-colour-3 = Kleur van het derde
ask-particulars = Bijzonderheden, als zin
ask-particulars-en = Bijzonderheden in het Engels
ask-vehicle = Soort voertuig
ask-vehicle-colour = Kleur van het voertuig
ask-make = Merk
ask-model = Type
ask-plate = Kenteken, of een deel
ask-last-place = Plaats, in woorden
ask-last-at = Tijd
ask-direction = Richting, zoals: de Biltstraat
ask-details = In hele zinnen, zonder het vermoedelijke misdrijf
ask-details-en = Hetzelfde in het Engels
ask-own = Ik schrijf de tekst zelf
ask-own-hint = Anders maakt Oproep de tekst van het signalement.
ask-title-nl = Titel, Nederlands
ask-body-nl = Tekst, Nederlands
ask-title-en = Titel, Engels
ask-body-en = Tekst, Engels
ask-channels = Kanalen
channel-app = app
channel-sms = sms
channel-email = e-mail
channel-voice = telefoon
ask-hours = Looptijd in uren
ask-fallback = Stuur een sms aan wie de app na twee minuten niet bereikte
ask-public = Iedereen mag deze actie lezen, ook op de website
do-check = Controleren
do-save = Opslaan
ask-photo = Voeg een foto toe
ask-photo-hint = JPEG, PNG of WebP. Plaats en camera worden eruit gehaald.
photo-add = Foto toevoegen
photo-alt = Foto { $number } van deze actie
photo-remove = Foto { $number } weghalen
photos-later = Sla de actie eerst op. Daarna kun je foto's toevoegen.
reach-none = Kies een gebied. Dan staat hier wie je bereikt.
reach-regions = In { $count -> 
    [one] { $count } gebied
   *[other] { $count } gebieden
}
reach-total = { $count -> 
    [one] { $count } deelnemer
   *[other] { $count } deelnemers
}
reach-new = { $count -> 
    [one] { $count } nieuwe deelnemer
   *[other] { $count } nieuwe deelnemers
}
reach-often = { $count } kregen deze week al drie of meer oproepen.
reach-quiet = { $count } hebben nu rust en horen het daarna.
reach-limited = { $count } kregen deze week genoeg berichten zonder haast.
reach-unreachable = { $count } zijn met deze kanalen niet te bereiken.
found-label = Controles
found-proposal = Beter: { $text }.
severity-warn = let op
severity-confirm = bevestigen
severity-refuse = kan zo niet weg
reading-nl = Nederlands
reading-en = Engels
reading-left = Nog { $count } tekens.
reading-segments = { $count -> 
    [one] De sms past in één deel.
   *[other] De sms heeft { $count } delen.
}
preview-phone = Zo komt het op de telefoon
preview-sms = Zo leest de sms
preview-email = Zo leest de e-mail
start-title = Controleren en starten: actie { $number }
review-title = Beoordelen: actie { $number }
review-submitted = Deze actie is voorgelegd. Een ander beoordeelt haar.
review-submitted-by = { $name } vraagt om een tweede persoon.
review-approved = Deze actie is goedgekeurd.
review-approved-by = { $name } heeft dit goedgekeurd.
review-returned = Deze actie kwam terug om haar beter te maken.
review-returned-by = { $name } gaf dit terug:
review-refused = Deze actie is geweigerd en gaat niet uit.
review-refused-by = { $name } heeft dit geweigerd. Het gaat niet uit.
review-nothing = Er ligt nu niets om te beoordelen. Deze bladzijde toont het meteen als iemand iets voorlegt.
start-runs = { $count -> 
    [one] De actie loopt { $count } uur.
   *[other] De actie loopt { $count } uur.
}
start-reads = Zo lezen mensen het
start-refused = Zo gaat deze actie niet uit. Verbeter eerst wat hierboven rood staat.
start-waits = Een ander kijkt mee. Zodra die beslist, zie je het hier.
start-by-operator = Een centralist start de actie.
start-confirm = Bevestig wat opvalt
start-no-second = Er hoeft niemand meer mee te kijken. Na de start kun je het nog kort terugnemen.
ask-over-limit = Waarom toch starten?
ask-over-limit-hint = Een tweede persoon leest dit achteraf.
ask-code = Nieuwe code
ask-reason = Waarom terug of geweigerd?
ask-reason-hint = Wie het voorlegde leest dit.
do-approve = Goedkeuren voor { $count -> 
    [one] { $count } deelnemer
   *[other] { $count } deelnemers
}
do-return = Teruggeven
do-refuse = Weigeren
do-submit = Voorleggen aan een ander: { $count -> 
    [one] { $count } deelnemer
   *[other] { $count } deelnemers
}
do-start = Start: { $count -> 
    [one] { $count } deelnemer
   *[other] { $count } deelnemers
}
back-to-edit = Terug naar het formulier
hold-title = De actie gaat zo uit
hold-for = Naar { $count -> 
    [one] { $count } deelnemer
   *[other] { $count } deelnemers
}. Er is nog niets verstuurd.
hold-left = Tijd om terug te nemen
hold-seconds = seconden
hold-then = Doe je niets, dan gaat de actie vanzelf uit.
do-take-back = Terugnemen
do-send-now = Nu verzenden
sex-male = man
sex-female = vrouw
build-slim = slank
build-average = gewoon
build-sturdy = stevig
build-heavy = dik
hair-bald = kaal
hair-short = kort
hair-half_long = halflang
hair-long = lang
colour-black = zwart
colour-white = wit
colour-grey = grijs
colour-silver = zilver
colour-blue = blauw
colour-dark_blue = donkerblauw
colour-light_blue = lichtblauw
colour-red = rood
colour-dark_red = donkerrood
colour-green = groen
colour-dark_green = donkergroen
colour-yellow = geel
colour-orange = oranje
colour-brown = bruin
colour-beige = beige
colour-pink = roze
colour-purple = paars
colour-blond = blond
garment-coat = jas
garment-rain_coat = regenjas
garment-sweater = trui
garment-hoodie = trui met capuchon
garment-cardigan = vest
garment-shirt = overhemd
garment-t_shirt = T-shirt
garment-trousers = broek
garment-jeans = spijkerbroek
garment-shorts = korte broek
garment-tracksuit = trainingspak
garment-skirt = rok
garment-dress = jurk
garment-pyjamas = pyjama
garment-shoes = schoenen
garment-trainers = sportschoenen
garment-boots = laarzen
garment-slippers = pantoffels
garment-cap = pet
garment-woolly_hat = muts
garment-headscarf = hoofddoek
garment-scarf = sjaal
garment-helmet = helm
garment-glasses = bril
garment-backpack = rugzak
garment-bag = tas
vehicle-car = auto
vehicle-van = bestelbus
vehicle-lorry = vrachtwagen
vehicle-motorcycle = motor
vehicle-scooter = scooter
vehicle-mobility_scooter = scootmobiel
vehicle-bicycle = fiets
vehicle-electric_bicycle = elektrische fiets
vehicle-boat = boot
