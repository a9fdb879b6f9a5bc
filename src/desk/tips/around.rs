//! What belongs to a page of tips, read in one question a table.

use std::collections::HashMap;

use super::super::Result;
use super::compared::ways_to;
use super::listing::TipView;
use crate::domain::id::TipId;
use crate::domain::tip::journey::Sighting;
use crate::domain::tip::{Tip, TipDeed};
use crate::storage::Tx;
use crate::storage::photos::PhotoEntry;
use crate::storage::recordings::RecordingState;
use crate::storage::sealing::Keyring;
use crate::storage::tips::span::TipSpan;
use crate::storage::videos::VideoEntry;

#[derive(Default)]
pub(super) struct Around {
    photos: HashMap<TipId, Vec<PhotoEntry>>,
    videos: HashMap<TipId, Vec<VideoEntry>>,
    recordings: HashMap<TipId, RecordingState>,
    history: HashMap<TipId, Vec<TipDeed>>,
}

impl Around {
    pub(super) async fn read(tx: &mut Tx, keys: &Keyring, span: TipSpan) -> Result<Self> {
        let photos = tx.list_photos_of_span(span).await?;
        let photos = photos
            .into_iter()
            .filter_map(|photo| photo.tip.map(|tip| (tip, photo)));
        let videos = tx.list_videos_of_span(span).await?;
        Ok(Self {
            photos: by_tip(photos),
            videos: by_tip(videos.into_iter().map(|video| (video.tip, video))),
            recordings: tx.list_recordings_of_span(span).await?.into_iter().collect(),
            history: by_tip(tx.list_history_of_span(keys, span).await?),
        })
    }

    /// A tip with what belongs to it, which is taken out.
    pub(super) fn view(&mut self, sightings: &[Sighting], tip: Tip) -> TipView {
        TipView {
            journeys: ways_to(&tip, sightings),
            photos: self.photos.remove(&tip.id).unwrap_or_default(),
            videos: self.videos.remove(&tip.id).unwrap_or_default(),
            recording: self.recordings.remove(&tip.id),
            history: self.history.remove(&tip.id).unwrap_or_default(),
            tip,
        }
    }
}

fn by_tip<T>(all: impl IntoIterator<Item = (TipId, T)>) -> HashMap<TipId, Vec<T>> {
    let mut of_each: HashMap<_, Vec<T>> = HashMap::new();
    for (tip, one) in all {
        of_each.entry(tip).or_default().push(one);
    }
    of_each
}
