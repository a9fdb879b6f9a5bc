# What stands around every page.
skip-to-content = To the content
exercise-mark = EXERCISE
exercise-band = This is an exercise. Nobody outside the exercise receives anything of it.
nav-label = Main menu
nav-actions = Actions
nav-archive = Archive
nav-report = Report
nav-administration = Administration
nav-near = Call-outs
nav-settings = Settings
connection-made = connected
sign-out = Sign out
language-name = English
foot-accessibility = Accessibility
foot-privacy = Privacy
to-home = To the beginning
ago-now = just now
ago-minutes = { $count } min ago
ago-hours = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
ago-days = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
