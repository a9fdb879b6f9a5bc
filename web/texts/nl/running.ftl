# Een lopende of afgelopen actie, het overzicht, het archief en het rapport.
connection-lost = verbinding weg, we proberen het opnieuw
overview-new = Nieuwe actie
overview-none = Er loopt nu geen actie. Kies 'Nieuwe actie' om te beginnen.
overview-audience = deelnemers in het gebied
overview-reached = bereikt
overview-tips = { $count ->
    [one] tip
   *[other] tips
}
overview-new-tips = { $count ->
    [one] { $count } nieuwe tip
   *[other] { $count } nieuwe tips
}
overview-queued = { $count ->
    [one] { $count } bericht wacht op verzending.
   *[other] { $count } berichten wachten op verzending.
}
overview-started = gestart
overview-submitted = Wacht op een tweede persoon
overview-drafts = Concepten
overview-changed = gewijzigd
overview-search = Zoek in alle acties
action-untitled = Nog zonder titel
keys-open = Toetsen
keys-title = Toetsen
keys-new = Nieuwe actie
keys-search = Zoeken
keys-tips = Volgende of vorige tip
keys-judge = Tip beoordelen: gezien, bruikbaar, niet bruikbaar, meer
keys-help = Deze lijst
phase-draft = concept
phase-submitted = wacht op een tweede persoon
phase-returned = teruggegeven
phase-refused = afgewezen
phase-approved = goedgekeurd
phase-active = loopt
phase-paused = gepauzeerd
phase-closed = afgesloten
phase-withdrawn = ingetrokken
phase-expired = tijd is om
wave-first = oproep
wave-expansion = uitbreiding
wave-update = nieuws
wave-closing = afloop
wave-correction = correctie
wave-fallback = sms na stilte
wave-state-running = wordt verzonden
wave-state-paused = gepauzeerd
wave-state-halted = gestopt
wave-state-finished = verzonden
way-push = App
way-app = App
way-sms = Sms
way-email = E-mail
way-voice = Telefoon
running-sent = Verzonden
running-wave = Golf { $ordinal }
running-for = { $count ->
    [one] aan { $count } deelnemer
   *[other] aan { $count } deelnemers
}
running-unheard = De aanbieder heeft van geen enkel bericht gemeld dat het is bezorgd. Het is niet zeker dat ze aankomen.
running-held = Gaat zo uit: terugnemen of nu verzenden
running-no-waves = Er is nog niets verzonden.
running-counts = In de rij { $queued }, verzonden { $sent }, bezorgd { $delivered }, mislukt { $failed }.
running-unknown = Van { $count } is niet bekend of het aankwam.
running-stopped = Niet meer verzonden: { $count }.
running-expires = loopt tot { $at }
running-ended = afgelopen { $at }
running-message = Het bericht
clock-title = Klok van de verloren minuten
clock-not-yet = nog niet bekend
step-incident-to-request = Van incident tot aanvraag
step-request-to-start = Van aanvraag tot start
step-start-to-first = Van start tot eerste bericht
step-first-to-last = Van eerste tot laatste bericht
step-sent-to-tip = Van eerste bericht tot eerste tip
step-tip-to-passed-on = Van eerste tip tot doorgeven
step-incident-to-close = Van incident tot afsluiting
decimal-mark = ,
took-seconds = { $seconds } s
took-minutes = { $minutes } min { $seconds } s
took-hours = { $hours } u { $minutes } min
do-expand = Uitbreiden
do-update = Nieuws sturen
do-pause = Pauzeren
do-resume = Hervatten
do-close = Afsluiten
do-report = Verslag
do-stop = Stoppen
do-correct = Corrigeren
do-withdraw = Intrekken
halting-title = Stoppen, corrigeren of intrekken
stop-ask = { $count ->
    [one] Stoppen: wat nog in de rij staat, gaat niet meer uit. { $count } deelnemer heeft het bericht al.
   *[other] Stoppen: wat nog in de rij staat, gaat niet meer uit. { $count } deelnemers hebben het bericht al.
}
stop-question = { $count ->
    [one] Wil je de verzending stoppen? { $count } deelnemer heeft het bericht al. Die hoort pas iets als je de actie corrigeert of afsluit.
   *[other] Wil je de verzending stoppen? { $count } deelnemers hebben het bericht al. Zij horen pas iets als je de actie corrigeert of afsluit.
}
correct-ask = { $count ->
    [one] Corrigeren: de verzending stopt en { $count } deelnemer hoort wat er fout was.
   *[other] Corrigeren: de verzending stopt en { $count } deelnemers horen wat er fout was.
}
withdraw-ask = Intrekken: de verzending stopt, de actie is voorbij en wie het bericht had, hoort dat uitkijken niet meer hoeft.
withdraw-question = { $count ->
    [one] Wil je deze actie intrekken? { $count } deelnemer hoort dat uitkijken niet meer hoeft. Dit is niet terug te draaien.
   *[other] Wil je deze actie intrekken? { $count } deelnemers horen dat uitkijken niet meer hoeft. Dit is niet terug te draaien.
}
dialog-no = Nee, ga terug
correct-title = Actie corrigeren
correct-what-happens = { $count ->
    [one] Alles wat nog verzonden wordt, stopt. { $count } deelnemer die het bericht had, krijgt deze tekst.
   *[other] Alles wat nog verzonden wordt, stopt. De { $count } deelnemers die het bericht hadden, krijgen deze tekst.
}
correct-do = { $count ->
    [one] Corrigeer: { $count } deelnemer
   *[other] Corrigeer: { $count } deelnemers
}
tips-title = Tips
tips-keys = Toetsen: J en K voor volgende en vorige, 1 tot 4 om te beoordelen, Enter voor de foto.
tips-none = Er zijn nog geen tips. Ze komen hier vanzelf binnen.
tips-not-yours = Tips zijn er alleen voor wie ze behandelt.
tips-older = Oudere tips
tips-sound = Geluid bij een nieuwe tip
tip-label = Tip van { $at }
tip-new = nieuw
tip-seen = gezien
tip-relevant = bruikbaar
tip-not_relevant = niet bruikbaar
tip-duplicate_of = dubbel
tip-passed_on = doorgegeven
tip-late = na afloop
tip-photo = Foto { $number }
tip-film = Film bij deze tip
tip-recording = Ingesproken bericht bij deze tip
tip-place = Plek:
tip-anonymous = Anoniem
tip-unit = Doorgegeven aan { $unit }
tip-note-written = Notitie:
tip-note = Notitie
tip-note-do = Bewaar notitie
tip-more = Doorgeven, notitie, vergelijken
tip-unit-ask = Doorgeven aan eenheid
tip-beside = Vergelijk met andere tips
source-app = via de app
source-sms = via de link in een sms
source-email = via de link in een e-mail
source-email_reply = antwoord per e-mail
source-device = via een apparaat
source-telephone = telefonisch gemeld
source-sms_reply = antwoord per sms
source-call = ingesproken
judge-seen = Gezien
judge-relevant = Bruikbaar
judge-not-relevant = Niet bruikbaar
judge-passed-on = Doorgegeven
judge-duplicate = Is dezelfde melding
beside-title = Tips vergelijken
beside-explained = Deze tips lijken op elkaar. Bij elke tip staat waarom.
beside-this = Deze tip
beside-others = Tips die erop lijken
beside-none = Geen andere tip lijkt hierop.
viewer-title = Foto
viewer-close = Sluiten
map-origin = hier gebeurde het
to-action = Naar de actie
to-archive = Naar het archief
outcome-direct_success = opgelost door een tip
outcome-indirect_success = mede opgelost door de oproep
outcome-resolved_otherwise = op een andere manier opgelost
outcome-not_resolved = niet opgelost
outcome-withdrawn = ingetrokken
close-title = Actie afsluiten
close-what-happens = { $count ->
    [one] { $count } deelnemer die het bericht had, hoort hoe het afliep.
   *[other] De { $count } deelnemers die het bericht hadden, horen hoe het afliep.
}
close-outcome = Hoe liep het af?
close-tip = De tip die ertoe leidde
close-tip-hint = Alleen nodig als de actie door een tip is opgelost.
close-no-tip = Geen tip
close-own-text = Een eigen tekst schrijven
close-own-text-hint = Laat leeg voor de tekst die bij de afloop hoort.
close-title-nl = Titel in het Nederlands
close-body-nl = Tekst in het Nederlands
close-title-en = Titel in het Engels
close-body-en = Tekst in het Engels
close-confirm = Controleer en bevestig
close-do = { $count ->
    [one] Sluit af: { $count } deelnemer
   *[other] Sluit af: { $count } deelnemers
}
close-back = Terug zonder iets te doen
history-title = Wie deed wat
history-none = Er is nog niets gebeurd.
who-gone = een oud-collega
who-key = een ander systeem
who-participant = een deelnemer
who-system = het systeem
event-action-created = Concept gemaakt
event-action-changed = Concept gewijzigd
event-action-submitted = Voorgelegd aan een tweede persoon
event-action-approved = Goedgekeurd
event-action-returned = Teruggegeven
event-action-refused = Afgewezen
event-action-started = Gestart
event-action-taken-back = Teruggenomen voordat er iets uitging
event-action-sent-now = Direct verzonden
event-limit-overridden = Over een grens heen gestart, met een reden
event-action-paused = Gepauzeerd
event-action-resumed = Hervat
event-action-stopped = Gestopt
event-action-corrected = Gecorrigeerd
event-action-closed = Afgesloten
event-action-withdrawn = Ingetrokken
event-action-expired = De tijd was om
event-wave-started = Een golf begon
event-wave-finished = Een golf is klaar
event-tip-received = Tip ontvangen
event-tip-changed = Tip behandeld
event-area-searched = Gezocht en niets gevonden
event-notice-received = Melding van een ander systeem
event-notice-changed = Melding behandeld
event-webhook-disabled = Een ander systeem is niet meer te bereiken
report-number = Nummer
report-kind = Soort
report-region = Gebied
report-started = Gestart
report-ended = Afgelopen
report-tips = Tips
report-closing = Wat deelnemers over de afloop lazen
report-where = Waar
report-print = Afdrukken
archive-title = Archief
archive-words = Woorden
archive-all = Alle
archive-state = Stand
archive-outcome = Afloop
archive-from = Van
archive-until = Tot en met
archive-sort = Volgorde
archive-newest = Nieuwste eerst
archive-oldest = Oudste eerst
archive-search = Zoek
archive-clear = Wis alles
archive-none = Geen actie past hierbij. Kies een langere periode of minder woorden.
archive-choose = Kies
archive-choose-one = Kies { $title }
archive-action = Actie
archive-when = Wanneer
archive-compare = Vergelijk gekozen acties
archive-csv = Bewaar als tabel (CSV)
archive-geojson = Bewaar als kaart (GeoJSON)
archive-next = Volgende bladzijde
compare-title = Acties vergelijken
compare-none = Kies in het archief twee tot vier acties.
compare-audience = Deelnemers in het gebied
compare-reached = Bereikt
compare-delivered = Bezorgd
compare-failed = Mislukt
compare-useful = Bruikbare tips
statistics-title = Rapport
statistics-show = Toon
statistics-none = In deze periode is geen actie gestart.
statistics-started = { $count ->
    [one] actie gestart
   *[other] acties gestart
}
statistics-urgent = met haast
statistics-success = opgelost door een tip: { $successes } van { $total }
statistics-between = (met 95% zekerheid tussen { $low }% en { $high }%)
statistics-without = Afgelopen zonder uitkomst
statistics-half = De helft van de acties was zo snel of sneller.
statistics-of = { $count ->
    [one] bij { $count } actie
   *[other] bij { $count } acties
}
lanes-well = Alle verzendwegen werken
lanes-out = { $account } is sinds { $at } buiten dienst. Wat daarover ging, gaat over een ander account als dat er is.
score-title = Uw score
score-speed = Snelheid: { $points } van 10. Binnen drie minuten na het begin van het concept starten is tien punten.
score-description = Beschrijving: { $points } van 10. Tien punten is alles wat bij deze soort gevraagd wordt.
expand-title = Actie { $number } uitbreiden
expand-explained = Kies een groter of ander gebied. Alleen wie nog niet is opgeroepen, krijgt het bericht.
expand-second = Hier moet een tweede persoon naar kijken.
do-count = Tel opnieuw
do-expand-to = { $count ->
    [one] Uitbreiden: { $count } nieuwe deelnemer
   *[other] Uitbreiden: { $count } nieuwe deelnemers
}
update-title = Nieuws over actie { $number }
update-explained = Iedereen die het bericht had, krijgt deze tekst.
do-update-to = { $count ->
    [one] Verstuur: { $count } deelnemer
   *[other] Verstuur: { $count } deelnemers
}
