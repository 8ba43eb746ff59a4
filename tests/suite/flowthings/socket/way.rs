//! The way of a WebSocket is that of every request: certificates, proxies, headers.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use headwaters::{
    Config,
    flowthings::{Api, Host, Token},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

/// A proxy that opens tunnels to this host, and how many it has opened.
async fn tunnel() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(client.read_u8().await.unwrap());
                }
                let head = String::from_utf8(head).unwrap();
                let port = head
                    .strip_prefix("CONNECT localhost:")
                    .and_then(|rest| rest.split(' ').next())
                    .expect("a tunnel to the server is asked for");
                count.fetch_add(1, SeqCst);
                let mut server = TcpStream::connect(("127.0.0.1", port.parse().unwrap()))
                    .await
                    .unwrap();
                client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (url, opened)
}

#[cfg(feature = "rustls")]
mod tls {
    use super::*;
    use crate::wire::certificate::{Authority, authority, identity};

    fn shown(authority: &Authority) -> rustls::ServerConfig {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let (certificate, key) = identity(authority);
        let key = rustls::pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }

    #[tokio::test]
    async fn a_socket_trusts_the_authority_of_the_configuration_and_no_other() {
        let authority = authority();
        let server = Server::tls(shown(&authority)).await;
        let error = server.api().websocket().await.unwrap_err();
        assert!(error.is_connect(), "{error}");
        let config = Config::new().with_certificate_authority(authority.pem());
        let mut socket = server.api_with(config).websocket().await.unwrap();
        let mut peer = server.peer().await;
        peer.drop(1).await;
        assert_drop(&mut socket, 1).await;
        let handshake = server.heads().pop().unwrap();
        assert_eq!(handshake.header("origin"), Some(&*server.url()));
    }

    #[tokio::test]
    async fn a_socket_goes_through_the_tunnel_of_a_proxy() {
        let authority = authority();
        let server = Server::tls(shown(&authority)).await;
        let (proxy, opened) = tunnel().await;
        let config = Config::new()
            .with_certificate_authority(authority.pem())
            .with_proxy(proxy);
        let mut socket = server.api_with(config).websocket().await.unwrap();
        let mut peer = server.peer().await;
        peer.drop(1).await;
        assert_drop(&mut socket, 1).await;
        assert_eq!(opened.load(SeqCst), 2);
    }
}

#[tokio::test]
async fn a_plain_socket_is_asked_of_the_proxy() {
    // It answers as the server would.
    let proxy = Server::start().await;
    let config = Config::new().with_proxy(format!("http://127.0.0.1:{}", proxy.port()));
    let api = Api::with_config("http://ws.test", Token::new("acc", "tok"), config).unwrap();
    let mut socket = api.websocket().await.unwrap();
    let mut peer = proxy.peer().await;
    assert_eq!(peer.target, "http://ws.test/session/secret-session-1/ws");
    peer.drop(1).await;
    assert_drop(&mut socket, 1).await;
}

#[tokio::test]
async fn a_socket_has_the_headers_of_the_configuration_and_is_on_the_server_of_sessions() {
    let (api, sessions) = (Server::start().await, Server::start().await);
    let config = Config::new().with_header("x-tenant", "blue");
    let host = Host::new(api.url()).with_sessions_at(sessions.url());
    let api = Api::with_config(host, Token::new("acc", "tok"), config).unwrap();
    let _socket = api.websocket().await.unwrap();
    let heads = sessions.heads();
    assert_eq!(heads.len(), 2);
    assert!(
        heads
            .iter()
            .all(|head| head.header("x-tenant") == Some("blue"))
    );
}
