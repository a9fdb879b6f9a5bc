//! The pages behind the link of an invitation: a password, codes of an app where the role asks for them, and done.

use axum::response::Response;
use http::StatusCode;

use super::Page;
use crate::desk::accounts::invitations::InvitationView;
use crate::desk::accounts::second_proof::Enrolment;
use crate::domain::language::Language;
use crate::web::problem::Problem;

fn heading(language: Language) -> Page {
    let title = match language {
        Language::Nl => "Uw toegang tot Oproep",
        Language::En => "Your access to Oproep",
    };
    let mut page = Page::new(language, title);
    page.markup("<h1>").text(title).markup("</h1>\n");
    page
}

fn why(page: &mut Page, language: Language, problem: &Problem) {
    page.markup("<div class=\"wrong\" role=\"alert\">\n");
    let mut is_said = false;
    for (_, message) in problem.fields(language) {
        page.paragraph(message);
        is_said = true;
    }
    if !is_said {
        page.paragraph(problem.words(language).1);
    }
    page.markup("</div>\n");
}

fn status(refused: Option<&Problem>) -> StatusCode {
    refused.map_or(StatusCode::OK, |problem| problem.kind().status())
}

/// The form for the password; `refused` says why the one before was not taken.
pub fn password(
    language: Language,
    token: &str,
    invitation: &InvitationView,
    refused: Option<&Problem>,
) -> Response {
    let mut page = heading(language);
    page.markup("<p>").text(&invitation.name).markup(", ").said(
        "kies het wachtwoord waarmee u zich aanmeldt. Uw gebruikersnaam is ",
        "choose the password with which you sign in. Your user name is ",
    );
    page.markup("<strong>")
        .text(&invitation.username)
        .markup("</strong>.</p>\n");
    if let Some(problem) = refused {
        why(&mut page, language, problem);
    }
    page.markup("<form method=\"post\" action=\"/join/").text(token);
    page.markup("\">\n<label for=\"password\">")
        .said("Wachtwoord", "Password")
        .markup("<span class=\"hint\">")
        .said(
            "Ten minste 12 tekens, bijvoorbeeld vier losse woorden.",
            "At least 12 characters, four words that do not belong together for instance.",
        );
    page.markup(
        "</span></label>\n<input type=\"password\" id=\"password\" name=\"password\" required minlength=\"12\" \
         maxlength=\"256\" autocomplete=\"new-password\">\n<label for=\"again\">",
    );
    page.said("Nog een keer", "Once more").markup(
        "</label>\n<input type=\"password\" id=\"again\" name=\"again\" required maxlength=\"256\" \
         autocomplete=\"new-password\">\n<button>",
    );
    page.said("Wachtwoord vastleggen", "Set the password")
        .markup("</button>\n</form>\n");
    page.answer(status(refused))
}

/// What the app takes its codes from, and the form for the first. `session` lets it be given.
pub fn proof(
    language: Language,
    session: &str,
    enrolment: &Enrolment,
    refused: Option<&Problem>,
) -> Response {
    let mut page = heading(language);
    page.markup("<p>").said(
        "Uw wachtwoord is vastgelegd. Uw rol vraagt ook om codes van een app op uw telefoon. Voeg deze sleutel toe aan de \
         app en vul de code in die zij toont.",
        "Your password is set. Your role asks for codes of an app on your telephone as well. Add this key to the app and \
         enter the code that it shows.",
    );
    page.markup("</p>\n<p class=\"body\"><strong>")
        .text(&enrolment.secret)
        .markup("</strong></p>\n");
    if !enrolment.uri.is_empty() {
        page.markup("<p><a href=\"")
            .text(&enrolment.uri)
            .markup("\">")
            .said(
                "Openen in een app op deze telefoon",
                "Open in an app on this telephone",
            )
            .markup("</a></p>\n");
    }
    if let Some(problem) = refused {
        why(&mut page, language, problem);
    }
    page.markup("<form method=\"post\" action=\"/join/code\">\n<input type=\"hidden\" name=\"session\" value=\"")
        .text(session)
        .markup("\">\n<input type=\"hidden\" name=\"secret\" value=\"")
        .text(&enrolment.secret)
        .markup("\">\n<label for=\"code\">")
        .said("Code", "Code")
        .markup(
            "</label>\n<input type=\"text\" id=\"code\" name=\"code\" required maxlength=\"12\" inputmode=\"numeric\" \
             autocomplete=\"one-time-code\">\n<button>",
        )
        .said("Bevestigen", "Confirm")
        .markup("</button>\n</form>\n");
    page.answer(status(refused))
}

/// The end; with the recovery codes where an app was set up.
pub fn done(language: Language, recovery_codes: &[String]) -> Response {
    let mut page = heading(language);
    if !recovery_codes.is_empty() {
        page.markup("<p>").said(
            "Bewaar deze codes voor als u uw telefoon kwijt bent. Elk werkt één keer, en u ziet ze alleen nu.",
            "Keep these codes for when you lose your telephone. Each works once, and you see them only now.",
        );
        page.markup("</p>\n<p class=\"body\">")
            .text(recovery_codes.join("\n"))
            .markup("</p>\n");
    }
    page.markup("<p>").said(
        "Klaar: u kunt zich nu aanmelden met uw gebruikersnaam en wachtwoord.",
        "Done: you can sign in now with your user name and password.",
    );
    page.markup("</p>\n");
    page.answer(StatusCode::OK)
}
