//! Something between an adapter and its receiver that misbehaves, whatever is spoken through it.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// What it does to every connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Lets everything through.
    Pass,
    /// Takes no connection.
    Refuse,
    /// Takes a connection, waits for a word of the client's, and resets it.
    Reset,
    /// Takes a connection and never says anything.
    Hang,
    /// Lets everything through to the receiver, and its answers back at one byte a second.
    Trickle,
}

/// A proxy on a port that stays the same.
pub struct Proxy {
    address: SocketAddr,
    target: Option<SocketAddr>,
    state: Mutex<State>,
}

enum State {
    /// The port is held and nobody listens: whoever connects is refused.
    Refusing(TcpSocket),
    Running(JoinHandle<()>, CancellationToken),
    Changing,
}

fn held(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).expect("the port is free");
    socket
}

impl Proxy {
    /// One that refuses connections until it is told otherwise.
    pub fn new() -> Self {
        let socket = held("127.0.0.1:0".parse().unwrap());
        Self {
            address: socket.local_addr().unwrap(),
            target: None,
            state: Mutex::new(State::Refusing(socket)),
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stands before this receiver from now on.
    pub fn stand_before(&mut self, target: SocketAddr) {
        self.target = Some(target);
    }

    /// Cuts every connection and does this to all that come.
    pub async fn set(&self, mode: Mode) {
        let before = std::mem::replace(&mut *self.state.lock().unwrap(), State::Changing);
        let socket = match before {
            State::Refusing(socket) => socket,
            State::Running(accepting, connections) => {
                connections.cancel();
                accepting.abort();
                let _ = accepting.await;
                held(self.address)
            }
            State::Changing => unreachable!("one thing after the other"),
        };
        let state = if mode == Mode::Refuse {
            State::Refusing(socket)
        } else {
            self.run(socket.listen(1_024).unwrap(), mode)
        };
        *self.state.lock().unwrap() = state;
    }

    fn run(&self, listener: TcpListener, mode: Mode) -> State {
        let target = self.target.expect("it stands before a receiver");
        let connections = CancellationToken::new();
        let cut = connections.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let cut = cut.clone();
                tokio::spawn(async move {
                    tokio::select! {
                        () = serve(mode, client, target) => {}
                        () = cut.cancelled() => {}
                    }
                });
            }
        });
        State::Running(accepting, connections)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let State::Running(accepting, connections) = &*self.state.lock().unwrap() {
            connections.cancel();
            accepting.abort();
        }
    }
}

async fn serve(mode: Mode, mut client: TcpStream, target: SocketAddr) {
    let _ = client.set_nodelay(true);
    match mode {
        Mode::Refuse => {}
        Mode::Hang => std::future::pending().await,
        Mode::Reset => {
            let mut some = [0; 1_024];
            let _ = tokio::time::timeout(Duration::from_millis(50), client.read(&mut some)).await;
            let _ = client.set_zero_linger();
        }
        Mode::Pass => {
            if let Ok(mut receiver) = TcpStream::connect(target).await {
                let _ = receiver.set_nodelay(true);
                let _ = copy_bidirectional(&mut client, &mut receiver).await;
            }
        }
        Mode::Trickle => {
            if let Ok(receiver) = TcpStream::connect(target).await {
                let (mut from_client, to_client) = client.into_split();
                let (from_receiver, mut to_receiver) = receiver.into_split();
                tokio::join!(
                    async {
                        let _ = tokio::io::copy(&mut from_client, &mut to_receiver).await;
                    },
                    trickle(from_receiver, to_client),
                );
            }
        }
    }
}

async fn trickle(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    let mut byte = [0; 1];
    while matches!(from.read(&mut byte).await, Ok(1)) {
        if to.write_all(&byte).await.is_err() {
            return;
        }
        // That it is slow is the fault itself.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}
