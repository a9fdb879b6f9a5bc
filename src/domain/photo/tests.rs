use image::{ExtendedColorType, ImageEncoder, Rgb, Rgba, RgbaImage};

use super::*;

/// A photo of two halves, the left red and the right blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([220, 20, 20])
        } else {
            Rgb([20, 20, 220])
        }
    })
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn read(picture: &Picture) -> RgbImage {
    image::load_from_memory_with_format(&picture.bytes, ImageFormat::Jpeg)
        .unwrap()
        .to_rgb8()
}

/// EXIF in TIFF form, big-endian: orientation 6 (turn right), and a GPS directory whose latitude reference and
/// map datum can be searched for.
fn exif() -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08".to_vec();
    tiff.extend(2_u16.to_be_bytes());
    // Orientation, SHORT, one value.
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]);
    // GPS directory at 38.
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0; 4]);
    tiff.extend(1_u16.to_be_bytes());
    // Map datum, ASCII, 16 bytes at 56.
    tiff.extend([0, 0x12, 0, 2, 0, 0, 0, 16, 0, 0, 0, 56]);
    tiff.extend([0; 4]);
    tiff.extend(b"CANARY-LOCATION\0");
    tiff
}

fn with_exif(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
    encoder.set_exif_metadata(exif()).unwrap();
    encoder
        .write_image(
            halves(width, height).as_raw(),
            width,
            height,
            ExtendedColorType::Rgb8,
        )
        .unwrap();
    bytes
}

#[test]
fn a_large_photo_is_kept_small_with_a_thumbnail() {
    let file = written(&DynamicImage::ImageRgb8(halves(4_000, 3_000)), ImageFormat::Jpeg);
    let photo = prepare(&file).unwrap();
    assert_eq!((photo.image.width, photo.image.height), (1_600, 1_200));
    assert_eq!((photo.thumbnail.width, photo.thumbnail.height), (320, 240));
    assert_eq!(read(&photo.image).dimensions(), (1_600, 1_200));
}

#[test]
fn a_small_photo_is_not_blown_up() {
    let file = written(&DynamicImage::ImageRgb8(halves(100, 60)), ImageFormat::WebP);
    let photo = prepare(&file).unwrap();
    assert_eq!((photo.image.width, photo.thumbnail.height), (100, 60));
}

#[test]
fn a_photo_is_turned_upright_and_tells_no_longer_where_it_was_made() {
    let file = with_exif(400, 200);
    assert!(file.windows(6).any(|part| part == b"CANARY"));
    let photo = prepare(&file).unwrap();
    assert_eq!((photo.image.width, photo.image.height), (200, 400));
    // Turned to the right, what was left is on top.
    let upright = read(&photo.image);
    let red = |x, y| upright.get_pixel(x, y).0[0] > 150;
    assert!(red(100, 50) && !red(100, 350));
    for picture in [&photo.image, &photo.thumbnail] {
        for word in [&b"CANARY"[..], b"Exif", b"MM\0\x2a"] {
            assert!(!picture.bytes.windows(word.len()).any(|part| part == word));
        }
    }
}

#[test]
fn what_is_see_through_becomes_white() {
    let clear = RgbaImage::from_pixel(50, 50, Rgba([200, 0, 0, 0]));
    let photo = prepare(&written(&DynamicImage::ImageRgba8(clear), ImageFormat::Png)).unwrap();
    assert!(
        read(&photo.image)
            .pixels()
            .all(|pixel| pixel.0.iter().all(|part| *part > 250))
    );
}

/// CRC-32 as PNG has it (ISO 3309), for a header that is changed by hand.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

/// 22,000 x 22,000 pixels of one bit: 484 megapixels in less than 400 kB.
fn bomb() -> Vec<u8> {
    let (side, bytes_a_row) = (22_000_u32, 2_750_u32);
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(&vec![0; 22_000 * 2_750], bytes_a_row, side, ExtendedColorType::L8)
        .unwrap();
    // A row of as many bytes, of one bit a pixel instead of eight.
    png[16..20].copy_from_slice(&side.to_be_bytes());
    png[24] = 1;
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    png
}

#[test]
fn a_decompression_bomb_is_refused_by_its_header() {
    let bomb = bomb();
    assert!(bomb.len() < 400_000);
    let dimensions = ImageReader::with_format(Cursor::new(&bomb), ImageFormat::Png).into_dimensions();
    assert_eq!(dimensions.unwrap(), (22_000, 22_000));
    assert_eq!(prepare(&bomb), Err(PhotoError::TooManyPixels));
}

#[test]
fn more_than_forty_megapixels_are_refused_even_when_each_side_fits() {
    let mut png = Vec::new();
    let pixels = vec![0_u8; 7_000 * 6_000];
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(&pixels, 7_000, 6_000, ExtendedColorType::L8)
        .unwrap();
    assert_eq!(prepare(&png), Err(PhotoError::TooManyPixels));
}

#[test]
fn a_file_that_was_cut_off_is_refused_wherever_it_was() {
    let picture = DynamicImage::ImageRgb8(halves(640, 480));
    let files =
        [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].map(|format| written(&picture, format));
    for file in files.iter().chain([&with_exif(640, 480)]) {
        assert!(prepare(file).is_ok());
        for share in 1..20 {
            let cut = &file[..file.len() * share / 20];
            assert!(prepare(cut).is_err(), "{share}/20");
        }
    }
}

#[test]
fn other_files_are_refused_with_a_word_on_what_to_send() {
    for file in [
        &b""[..],
        b"GIF89a\x01\0\x01\0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
    ] {
        assert_eq!(prepare(file), Err(PhotoError::UnknownFormat));
    }
    assert_eq!(
        prepare(&vec![0xFF; MAX_INPUT_BYTES + 1]),
        Err(PhotoError::TooManyBytes)
    );
    assert!(
        PhotoError::UnknownFormat
            .to_string()
            .contains("JPEG, PNG or WebP")
    );
}

#[test]
fn any_changed_byte_ends_in_a_photo_or_an_error() {
    let file = with_exif(64, 48);
    for position in 0..file.len() {
        let mut changed = file.clone();
        changed[position] ^= 0x5A;
        let _ = prepare(&changed);
    }
}
