//! A line with a delay: what goes in on one side comes out on the other so much later, both ways.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// Listens at a port of its own for connections to `to_port`, each way of which takes `delay`.
pub async fn start(to_port: u16, delay: Duration) -> (u16, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("a listener has an address").port();
    let line = tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            tokio::spawn(async move {
                // Connecting takes a round trip as well.
                tokio::time::sleep(2 * delay).await;
                let Ok(far) = TcpStream::connect(("127.0.0.1", to_port)).await else {
                    return;
                };
                let both = near.set_nodelay(true).and_then(|()| far.set_nodelay(true));
                both.expect("a connection takes the option");
                let (near, far) = (near.into_split(), far.into_split());
                carry(near.0, far.1, delay);
                carry(far.0, near.1, delay);
            });
        }
    });
    (port, line)
}

fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, delay: Duration) {
    let (entered, mut leaving) = mpsc::channel::<(Instant, Vec<u8>)>(1024);
    tokio::spawn(async move {
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            if entered
                .send((Instant::now() + delay, bytes[..count].to_vec()))
                .await
                .is_err()
            {
                return;
            }
        }
    });
    tokio::spawn(async move {
        while let Some((due, bytes)) = leaving.recv().await {
            sleep_until(due).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
    });
}
