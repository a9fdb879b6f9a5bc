//! Twilio's calls to us: a form, and a signature over it and the address that was called.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;

use super::Web;
use super::problem::{Problem, ProblemKind};
use crate::channels::twilio::is_signed;

/// The parameters of a call that Twilio signed. Whoever else calls finds nothing here.
pub(super) struct FromTwilio(Vec<(String, String)>);

impl FromTwilio {
    /// The first parameter of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

impl FromRequest<Web> for FromTwilio {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        const STRANGER: ProblemKind = ProblemKind::NotFound;
        let token = web.settings().twilio_auth_token.as_ref().ok_or(STRANGER)?;
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        // As Twilio called it: before the proxy that ends TLS.
        let url = format!("{}{path}", web.settings().public_url);
        let signature = request.headers().get("x-twilio-signature");
        let signature = signature.and_then(|value| value.to_str().ok()).ok_or(STRANGER)?;
        let signature = signature.to_owned();
        let body = Bytes::from_request(request, web).await.map_err(|rejection| {
            ProblemKind::of_status(rejection.status()).unwrap_or(ProblemKind::Malformed)
        })?;
        let parameters: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        if is_signed(token, &url, &parameters, &signature) {
            Ok(Self(parameters))
        } else {
            metrics::counter!("oproep_unsigned_calls_total").increment(1);
            Err(STRANGER.into())
        }
    }
}
