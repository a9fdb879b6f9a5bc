//! Everything that can be wrong with a field, whoever finds it: one vocabulary for forms, the desk and the edge.

use super::super::said::Said;

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident $name:literal $nl:literal $en:literal)*) => {
        /// A code for what is wrong with a field.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemCode {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code in the API.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// A sentence that says what to do.
            pub const fn said(self) -> Said {
                match self {
                    $(Self::$variant => Said::fixed($nl, $en),)*
                }
            }
        }
    };
}

problem_codes! {
    /// A text over its limit.
    TextTooLong "text_too_long"
        "Deze tekst is te lang. Maak hem korter."
        "This text is too long. Shorten it."
    /// Control characters.
    TextCharacters "text_characters"
        "Deze tekst bevat tekens die niet te lezen zijn. Typ de tekst opnieuw."
        "This text holds characters that cannot be read. Type it again."
    /// More segments than a text message takes.
    SmsTooLong "sms_too_long"
        "Deze tekst is met de link te lang voor een sms van vijf delen. Maak hem korter."
        "With the link this text is too long for a text message of five parts. Shorten it."
    /// The wording of a message without one place for the description.
    DescriptionMarkMissing "description_mark_missing"
        "Zet in deze tekst precies een keer [signalement] (in het Engels [description])."
        "Put [description] (in Dutch [signalement]) exactly once in this text."
    /// The wording of a title with more than one place for what is composed.
    TitleMarkTwice "title_mark_twice"
        "Zet in deze titel ten hoogste een keer [titel] (in het Engels [title])."
        "Put [title] (in Dutch [titel]) at most once in this title."
    /// A required text without a letter.
    TextMissing "text_missing"
        "Vul deze tekst in."
        "Enter this text."
    /// No area is set.
    AreaMissing "area_missing"
        "Kies eerst een gebied. Zonder gebied gaat er niets uit."
        "Choose an area first. Nothing is sent without an area."
    /// Two things where one is meant.
    OneOfTwo "one_of_two"
        "Geef een gebied of teksten, niet allebei."
        "Give an area or texts, not both."
    /// No channel is chosen.
    ChannelsMissing "channels_missing"
        "Kies ten minste één kanaal."
        "Choose at least one channel."
    /// Shorter or longer than the kind allows.
    ExpiryOutOfBounds "expiry_out_of_bounds"
        "Kies een looptijd die bij deze soort actie past."
        "Choose a running time that this kind of action allows."
    /// Too soon for a telephone to wake up, or too late to help.
    FallbackOutOfBounds "fallback_out_of_bounds"
        "Kies voor de sms na stilte een tijd van 30 seconden tot een uur."
        "Choose a time of 30 seconds to an hour for the text message after silence."
    /// Nothing to fall back from, or to.
    FallbackChannels "fallback_channels"
        "Een sms na stilte kan alleen als de app en sms allebei gekozen zijn."
        "A text message after silence needs both the app and SMS to be chosen."
    /// More persons than anyone remembers.
    TooManyPersons "too_many_persons"
        "Beschrijf ten hoogste vier personen."
        "Describe at most four persons."
    /// More vehicles than anyone remembers.
    TooManyVehicles "too_many_vehicles"
        "Beschrijf ten hoogste drie voertuigen."
        "Describe at most three vehicles."
    /// More clothes than anyone remembers.
    TooManyGarments "too_many_garments"
        "Noem ten hoogste zes kledingstukken."
        "Name at most six pieces of clothing."
    /// No age of a human being.
    AgeOutOfBounds "age_out_of_bounds"
        "Vul een leeftijd in van 0 tot en met 120 jaar, de laagste eerst."
        "Enter an age from 0 to 120 years, the lowest first."
    /// No height of a human being.
    HeightOutOfBounds "height_out_of_bounds"
        "Vul de lengte in centimeters in, van 40 tot en met 250."
        "Enter the height in centimetres, from 40 to 250."
    /// Not of the form of a licence plate.
    PlateForm "plate_form"
        "Vul het kenteken in met letters, cijfers en streepjes, bijvoorbeeld GH-123-X."
        "Enter the licence plate as letters, digits and dashes, for example GH-123-X."
    /// A moment that has yet to come.
    MomentAhead "moment_ahead"
        "Dit tijdstip ligt in de toekomst. Controleer datum en tijd."
        "This moment lies in the future. Check date and time."
    /// The request before the incident, for instance.
    MomentsOutOfOrder "moments_out_of_order"
        "Deze tijdstippen staan in de verkeerde volgorde."
        "These moments are in the wrong order."
    /// More photos than allowed.
    TooManyPhotos "too_many_photos"
        "Voeg ten hoogste vijf foto's toe."
        "Add at most five photos."
    /// More films than allowed.
    TooManyVideos "too_many_videos"
        "Voeg ten hoogste één film toe."
        "Add at most one film."
    /// No position as maps give it.
    PositionForm "position_form"
        "Vul de plek in als breedte en lengte, bijvoorbeeld 52.0907, 5.1214, of laat haar leeg."
        "Enter the place as latitude and longitude, for example 52.0907, 5.1214, or leave it empty."
    /// No circle that somebody searches.
    SearchRadius "search_radius"
        "Geef aan hoe ver u om deze plek hebt gezocht, van 10 tot en met 2.000 meter."
        "Say how far around this place you searched, from 10 to 2,000 metres."
    /// No telephone number.
    PhoneForm "phone_form"
        "Vul een telefoonnummer in, bijvoorbeeld 030 123 45 67."
        "Enter a telephone number, for example 030 123 45 67."
    /// An anonymous tip with a name or a number.
    AnonymousWithContact "anonymous_with_contact"
        "Laat naam en telefoonnummer weg, of kies dat de tip niet anoniem is."
        "Leave out name and telephone number, or say that the tip is not anonymous."
    /// A direct success without the tip that led to it.
    TipMissing "tip_missing"
        "Kies de tip die tot het resultaat heeft geleid."
        "Choose the tip that led to the result."
    /// A tip that is none of this action's.
    TipUnknown "tip_unknown"
        "Kies een tip van deze actie."
        "Choose a tip of this action."
    /// A tip that repeats itself, or one that itself repeats another.
    DuplicateOfItself "duplicate_of_itself"
        "Kies de eerste tip van deze melding, niet de tip zelf of een herhaling."
        "Choose the first tip of this report, not the tip itself or a repetition."
    /// Neither app, nor e-mail address, nor telephone number.
    ContactMissing "contact_missing"
        "Vul een e-mailadres of een mobiel telefoonnummer in."
        "Enter an e-mail address or a mobile phone number."
    /// The language is not offered.
    LanguageUnknown "language_unknown"
        "Kies Nederlands of Engels."
        "Choose Dutch or English."
    /// Longer than an address can be.
    EmailTooLong "email_too_long"
        "Dit e-mailadres is te lang."
        "This e-mail address is too long."
    /// Accents and the like.
    EmailCharacters "email_characters"
        "Schrijf het e-mailadres zonder accenten of bijzondere tekens."
        "Write the e-mail address without accents or special characters."
    /// Not of the form of an address.
    EmailForm "email_form"
        "Vul het hele e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."
        "Enter the whole e-mail address, for example name@example.org."
    /// A letter, for instance.
    PhoneCharacters "phone_characters"
        "Gebruik in het telefoonnummer alleen cijfers, met eventueel een + ervoor."
        "Use only digits in the phone number, with a + in front if needed."
    /// Neither Dutch nor with a country code.
    PhoneCountryCode "phone_country_code"
        "Begin het telefoonnummer met 06, of met + en de landcode."
        "Begin the phone number with 06, or with + and the country code."
    /// Too few or too many digits.
    PhoneLength "phone_length"
        "Controleer het telefoonnummer: een Nederlands mobiel nummer heeft tien cijfers."
        "Check the phone number: a Dutch mobile number has ten digits."
    /// A fixed or paid number.
    PhoneNotMobile "phone_not_mobile"
        "Vul een mobiel nummer in. Naar een vast nummer kunnen wij geen sms sturen."
        "Enter a mobile number. We cannot send text messages to a landline."
    /// Neither a birth date nor a confirmation.
    AgeMissing "age_missing"
        "Bevestig dat u 16 jaar of ouder bent."
        "Confirm that you are 16 or older."
    /// Younger than 16.
    TooYoung "too_young"
        "U kunt meedoen vanaf 16 jaar."
        "You can take part from the age of 16."
    /// No date, or one on which nobody alive was born.
    BirthDate "birth_date"
        "Vul de geboortedatum in als jaar-maand-dag, bijvoorbeeld 1990-12-31."
        "Enter the date of birth as year-month-day, for example 1990-12-31."
    /// No place at all.
    PlacesMissing "places_missing"
        "Vul ten minste één adres in, bijvoorbeeld waar u woont."
        "Enter at least one place, for example where you live."
    /// More than eight.
    PlacesTooMany "places_too_many"
        "U kunt ten hoogste acht adressen opgeven."
        "You can give at most eight places."
    /// Not home, work or other.
    PlaceKindUnknown "place_kind_unknown"
        "Kies thuis, werk of anders."
        "Choose home, work or other."
    /// Neither a point nor a postcode.
    PlaceMissing "place_missing"
        "Vul een postcode in of wijs de plek aan op de kaart."
        "Enter a postcode or point to the place on the map."
    /// Half a coordinate, or off the world.
    PlaceCoordinates "place_coordinates"
        "Deze plek ligt niet op de kaart. Wijs de plek opnieuw aan."
        "This place is not on the map. Point to it again."
    /// Not of the form of a postcode.
    PostcodeForm "postcode_form"
        "Vul de postcode in als vier cijfers en twee letters, bijvoorbeeld 3511 AB."
        "Enter the postcode as four digits and two letters, for example 3511 AB."
    /// A postcode that is nowhere.
    PostcodeUnknown "postcode_unknown"
        "Deze postcode kennen wij niet. Controleer de postcode of wijs de plek aan op de kaart."
        "We do not know this postcode. Check it, or point to the place on the map."
    /// Too long, or with control characters.
    LabelForm "label_form"
        "Geef een naam van ten hoogste 40 tekens."
        "Give a name of at most 40 characters."
    /// No topic at all.
    TopicsMissing "topics_missing"
        "Kies ten minste één onderwerp."
        "Choose at least one topic."
    /// A topic that does not exist.
    TopicUnknown "topic_unknown"
        "Kies een onderwerp uit de lijst."
        "Choose a topic from the list."
    /// No e-mail address and no mobile number.
    AddressForm "address_form"
        "Vul een e-mailadres of een mobiel telefoonnummer in."
        "Give an e-mail address or a mobile telephone number."
    /// Not the code that was sent.
    WrongCode "wrong_code"
        "Deze code klopt niet. Kijk hem na in het bericht."
        "This code is not right. Check it in the message."
    /// A device that none of the configured providers reaches.
    DeviceUnreachable "device_unreachable"
        "Naar dit toestel kunnen hier geen meldingen worden gestuurd. Laat u bereiken per sms of e-mail."
        "Notifications cannot be sent to this device from here. Be reached by text message or e-mail."
    /// No registration of a device.
    DeviceForm "device_form"
        "De aanmelding van dit toestel is niet goed. Zet meldingen uit en weer aan."
        "The registration of this device is not right. Turn notifications off and on again."
    /// Too short or too long to be a password.
    PasswordLength "password_length"
        "Kies een wachtwoord van 12 tot 256 tekens, bijvoorbeeld vier losse woorden."
        "Choose a password of 12 to 256 characters, for instance four unrelated words."
    /// A password with the user name in it.
    PasswordHoldsUsername "password_holds_username"
        "Kies een wachtwoord waar de gebruikersnaam niet in staat."
        "Choose a password that does not hold the user name."
    /// A user name and a password that do not match.
    WrongCredentials "wrong_credentials"
        "De gebruikersnaam en het wachtwoord horen niet bij elkaar."
        "The user name and the password do not belong together."
    /// A second proof without which nobody signs in.
    ProofCodeMissing "second_proof_needed"
        "Geef ook de code van uw app, of een herstelcode."
        "Give the code of your app as well, or a recovery code."
    /// Not a code of this app, or one that was used.
    WrongProofCode "wrong_second_proof"
        "Deze code klopt niet of is al gebruikt. Wacht op de volgende code van uw app."
        "This code is not right, or was used. Wait for the next code of your app."
    /// Two passwords that should be one.
    PasswordsDiffer "passwords_differ"
        "De twee wachtwoorden zijn niet gelijk. Typ ze opnieuw."
        "The two passwords are not the same. Type them again."
    /// A key that may do nothing.
    RightsMissing "rights_missing"
        "Kies ten minste één recht."
        "Choose at least one right."
    /// A key that never ends, or has ended.
    KeyExpiry "key_expiry"
        "Kies een einde tussen nu en over twee jaar."
        "Choose an end between now and two years from now."
    /// No rate, or one above the most.
    KeyRate "key_rate"
        "Kies 1 tot 6.000 aanroepen per minuut."
        "Choose 1 to 6,000 calls a minute."
    /// Not one's own password.
    WrongPassword "wrong_password"
        "Dit is niet uw huidige wachtwoord."
        "This is not your current password."
    /// Not of the form of a user name.
    UsernameForm "username_form"
        "Kies een gebruikersnaam van 3 tot 64 letters, cijfers, punten of streepjes."
        "Choose a user name of 3 to 64 letters, digits, dots or dashes."
    /// No name of a person.
    NameForm "name_form"
        "Vul een naam in van hoogstens 100 tekens."
        "Give a name of at most 100 characters."
    /// A region of a kind that the role is not for.
    RegionKind "region_kind"
        "Kies voor deze rol een gebied dat past."
        "Choose a region that fits this role."
    /// A feature of a file that is no region.
    Feature "feature"
        "Dit is geen gebied zoals het in het bestand hoort."
        "This is no region as the file should hold."
    /// No quiet hours.
    QuietHoursForm "quiet_hours_form"
        "Schrijf stille uren van het ene halve uur tot het andere, bijvoorbeeld 22:00-07:30."
        "Write quiet hours from one half hour to another, for instance 22:00-07:30."
    /// More messages a week than anyone gets.
    WeeklyLimitOutOfBounds "weekly_limit_out_of_bounds"
        "Kies 0 tot 7 berichten per week."
        "Choose 0 to 7 messages a week."
    /// A line of a file that is no participant.
    Line "line"
        "Deze regel van het bestand is niet goed. Verbeter hem of laat hem weg."
        "This line of the file is not right. Correct it or leave it out."
    /// Nothing that can be dialled.
    RegisterNumber "register_number"
        "Dit is geen telefoonnummer. Schrijf het als 030-1234567, 0900-8844, 112 of +31301234567."
        "This is no telephone number. Write it as 030-1234567, 0900-8844, 112 or +31301234567."
    /// No link for the register.
    RegisterLink "register_link"
        "Dit is geen link voor het register. Schrijf hem als politie.nl of politie.nl/gezocht."
        "This is no link for the register. Write it as politie.nl or politie.nl/gezocht."
    /// A search without the moment it begins at, or with one ahead.
    SearchMoment "search_moment"
        "Geef het moment waarop iemand voor het laatst is gezien, hoogstens drie dagen geleden."
        "Give the moment at which somebody was last seen, at most three days ago."
    /// Not filled in.
    Missing "missing"
        "Vul dit veld in."
        "Fill in this field."
    /// A field that is not there.
    UnknownField "unknown_field"
        "Dit veld bestaat niet: laat het weg, of controleer de naam."
        "There is no such field: leave it out, or check its name."
    /// A text where a number belongs, for instance.
    WrongType "wrong_type"
        "Hier hoort een ander soort waarde. Kijk in de beschrijving van de API welke."
        "Another kind of value belongs here. See in the description of the API which."
    /// A value that the field does not take.
    InvalidValue "invalid_value"
        "Deze waarde kan hier niet. Kijk in de beschrijving van de API wat hier kan."
        "This value is not possible here. See in the description of the API what is."
    /// No date, or one that no calendar here has.
    Date "date"
        "Vul een datum in als jaar-maand-dag, bijvoorbeeld 2026-12-31."
        "Enter a date as year-month-day, for example 2026-12-31."
    /// An area that breaks a rule of areas.
    AreaForm "area_form"
        "Dit gebied kan niet. Teken het opnieuw."
        "This area is not possible. Draw it again."
    /// Bytes that are no text.
    NotUtf8 "not_utf8"
        "Stuur deze tekst als UTF-8."
        "Send this text as UTF-8."
    /// Over its limit.
    TooLarge "too_large"
        "Dit is te groot. Stuur minder."
        "This is too large. Send less."
    /// A page that nobody pointed to.
    UnreadableCursor "unreadable_cursor"
        "Deze bladzijde is onbekend. Begin bij de eerste."
        "This page is not known. Begin at the first."
    /// A state that does not exist.
    StateUnknown "state_unknown"
        "Kies een toestand uit de lijst."
        "Choose a state from the list."
    /// Neither of two ways to say the kind, or both.
    KindMissing "kind_missing"
        "Geef kind of kind_property, een van beide."
        "Give kind or kind_property, one of the two."
    /// Several photos where one is taken.
    OnePhoto "one_photo"
        "Stuur één foto tegelijk."
        "Send one photo at a time."
    /// No number.
    Number "number"
        "Geef het nummer van de laatste gebeurtenis, of laat het weg."
        "Give the number of the last event, or leave it out."
    /// Not of the form of a key.
    KeyForm "key_form"
        "Gebruik als Idempotency-Key 1 tot 100 zichtbare ASCII-tekens."
        "Use 1 to 100 visible ASCII characters as Idempotency-Key."
    /// An address that is not called.
    WebhookAddress "webhook_address"
        "Geef een https-adres dat het internet bereikt."
        "Give an https address that the internet reaches."
    /// No kind of event that other systems hear of.
    EventKind "event_kind"
        "Kies uit de gebeurtenissen die andere systemen kunnen horen."
        "Choose from the events that other systems can hear of."
    /// Both or neither.
    ReplayOf "replay_of"
        "Geef een van beide: delivery of since."
        "Give one of the two: delivery or since."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    #[test]
    fn every_code_has_a_name_of_its_own_and_speaks_both_languages() {
        let names: std::collections::BTreeSet<_> = ProblemCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ProblemCode::ALL.len());
        for code in ProblemCode::ALL {
            let said = code.said();
            for language in Language::ALL {
                assert!(said.in_language(language).ends_with('.'), "{code:?}");
            }
            let [nl, en] = Language::ALL.map(|language| said.in_language(language));
            assert_ne!(nl, en, "{code:?}");
        }
    }
}
