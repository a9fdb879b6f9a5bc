//! A photo as it may be kept: decoded under limits, turned upright, stripped of everything but its pixels
//! (where and with what it was made), made smaller and written anew as JPEG.
//!
//! Pure and slow: call it where blocking is allowed, a few at a time.

use std::fmt;
use std::io::Cursor;

use super::said::Said;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};

mod jpeg_end;
#[cfg(test)]
mod tests;

/// The most bytes of a file.
pub const MAX_INPUT_BYTES: usize = 15 * 1024 * 1024;
/// The most pixels of a side.
pub const MAX_SIDE: u32 = 12_000;
/// The most pixels in all.
pub const MAX_PIXELS: u64 = 40_000_000;
/// The most memory that decoding may ask for, in bytes: [`MAX_PIXELS`] in four bytes each.
pub const MAX_MEMORY: u64 = 160 * 1024 * 1024;
/// The longest side of the photo that is kept.
pub const KEPT_SIDE: u32 = 1_600;
/// The longest side of its thumbnail.
pub const THUMBNAIL_SIDE: u32 = 320;
/// The media type of both.
pub const MEDIA_TYPE: &str = "image/jpeg";

const QUALITY: u8 = 82;

/// A photo as it is kept. `Debug` shows no pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// The photo, at most [`KEPT_SIDE`] on its longest side.
    pub image: Picture,
    /// The same, at most [`THUMBNAIL_SIDE`].
    pub thumbnail: Picture,
}

/// A JPEG and its size.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo({} x {})", self.image.width, self.image.height)
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} x {})", self.width, self.height)
    }
}

/// Why a file is not taken as a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// Over [`MAX_INPUT_BYTES`].
    #[error("the photo is larger than 15 MB: send a smaller one")]
    TooManyBytes,
    /// Neither JPEG nor PNG nor WebP.
    #[error("the file is no photo that can be read: send JPEG, PNG or WebP")]
    UnknownFormat,
    /// Over [`MAX_SIDE`], [`MAX_PIXELS`] or [`MAX_MEMORY`].
    #[error("the photo has too many pixels: at most 12,000 a side and 40 million in all")]
    TooManyPixels,
    /// Cut off or damaged.
    #[error("the photo is damaged or incomplete: send it again")]
    Damaged,
}

impl PhotoError {
    /// What is the matter and what to do.
    pub fn said(self) -> Said {
        let nl = match self {
            Self::TooManyBytes => "de foto is groter dan 15 MB: stuur een kleinere",
            Self::UnknownFormat => "dit bestand is geen foto die wij kunnen lezen: stuur JPEG, PNG of WebP",
            Self::TooManyPixels => {
                "de foto heeft te veel pixels: ten hoogste 12.000 per zijde en 40 miljoen in alles"
            }
            Self::Damaged => "de foto is beschadigd of niet volledig: stuur hem opnieuw",
        };
        Said::new(nl, self.to_string())
    }
}

/// Makes a photo of a file.
pub fn prepare(file: &[u8]) -> Result<Photo, PhotoError> {
    if file.len() > MAX_INPUT_BYTES {
        return Err(PhotoError::TooManyBytes);
    }
    let format = image::guess_format(file).map_err(|_| PhotoError::UnknownFormat)?;
    match format {
        ImageFormat::Jpeg if !jpeg_end::is_complete(file) => return Err(PhotoError::Damaged),
        ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP => {}
        _ => return Err(PhotoError::UnknownFormat),
    }
    let (image, orientation) = decode(file, format)?;
    let mut image = shrunk(image, KEPT_SIDE);
    image.apply_orientation(orientation);
    let image = flattened(&image);
    let thumbnail = DynamicImage::ImageRgb8(image.clone())
        .thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE)
        .to_rgb8();
    let small = image.width().max(image.height()) <= THUMBNAIL_SIDE;
    let image = encode(&image)?;
    Ok(Photo {
        thumbnail: if small { image.clone() } else { encode(&thumbnail)? },
        image,
    })
}

fn decode(file: &[u8], format: ImageFormat) -> Result<(DynamicImage, Orientation), PhotoError> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refused(&error))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || decoder.total_bytes() > MAX_MEMORY {
        return Err(PhotoError::TooManyPixels);
    }
    // An orientation that cannot be read is none.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error))?;
    Ok((image, orientation))
}

const fn refused(error: &ImageError) -> PhotoError {
    match error {
        ImageError::Limits(_) => PhotoError::TooManyPixels,
        ImageError::Unsupported(_) => PhotoError::UnknownFormat,
        _ => PhotoError::Damaged,
    }
}

/// The image with no side longer than `side`; never larger. A rough halving goes before the fine one, whose
/// buffers are of floats.
fn shrunk(image: DynamicImage, side: u32) -> DynamicImage {
    let longest = |image: &DynamicImage| image.width().max(image.height());
    let rough = if longest(&image) > 4 * side {
        image.thumbnail(2 * side, 2 * side)
    } else {
        image
    };
    if longest(&rough) > side {
        rough.resize(side, side, FilterType::Triangle)
    } else {
        rough
    }
}

/// The image on white, where it was see-through.
fn flattened(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let see_through = image.to_rgba8();
    RgbImage::from_fn(see_through.width(), see_through.height(), |x, y| {
        let [red, green, blue, alpha] = see_through.get_pixel(x, y).0;
        let over_white = |part: u8| {
            let (part, alpha) = (u16::from(part), u16::from(alpha));
            u8::try_from((part * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([red, green, blue].map(over_white))
    })
}

fn encode(image: &RgbImage) -> Result<Picture, PhotoError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(image)
        .map_err(|_| PhotoError::Damaged)?;
    Ok(Picture {
        bytes,
        width: image.width(),
        height: image.height(),
    })
}
