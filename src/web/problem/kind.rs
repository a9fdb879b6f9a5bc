//! The kinds of problem: the path that names each, its status, and what is said of it in Dutch and English.

use http::StatusCode;

use crate::domain::language::Language;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident $name:literal $status:ident
        $title_nl:literal $title_en:literal $detail_nl:literal $detail_en:literal)*) => {
        /// A kind of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemKind {
            $($(#[$doc])* $variant,)*
        }

        impl ProblemKind {
            /// All.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The last part of its type, `/problems/NAME`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The status that it is answered with.
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$variant => StatusCode::$status,)*
                }
            }

            /// The same few words for every problem of the kind.
            pub const fn title(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Nl) => $title_nl,
                    (Self::$variant, Language::En) => $title_en,)*
                }
            }

            /// What to do, unless the problem says it better.
            pub const fn detail(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Nl) => $detail_nl,
                    (Self::$variant, Language::En) => $detail_en,)*
                }
            }
        }
    };
}

kinds! {
    /// What came is no JSON, or no multipart form.
    Malformed "malformed" BAD_REQUEST
        "Onleesbaar verzoek" "Unreadable request"
        "Het verzoek is niet te lezen. Controleer de vorm ervan."
        "The request cannot be read. Check its form."
    /// Fields that break a rule.
    Invalid "invalid" UNPROCESSABLE_ENTITY
        "Niet juist ingevuld" "Not filled in correctly"
        "Verbeter de genoemde velden en probeer het opnieuw."
        "Correct the fields that are named and try again."
    /// No credential, or one that holds no longer.
    SignedOut "signed-out" UNAUTHORIZED
        "Niet aangemeld" "Not signed in"
        "Meld u aan en stuur het sessietoken mee als bearer."
        "Sign in, and send the session's token as a bearer."
    /// Name and password that do not match.
    SignInFailed "sign-in-failed" UNAUTHORIZED
        "Aanmelden is niet gelukt" "Signing in did not succeed"
        "Controleer wat u hebt ingevuld en probeer het opnieuw."
        "Check what you entered and try again."
    /// A rule of the network that forbids it as it is.
    Refused "refused" UNPROCESSABLE_ENTITY
        "Zo kan het niet" "Not like this"
        "Een regel van het netwerk staat dit zo niet toe."
        "A rule of the network does not allow this as it is."
    /// A role or a territory that may not.
    Forbidden "forbidden" FORBIDDEN
        "Niet toegestaan" "Not allowed"
        "Uw rol mag dit niet doen. Vraag het een collega die het wel mag."
        "Your role may not do this. Ask a colleague whose role may."
    /// Nothing is there, or nothing that the caller may see.
    NotFound "not-found" NOT_FOUND
        "Niet gevonden" "Not found"
        "Dit bestaat niet, of niet voor u. Controleer het adres."
        "This does not exist, or not for you. Check the address."
    /// The path has other methods.
    Method "method" METHOD_NOT_ALLOWED
        "Methode niet toegestaan" "Method not allowed"
        "Gebruik een van de methoden in Allow."
        "Use one of the methods in Allow."
    /// The request came in too slowly.
    TooSlow "too-slow" REQUEST_TIMEOUT
        "Het duurde te lang" "It took too long"
        "Het verzoek kwam te langzaam binnen. Probeer het opnieuw."
        "The request came in too slowly. Try again."
    /// Its state no longer allows it, or someone else changed it meanwhile.
    Conflict "conflict" CONFLICT
        "Ondertussen veranderd" "Changed meanwhile"
        "Lees de huidige toestand en probeer het opnieuw."
        "Read the present state and try again."
    /// The first call with this key is still at work.
    InProgress "in-progress" CONFLICT
        "Nog bezig" "Still at work"
        "Het eerste verzoek met deze Idempotency-Key loopt nog. Probeer het over een seconde opnieuw."
        "The first request with this Idempotency-Key is still at work. Try again in a second."
    /// The key came before, with another request.
    KeyReused "key-reused" UNPROCESSABLE_ENTITY
        "Sleutel al gebruikt" "Key used before"
        "Deze Idempotency-Key hoorde bij een ander verzoek. Neem een nieuwe."
        "This Idempotency-Key belonged to another request. Take a new one."
    /// It is another version than the one that the caller saw.
    ConditionFailed "condition-failed" PRECONDITION_FAILED
        "Ondertussen veranderd" "Changed meanwhile"
        "Dit is veranderd sinds u het laadde. Laad het opnieuw, kijk wat er anders is en breng uw wijziging daarin aan."
        "This was changed since you loaded it. Load it again, see what is different, and make your change in that."
    /// A change without saying of which version.
    ConditionMissing "condition-missing" PRECONDITION_REQUIRED
        "Versie ontbreekt" "Version missing"
        "Stuur in If-Match de ETag mee van wat u hebt geladen, zodat u niets overschrijft wat u niet hebt gezien."
        "Send the ETag of what you loaded in If-Match, so that you overwrite nothing that you did not see."
    /// It was there, and holds no longer.
    Gone "gone" GONE
        "Verlopen" "Expired"
        "Dit is niet meer geldig. Begin opnieuw."
        "This holds no longer. Begin anew."
    /// More bytes than the limit.
    TooLarge "too-large" PAYLOAD_TOO_LARGE
        "Te groot" "Too large"
        "Het verzoek is te groot. Stuur minder tegelijk."
        "The request is too large. Send less at once."
    /// A content type that the path does not take.
    MediaType "media-type" UNSUPPORTED_MEDIA_TYPE
        "Verkeerde soort inhoud" "Wrong kind of content"
        "Stuur de inhoud als application/json."
        "Send the content as application/json."
    /// More calls than the rate allows.
    TooMany "too-many" TOO_MANY_REQUESTS
        "Te vaak" "Too often"
        "Wacht zo lang als Retry-After zegt en probeer het dan opnieuw."
        "Wait as long as Retry-After says, then try again."
    /// A fault of ours.
    Internal "internal" INTERNAL_SERVER_ERROR
        "Er ging iets mis" "Something went wrong"
        "Het is ons niet gelukt. Probeer het opnieuw en noem anders het nummer in x-request-id."
        "We did not succeed. Try again, or else tell us the number in x-request-id."
    /// Too much at once, or the database is away.
    Unavailable "unavailable" SERVICE_UNAVAILABLE
        "Even niet beschikbaar" "Not available for a moment"
        "Wacht zo lang als Retry-After zegt en probeer het dan opnieuw."
        "Wait as long as Retry-After says, then try again."
}

impl ProblemKind {
    /// The kind for a status that another layer answered without a body.
    pub fn of_status(status: StatusCode) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.status() == status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_whole_sentences_in_both_languages() {
        let names: std::collections::BTreeSet<_> = ProblemKind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), ProblemKind::ALL.len());
        for kind in ProblemKind::ALL {
            for language in Language::ALL {
                assert!(kind.detail(language).ends_with('.'), "{kind:?}");
                assert!(!kind.title(language).is_empty(), "{kind:?}");
            }
        }
    }
}
