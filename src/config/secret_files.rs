//! `{ file = "/run/secrets/smtp" }` in place of a text.

use std::path::PathBuf;

use figment::value::{Tag, Value};

use super::ConfigError;

/// The longest secret that is read from a file.
const LONGEST: u64 = 64 * 1024;

/// Puts the files' contents in place, without the line end that editors leave.
pub(super) fn resolve(value: &mut Value, setting: &str) -> Result<(), ConfigError> {
    match value {
        Value::Dict(_, dict) => {
            if dict.len() == 1
                && let Some(Value::String(_, path)) = dict.get("file")
            {
                let path = PathBuf::from(path);
                let text = read(&path).map_err(|source| ConfigError::SecretFile {
                    setting: setting.to_owned(),
                    path,
                    source,
                })?;
                *value = Value::String(Tag::Default, text);
                return Ok(());
            }
            for (key, inner) in dict.iter_mut() {
                let name = if setting.is_empty() {
                    key.clone()
                } else {
                    format!("{setting}.{key}")
                };
                resolve(inner, &name)?;
            }
        }
        Value::Array(_, items) => {
            for item in items {
                resolve(item, setting)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn read(path: &std::path::Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > LONGEST {
        return Err(std::io::Error::other("it is too long for a secret"));
    }
    Ok(std::fs::read_to_string(path)?
        .trim_end_matches(['\r', '\n'])
        .to_owned())
}
