use super::*;

#[test]
fn reports_are_brought_to_this_machine_only() {
    for good in [
        "http://127.0.0.1:80/r/%d",
        "http://localhost/r",
        "http://[::1]:9/r",
    ] {
        assert!(Target::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "http://192.0.2.1/%d",
        "http://127.0.0.1.example/%d",
        "http://127.0.0.1@192.0.2.1/%d",
        "file:///etc/passwd",
        "%d",
    ] {
        assert_eq!(Target::parse(bad).unwrap_err(), BadTarget, "{bad}");
    }
}
