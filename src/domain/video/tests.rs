use proptest::prelude::*;

use super::*;

const PHONE: &[u8] = include_bytes!("samples/phone.mp4");
const APPLE: &[u8] = include_bytes!("samples/phone.mov");
const BROWSER: &[u8] = include_bytes!("samples/browser.webm");
const SUBTITLED: &[u8] = include_bytes!("samples/subtitled.mp4");
const FRAGMENTED: &[u8] = include_bytes!("samples/fragmented.mp4");
const LONG: &[u8] = include_bytes!("samples/long.mp4");
/// What the samples say of themselves: a word, and where they were made.
const TELLTALES: [&[u8]; 4] = [b"CANARY", b"52.0907", b"Lavf", b" libx264"];

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn what_a_film_tells_of_place_and_maker_is_gone_and_its_length_stays() {
    for (sample, container) in [
        (PHONE, Container::Mp4),
        (APPLE, Container::QuickTime),
        (BROWSER, Container::WebM),
        (SUBTITLED, Container::Mp4),
    ] {
        assert!(TELLTALES.iter().any(|part| holds(sample, part)), "{container:?}");
        let video = prepare(sample.to_vec()).unwrap();
        assert_eq!(video.container, container);
        assert_eq!(video.bytes.len(), sample.len(), "nothing moves");
        assert!((1_900..2_200).contains(&video.duration_ms), "{video:?}");
        for part in TELLTALES {
            assert!(
                !holds(&video.bytes, part),
                "{container:?} {}",
                String::from_utf8_lossy(part)
            );
        }
        let again = prepare(video.bytes.clone()).unwrap();
        assert_eq!(again, video, "there is nothing left to take out");
    }
}

#[test]
fn pictures_and_sounds_stay_as_they_were() {
    let video = prepare(PHONE.to_vec()).unwrap();
    let changed = PHONE
        .iter()
        .zip(&video.bytes)
        .filter(|(before, after)| before != after)
        .count();
    assert!(changed < 900, "{changed} of {} bytes", PHONE.len());
}

#[test]
fn what_lies_between_pictures_is_overwritten() {
    // A second box of media that no track claims.
    let mut film = PHONE.to_vec();
    film.extend(20_u32.to_be_bytes());
    film.extend(b"mdatSECRETSECRET");
    let video = prepare(film).unwrap();
    assert!(!holds(&video.bytes, b"SECRET"));
}

#[test]
fn what_cannot_be_cleared_or_is_too_much_is_refused_with_what_to_do() {
    let mut large = PHONE.to_vec();
    large.resize(MAX_BYTES + 1, 0);
    let mut outside = PHONE.to_vec();
    let at = outside.windows(4).position(|four| four == b"url ").unwrap();
    outside[at + 7] = 0;
    for (film, error) in [
        (FRAGMENTED.to_vec(), VideoError::NotPlain),
        (LONG.to_vec(), VideoError::TooLong),
        (large, VideoError::TooManyBytes),
        (outside, VideoError::NotPlain),
        (PHONE[..PHONE.len() / 2].to_vec(), VideoError::Damaged),
        (b"%PDF-1.7".to_vec(), VideoError::UnknownFormat),
        (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), VideoError::UnknownFormat),
    ] {
        let refused = prepare(film);
        assert_eq!(refused, Err(error));
        assert!(error.said().to_string().contains(':'), "it says what to do");
    }
}

#[test]
fn a_picture_that_begins_like_a_film_is_none() {
    for (bytes, film) in [
        (b"\0\0\0\x18ftypisom".as_slice(), true),
        (b"\0\0\0\x14ftypqt  ", true),
        (b"\0\0\0\x18ftypavif", false),
        (b"\x1a\x45\xdf\xa3", true),
        (b"\xff\xd8\xff\xe0", false),
        (b"", false),
    ] {
        assert_eq!(is_video(bytes), film, "{bytes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_damaged_film_is_refused_or_cleared_and_never_longer(
        sample in 0_usize..4, at in any::<prop::sample::Index>(), bytes in prop::collection::vec(any::<u8>(), 1..9),
        cut in any::<bool>(),
    ) {
        let mut film = [PHONE, APPLE, BROWSER, SUBTITLED][sample].to_vec();
        let at = at.index(film.len());
        if cut {
            film.truncate(at);
        } else {
            let end = (at + bytes.len()).min(film.len());
            film.splice(at..end, bytes[..end - at].iter().copied());
        }
        let length = film.len();
        if let Ok(video) = prepare(film) {
            prop_assert_eq!(video.bytes.len(), length);
        }
    }

    #[test]
    fn no_bytes_make_it_fall_over(head in 0_usize..2, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut film = [b"\0\0\0\x14ftypisom\0\0\0\0isom".as_slice(), b"\x1a\x45\xdf\xa3"][head].to_vec();
        film.extend(bytes);
        let _ = prepare(film);
    }
}
