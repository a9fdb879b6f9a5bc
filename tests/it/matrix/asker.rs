//! Who asks, and how.

use oproep::domain::role::Role::{self, BaseTeamAmbassador, MunicipalAmbassador};
use reqwest::Method;

use super::part::Part;
use crate::server::TestServer;

/// The statuses of whoever may not.
const REFUSED: [u16; 3] = [401, 403, 404];

/// Whether this status says that the caller may not.
pub fn is_refusal(status: u16) -> bool {
    REFUSED.contains(&status)
}

/// Where a role works in the west.
pub const fn home(role: Role) -> &'static str {
    match role {
        MunicipalAmbassador => "south-west",
        BaseTeamAmbassador => "team-west",
        _ => "west",
    }
}

/// Asks, and counts.
pub struct Asker<'a> {
    pub server: &'a TestServer,
    pub cells: usize,
}

impl Asker<'_> {
    /// The status of an operation on what lies in this part.
    pub async fn ask(&mut self, operation: (&str, &str), part: &Part, token: &str) -> u16 {
        let (method, template) = operation;
        self.cells += 1;
        let mut path = part.path(method, template);
        if template == "/sessions/{id}" {
            let sessions = self.server.get("/sessions", token).await.body;
            let current = sessions
                .as_array()
                .into_iter()
                .flatten()
                .find(|one| one["is_current"] == true);
            path = format!(
                "/sessions/{}",
                current.map_or(part.draft.as_str(), |one| one["id"].as_str().unwrap())
            );
        }
        let mut request = self
            .server
            .request(method.parse::<Method>().unwrap(), &path, token);
        if let Some(body) = part.body(method, template, self.cells) {
            request = request.json(&body);
        }
        if template == "/actions/{id}/photos" {
            let form = "--e\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n99\r\n--e\r\n\
                content-disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nx\r\n--e--\r\n";
            request = request
                .header("content-type", "multipart/form-data; boundary=e")
                .body(form);
        }
        let answer = request.send().await.expect("the server answers");
        answer.status().as_u16()
    }
}
