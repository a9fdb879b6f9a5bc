# Inloggen bij de meldkamer.
sign-in-title = Inloggen
sign-in-for-whom = Voor centralisten, ambassadeurs, coördinatoren en beheerders.
sign-in-username = Gebruikersnaam
sign-in-password = Wachtwoord
sign-in-code = Code
sign-in-code-hint = Zes cijfers uit je app, of een herstelcode.
sign-in-code-asked = Vul nog een keer je wachtwoord in, met de code uit je app.
sign-in-do = Inloggen
