//! Why the desk refuses, as a code for programs and a text for people, in Dutch and English.

use super::DeskError;
use crate::domain::said::Said;

/// What kind of refusal a reason gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Forbidden,
    Conflict,
    Refused,
    Gone,
    Unavailable,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident $class:ident $code:literal $nl:literal $en:literal)*) => {
        /// A reason that is always told in the same words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[$doc])* $variant,)*
        }

        impl Reason {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code in the API.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// What is the matter and what to do.
            pub const fn said(self) -> Said {
                match self {
                    $(Self::$variant => Said::fixed($nl, $en),)*
                }
            }

            const fn class(self) -> Class {
                match self {
                    $(Self::$variant => Class::$class,)*
                }
            }
        }
    };
}

reasons! {
    /// A role that may not.
    Role Forbidden "role"
        "uw rol mag dit niet: vraag de beheerder wie het wel mag"
        "your role may not do this: ask the administrator who may"
    /// No training for the portal, or one that lapsed.
    Training Forbidden "training"
        "u kunt versturen zodra u voor het portaal bent opgeleid: vraag de coördinator om een opleiding"
        "you can send once you are trained for the portal: ask the coordinator for a training"
    /// A role that asks for codes of an app, which are not set up yet.
    SecondProofMissing Forbidden "second_proof_missing"
        "uw rol vraagt om codes van een app: stel die eerst in bij uw account"
        "your role asks for codes of an app: set them up first with your account"
    /// A code that was typed too long ago.
    ProofNotFresh Forbidden "proof_not_fresh"
        "bevestig eerst met een code van uw app dat u het bent"
        "confirm first with a code of your app that it is you"
    /// An ambassador or volunteer who did nothing for long.
    RightsLapsed Forbidden "rights_lapsed"
        "uw rechten zijn vervallen omdat u lang niets hebt gedaan: vraag de coördinator om een opleiding"
        "your rights lapsed because you did nothing for long: ask the coordinator for a training"
    /// A key of another system that may not.
    KeyRight Forbidden "key_right"
        "deze sleutel mag dit niet: vraag de beheerder welke rechten hij heeft"
        "this key may not do this: ask the administrator which rights it has"
    /// Something urgent, outside of the control room.
    ControlRoom Forbidden "control_room"
        "acties waarbij minuten tellen zijn van de meldkamer: bel 112 of kies een andere soort"
        "actions in which minutes count belong to the control room: call 112 or choose another kind"
    /// One's own work.
    OwnWork Forbidden "own_work"
        "wie dit maakte, indiende of het laatst wijzigde keurt het niet goed: vraag een collega"
        "whoever made, submitted or last changed this does not approve it: ask a colleague"
    /// A photo for what a second person approved without it.
    ApprovedAsItIs Conflict "approved_as_it_is"
        "een ander heeft deze actie zo goedgekeurd: stuur een update in plaats van een foto toe te voegen"
        "somebody else approved this action as it is: send an update instead of adding a photo"
    /// No call-out that could be taken back or sent at once.
    NothingHeld Conflict "nothing_held"
        "er wordt niets meer vastgehouden: stop de actie als zij niet verder moet gaan"
        "nothing is held any more: stop the action if it should not go on"
    /// An update of what nobody heard yet.
    StillHeld Conflict "still_held"
        "de oproep is nog niet verstuurd: neem hem terug en verbeter de tekst, of verstuur hem nu"
        "the call-out was not sent yet: take it back and correct the text, or send it now"
    /// Messages that are on their way.
    AlreadyLeaving Conflict "already_leaving"
        "de eerste berichten zijn al onderweg: stop de actie"
        "the first messages are on their way: stop the action"
    /// Somebody was quicker.
    ActionChanged Conflict "changed_meanwhile"
        "iemand heeft deze actie ondertussen veranderd: laad haar opnieuw"
        "somebody changed this action meanwhile: load it again"
    /// Somebody was quicker.
    TipChanged Conflict "changed_meanwhile"
        "iemand heeft deze tip ondertussen beoordeeld: laad hem opnieuw"
        "somebody judged this tip meanwhile: load it again"
    /// A tip about a draft.
    NotStarted Conflict "not_started"
        "een concept neemt geen tips aan: start eerst de actie"
        "a draft takes no tips: start the action first"
    /// Somebody was quicker.
    AccountChanged Conflict "changed_meanwhile"
        "iemand heeft dit account ondertussen veranderd: laad het opnieuw"
        "somebody changed this account meanwhile: load it again"
    /// There is one.
    SecondProofPresent Conflict "second_proof_present"
        "er zijn al codes van een app ingesteld: verwijder die eerst"
        "codes of an app are set up already: remove them first"
    /// There is none.
    NoSecondProof Conflict "no_second_proof"
        "er zijn geen codes van een app ingesteld: begin daarmee"
        "no codes of an app are set up: begin with that"
    /// Nowhere to send an invitation to.
    NoEmail Conflict "no_email"
        "dit account heeft geen e-mailadres: vul dat eerst in"
        "this account has no e-mail address: enter it first"
    /// An account out of use.
    AccountDisabled Conflict "account_disabled"
        "dit account is buiten gebruik: neem het eerst weer in gebruik"
        "this account is out of use: take it into use again first"
    /// Another account has it.
    UsernameTaken Conflict "username_taken"
        "deze gebruikersnaam is bezet: kies een andere"
        "this user name is taken: choose another"
    /// Nobody would be left to make accounts.
    LastAdministrator Conflict "last_administrator"
        "dit is de laatste beheerder: maak eerst een andere"
        "this is the last administrator: make another one first"
    /// Another participant has it.
    AddressInUse Conflict "address_in_use"
        "een andere aanmelding gebruikt dit adres: meld u daarmee aan, of laat die eerst vertrekken"
        "another registration uses this address: sign in with it, or let it leave first"
    /// An area in which nobody is.
    NobodyReached Refused "nobody_reached"
        "niemand in dit gebied zou bereikt worden: kies een groter gebied of meer kanalen"
        "nobody in this area would be reached: choose a larger area or more channels"
    /// The register has it already.
    AlreadyAllowed Conflict "already_allowed"
        "dit staat al in het register van deze regio"
        "this is in the register of this region already"
    /// More entries than a region needs.
    RegisterFull Refused "register_full"
        "het register van deze regio is vol: verwijder wat niet meer nodig is"
        "the register of this region is full: remove what is no longer needed"
    /// A search that leaves the territory at once.
    SearchOutside Refused "search_outside"
        "de plek waar iemand voor het laatst is gezien ligt buiten uw werkgebied: vraag de regio waarin die ligt"
        "the place where somebody was last seen lies outside your territory: ask the region in which it lies"
    /// Channels without a provider.
    NoProvider Refused "no_provider"
        "geen van de kanalen van deze actie heeft een aanbieder: kies andere, of laat de beheerder er een instellen"
        "none of this action's channels has a provider: choose others, or have the administrator set one up"
    /// News for whom nothing reaches any more.
    NobodyTold Refused "nobody_reached"
        "niemand van wie de oproep kreeg is nu te bereiken: breid de actie uit, of sluit haar af"
        "nobody who was told can be reached now: expand the action, or close it"
    /// A period that ends before it begins.
    PeriodReversed Refused "period_reversed"
        "de periode eindigt voordat zij begint: draai de datums om"
        "the period ends before it begins: turn its dates around"
    /// More actions than a report takes.
    PeriodTooLong Refused "period_too_long"
        "in deze periode zijn meer dan 10.000 acties gestart: kies een kortere"
        "more than 10,000 actions were started in this period: choose a shorter one"
    /// More words than a search takes.
    SearchTooLong Refused "search_too_long"
        "zoek op minder woorden"
        "search for fewer words"
    /// A region that is gone.
    UnknownRegion Refused "unknown_region"
        "het gebied noemt een regio die er niet meer is: kies het opnieuw"
        "the area names a region that is no longer there: choose it again"
    /// The last way to reach someone.
    LastAddress Refused "last_address"
        "dit is het laatste waarop u bereikbaar bent en u aanmeldt: voeg eerst iets anders toe, of meld u af"
        "this is the last way to reach you and to sign in: add another first, or leave the network"
    /// More devices than anyone has.
    TooManyDevices Refused "too_many_devices"
        "er zijn al tien toestellen: verwijder er een dat u niet meer gebruikt"
        "there are ten devices already: remove one that you no longer use"
    /// A page that nobody pointed to.
    UnreadableCursor Refused "unreadable_cursor"
        "deze bladzijde is onbekend: begin bij de eerste"
        "this page is not known: begin at the first"
    /// A code that was used, or whose time is over.
    CodeUsedUp Gone "code_used_up"
        "deze code is gebruikt of verlopen: vraag een nieuwe aan"
        "this code is used or over: ask for a new one"
    /// An invitation that was used or replaced, or whose time is over.
    InvitationUsedUp Gone "invitation_used_up"
        "deze uitnodiging is gebruikt of verlopen: vraag de beheerder om een nieuwe"
        "this invitation is used or over: ask the administrator for a new one"
    /// A participant who left.
    RegistrationGone Gone "registration_gone"
        "deze aanmelding is er niet meer: meld u opnieuw aan"
        "this registration is gone: register again"
    /// A notice that somebody judged, or whose sender took it back.
    NoticeSettled Conflict "notice_settled"
        "deze melding is al beoordeeld, vervangen of ingetrokken: laad haar opnieuw"
        "this notice was judged, replaced or taken back already: load it again"
    /// A notice that does not count any more.
    NoticeOver Conflict "notice_over"
        "deze melding geldt niet meer: maak een eigen concept als het nog nodig is"
        "this notice does not count any more: make a draft of your own if it is still needed"
    /// A source for a region that was not imported.
    SourceWithoutRegion Unavailable "source_without_region"
        "de regio van deze bron is er niet: laat de beheerder haar importeren"
        "the region of this source is not there: have the administrator import it"
    /// More systems than one installation calls.
    TooManyWebhooks Refused "too_many_webhooks"
        "er zijn al honderd systemen aangemeld: verwijder er een dat niets meer hoeft te horen"
        "a hundred systems are registered already: remove one that need not hear anything any more"
    /// A system that hears nothing.
    WebhookDisabled Conflict "webhook_disabled"
        "dit systeem is buiten gebruik: neem het eerst weer in gebruik"
        "this system is out of use: put it into use first"
    /// More events than are sent again at once.
    TooManyReplayed Refused "too_many_replayed"
        "sinds dat moment is er te veel gebeurd om opnieuw te sturen: kies een later moment"
        "too much happened since that moment to send it again: choose a later one"
    /// The planning of a wave broke off.
    WaveNotPlanned Unavailable "wave_not_planned"
        "de golf is niet gepland: probeer het opnieuw"
        "the wave was not planned: try again"
    /// This node's directory did not take the regions in.
    RegionsNotInUse Unavailable "regions_not_in_use"
        "de gebieden zijn opgeslagen: herstart deze node om ze te gebruiken"
        "the regions are stored: restart this node to use them"
    /// The reading of a file broke off.
    FileNotRead Unavailable "file_not_read"
        "het bestand kon niet worden gelezen: probeer het opnieuw"
        "the file could not be read: try again"
    /// The queue of codes is full.
    TooManyCodes Unavailable "too_many_codes"
        "er worden te veel codes verstuurd: probeer het over een minuut opnieuw"
        "too many codes are being sent: try again in a minute"
    /// The queue of passwords is full.
    TooManySignIns Unavailable "too_many_sign_ins"
        "er melden zich nu te veel mensen aan: probeer het over een paar seconden opnieuw"
        "too many people sign in at this moment: try again in a few seconds"
    /// The darkroom is full.
    TooManyPhotos Unavailable "too_many_photos"
        "er komen te veel foto's binnen: stuur hem over een minuut opnieuw"
        "too many photos are coming in: send it again in a minute"
}

impl From<Reason> for DeskError {
    fn from(reason: Reason) -> Self {
        match reason.class() {
            Class::Forbidden => Self::Forbidden(reason),
            Class::Conflict => Self::conflict(reason.code(), reason.said()),
            Class::Refused => Self::refused(reason.code(), reason.said()),
            Class::Gone => Self::Gone(reason),
            Class::Unavailable => Self::Unavailable(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;

    #[test]
    fn no_reason_lacks_a_text_in_either_language() {
        for reason in Reason::ALL {
            let said = reason.said();
            let [nl, en] = Language::ALL.map(|language| said.in_language(language));
            assert_ne!(nl, en, "{reason:?}");
            for text in [nl, en] {
                assert!(text.starts_with(char::is_lowercase), "{text}");
                assert!(!text.ends_with('.'), "{text}: becomes a sentence at the edge");
            }
        }
    }
}
