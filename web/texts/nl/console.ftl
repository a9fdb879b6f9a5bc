# De schermen van de meldkamer.
overview-title = Lopende acties
