//! Every example runs to its end.

#[path = "../../examples/custom_channel.rs"]
#[expect(dead_code, reason = "an example has a main")]
mod custom_channel;
#[path = "../../examples/import_regions.rs"]
#[expect(dead_code, reason = "an example has a main")]
mod import_regions;
#[path = "../../examples/start_and_follow.rs"]
#[expect(dead_code, reason = "an example has a main")]
mod start_and_follow;

#[tokio::test(flavor = "multi_thread")]
async fn an_action_is_started_and_followed() {
    let told = start_and_follow::with_a_service_of_its_own().await.unwrap();
    assert!(told > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_of_ones_own_tells_everyone_once() {
    assert_eq!(Box::pin(custom_channel::run()).await.unwrap(), 50);
}

#[test]
fn regions_come_back_as_they_were_written() {
    let territory = import_regions::the_demonstration_region().unwrap();
    assert_eq!(territory.regions().len(), oproep::demo::region::features().len());
}
