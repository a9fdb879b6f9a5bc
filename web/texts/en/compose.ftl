# Making an action and starting it.
new-title = New action
edit-title = Draft { $number }
map-label = Map of the area. Move it with the arrow keys, zoom with plus and minus.
returned-because = This action was returned:
unsaved-there = Something that you typed earlier was not saved.
unsaved-take = Put it back
unsaved-drop = Throw it away
saved-at = saved { $time }
saved-here = Not saved yet. It is safe on this computer and will be saved later.
saved-signed-out = You are signed out. What you typed is safe on this computer. Sign in in another tab and go on typing.
ask-kind = Kind of action
kind-apply = Fill in what belongs to it
kind-missing_person = Missing person
kind-missing_child_regional = Missing child, in the region
kind-missing_child_national = Missing child, in the whole country (Amber Alert)
kind-burglary = Burglary
kind-robbery = Robbery
kind-theft = Theft
kind-assault = Attack on a person
kind-hit_and_run = Driver left after a collision
kind-dangerous_situation = Dangerous situation
kind-other = Something else with hurry
kind-wanted_person = Person whom the police want to speak
kind-witness_call = Call for witnesses
kind-unknown_person = Unknown person
kind-stolen_vehicle = Stolen vehicle
kind-lost_or_found = Lost or found
ask-area = Area
way-keep = The area as it was saved
way-circle = Postcode or point, with a radius
way-regions = Municipalities, districts or teams
way-drawn = Draw on the map
way-search = Search that grows
way-search-hint = The area is as large as somebody can have got since that moment.
ask-place = Postcode or point
ask-place-hint = For instance 3511 AB, or 52.0907, 5.1214.
ask-radius = Radius
ask-radius-hint = In metres.
ask-region-search = Find a region
ask-corners = Corners of the area
ask-corners-hint = Draw on the map, or type a corner on every line, like 52.0907, 5.1214. A line with only a dash begins a part that goes out.
ask-seen-place = Last seen at
ask-seen-at = When
ask-means = Goes
means-on_foot = on foot
means-bicycle = by bicycle
means-car = by car
part-description = Description
part-persons = Person
part-vehicles = Vehicle
part-last-seen = Last seen
part-direction = Direction
part-details = What else is striking
part-message = Message
part-how = Channels and duration
part-follows = Reach, checks and preview
part-photos = Photos
unknown = unknown
ask-name = Name by which somebody answers
ask-sex = Man or woman
ask-age = Age
ask-age-to = Or at most
ask-height = Height in centimetres
ask-build = Build
ask-hair = Hair
ask-hair-colour = Colour of the hair
ask-garment = Wears
ask-colour = Colour
ask-garment-2 = Also wears
ask-colour-2 = Colour of that
ask-garment-3 = And further
ask-colour-3 = Colour of the third
ask-particulars = Particulars, as a sentence
ask-particulars-en = Particulars in English
ask-vehicle = Kind of vehicle
ask-vehicle-colour = Colour of the vehicle
ask-make = Make
ask-model = Model
ask-plate = Licence plate, or a part
ask-last-place = Place, in words
ask-last-at = Time
ask-direction = Towards, like: the Biltstraat
ask-details = In whole sentences, without the suspected offence
ask-details-en = The same in English
ask-own = I write the text myself
ask-own-hint = Otherwise Oproep makes the text from the description.
ask-title-nl = Title, Dutch
ask-body-nl = Text, Dutch
ask-title-en = Title, English
ask-body-en = Text, English
ask-channels = Channels
channel-app = app
channel-sms = text message
channel-email = e-mail
channel-voice = telephone call
ask-hours = Duration in hours
ask-fallback = Send a text message to whom the app did not reach after two minutes
ask-public = Everyone may read this action, on the website too
do-check = Check
do-save = Save
ask-photo = Add a photo
ask-photo-hint = JPEG, PNG or WebP. Place and camera are taken out.
photo-add = Add photo
photo-alt = Photo { $number } of this action
photo-remove = Remove photo { $number }
photos-later = Save the action first. Then you can add photos.
reach-none = Choose an area. Then you see here whom you reach.
reach-regions = In { $count -> 
    [one] { $count } region
   *[other] { $count } regions
}
reach-total = { $count -> 
    [one] { $count } participant
   *[other] { $count } participants
}
reach-new = { $count -> 
    [one] { $count } new participant
   *[other] { $count } new participants
}
reach-often = { $count } had three or more alerts this week already.
reach-quiet = { $count } have quiet hours now and hear of it afterwards.
reach-limited = { $count } had enough messages without hurry this week.
reach-unreachable = { $count } cannot be reached by these channels.
found-label = Checks
found-proposal = Better: { $text }.
severity-warn = note
severity-confirm = confirm
severity-refuse = cannot go out
reading-nl = Dutch
reading-en = English
reading-left = { $count } characters left.
reading-segments = { $count -> 
    [one] The text message fits in one part.
   *[other] The text message has { $count } parts.
}
preview-phone = As it comes on the telephone
preview-sms = As the text message reads
preview-email = As the e-mail reads
start-title = Check and start: action { $number }
review-title = Judge: action { $number }
review-submitted = This action was submitted. Somebody else judges it.
review-submitted-by = { $name } asks for a second person.
review-approved = This action was approved.
review-approved-by = { $name } approved this.
review-returned = This action was returned to be made better.
review-returned-by = { $name } returned this:
review-refused = This action was refused and does not go out.
review-refused-by = { $name } refused this. It does not go out.
review-nothing = There is nothing to judge now. This page shows it at once when somebody submits something.
start-runs = { $count -> 
    [one] The action runs for { $count } hour.
   *[other] The action runs for { $count } hours.
}
start-reads = As people read it
start-refused = This action does not go out like this. Correct what stands in red above first.
start-waits = Somebody else is looking. You see it here as soon as they decide.
start-by-operator = An operator starts the action.
start-confirm = Confirm what stands out
start-no-second = Nobody else has to look. After the start you can still take it back for a short while.
ask-over-limit = Why start it even so?
ask-over-limit-hint = A second person reads this afterwards.
ask-code = New code
ask-reason = Why returned or refused?
ask-reason-hint = Whoever submitted it reads this.
do-approve = Approve for { $count -> 
    [one] { $count } participant
   *[other] { $count } participants
}
do-return = Return
do-refuse = Refuse
do-submit = Submit to somebody else: { $count -> 
    [one] { $count } participant
   *[other] { $count } participants
}
do-start = Start: { $count -> 
    [one] { $count } participant
   *[other] { $count } participants
}
back-to-edit = Back to the form
hold-title = The action goes out in a moment
hold-for = To { $count -> 
    [one] { $count } participant
   *[other] { $count } participants
}. Nothing was sent yet.
hold-left = Time to take it back
hold-seconds = seconds
hold-then = If you do nothing, the action goes out by itself.
do-take-back = Take back
do-send-now = Send now
sex-male = man
sex-female = woman
build-slim = slim
build-average = average
build-sturdy = sturdy
build-heavy = heavy
hair-bald = bald
hair-short = short
hair-half_long = to the shoulders
hair-long = long
colour-black = black
colour-white = white
colour-grey = grey
colour-silver = silver
colour-blue = blue
colour-dark_blue = dark blue
colour-light_blue = light blue
colour-red = red
colour-dark_red = dark red
colour-green = green
colour-dark_green = dark green
colour-yellow = yellow
colour-orange = orange
colour-brown = brown
colour-beige = beige
colour-pink = pink
colour-purple = purple
colour-blond = fair
garment-coat = coat
garment-rain_coat = raincoat
garment-sweater = sweater
garment-hoodie = hoodie
garment-cardigan = cardigan
garment-shirt = shirt
garment-t_shirt = T-shirt
garment-trousers = trousers
garment-jeans = jeans
garment-shorts = shorts
garment-tracksuit = tracksuit
garment-skirt = skirt
garment-dress = dress
garment-pyjamas = pyjamas
garment-shoes = shoes
garment-trainers = trainers
garment-boots = boots
garment-slippers = slippers
garment-cap = cap
garment-woolly_hat = woolly hat
garment-headscarf = headscarf
garment-scarf = scarf
garment-helmet = helmet
garment-glasses = glasses
garment-backpack = backpack
garment-bag = bag
vehicle-car = car
vehicle-van = van
vehicle-lorry = lorry
vehicle-motorcycle = motorcycle
vehicle-scooter = scooter
vehicle-mobility_scooter = mobility scooter
vehicle-bicycle = bicycle
vehicle-electric_bicycle = electric bicycle
vehicle-boat = boat
