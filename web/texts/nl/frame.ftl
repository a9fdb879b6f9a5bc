# Wat om elke bladzijde heen staat.
skip-to-content = Naar de inhoud
exercise-mark = OEFENING
exercise-band = Dit is een oefening. Niemand buiten de oefening krijgt hier iets van.
nav-label = Hoofdmenu
nav-actions = Acties
nav-archive = Archief
nav-report = Rapport
nav-administration = Beheer
nav-near = Oproepen
nav-settings = Instellingen
connection-made = verbonden
sign-out = Uitloggen
language-name = Nederlands
foot-accessibility = Toegankelijkheid
foot-privacy = Privacy
to-home = Naar het begin
ago-now = zojuist
ago-minutes = { $count } min geleden
ago-hours = { $count } uur geleden
ago-days = { $count ->
    [one] { $count } dag geleden
   *[other] { $count } dagen geleden
}
