//! A photo such as comes with a tip: colours that show nobody.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

use super::draw::Draw;

const WIDTH: u32 = 480;
const HEIGHT: u32 = 360;

/// A JPEG of a street in the evening, as far as stripes of colour can be one. Slow: call it where blocking is allowed.
pub(super) fn snapshot(seed: u64, subject: &[u8]) -> Vec<u8> {
    let draw = Draw::about(seed, subject);
    let colour = || [0; 3].map(|_: u8| u8::try_from(draw.below(200)).unwrap_or(0));
    let bands = [colour(), colour(), colour()];
    let image = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let band = bands[usize::try_from(y * 3 / HEIGHT).unwrap_or(0)];
        let light = u8::try_from(x * 55 / WIDTH).unwrap_or(0);
        Rgb(band.map(|part| part.saturating_add(light)))
    });
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 80)
        .encode_image(&image)
        .expect("an image in memory is written to memory");
    bytes.into_inner()
}
