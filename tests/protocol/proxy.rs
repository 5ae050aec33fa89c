//! Through a proxy. Proxies come from the environment of a process, so each test runs itself again in a child.

use std::{
    io::{self, Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use shirushi::protocol::{ConnectError, TransportError, transport::Request};
use url::Url;

use crate::{
    make::keys,
    server::{Act, Server, http},
    transport::{exchange, post},
};

const CHILD: &str = "SHIRUSHI_TEST_CHILD";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

fn behind(proxy: u16, test: &str) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .env("HTTPS_PROXY", format!("http://127.0.0.1:{proxy}"))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && said.contains("1 passed"), "{said}");
}

/// Answers CONNECT with `head`, and after a 200 passes bytes on. Counts how often it was asked.
fn proxy(head: &'static str) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || tunnel(stream.unwrap(), head));
        }
    });
    (port, asked)
}

fn tunnel(mut client: TcpStream, head: &str) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
    let request = String::from_utf8(request).unwrap();
    let target = request.strip_prefix("CONNECT ").unwrap().split(' ').next().unwrap().to_owned();
    client.write_all(format!("HTTP/1.1 {head}\r\n\r\n").as_bytes()).unwrap();
    if !head.starts_with("200") {
        return;
    }
    let server = TcpStream::connect(target).unwrap();
    let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || pass_on(from, to));
    pass_on(server, client);
}

fn pass_on(mut from: TcpStream, mut to: TcpStream) {
    let _ = io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_refuses_is_named_so() {
    if is_child() {
        let url = Url::parse("https://localhost:9/").unwrap();
        let refused = TransportError::Connect(ConnectError::ProxyRefused);
        assert_eq!(exchange(post(url)).await.unwrap_err(), refused);
        return;
    }
    for head in ["407 Proxy Authentication Required\r\nContent-Length: 0", "403 Forbidden\r\nContent-Length: 0"] {
        let (port, asked) = proxy(head);
        behind(port, "proxy::a_proxy_that_refuses_is_named_so");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_behind_a_proxy_is_pinned_and_asked_once() {
    if is_child() {
        let server = Server::start(Act::Say(http("200 OK", "fine")));
        assert_eq!(exchange(post(server.url("/x"))).await.unwrap().body, b"fine");
        assert!(server.only_conversation().starts_with("POST /x "));

        let server = Server::start(Act::Say(http("200 OK", "fine")));
        let other = Request { pin: Some(keys().stranger.hash()), ..post(server.url("/x")) };
        let refused = TransportError::Connect(ConnectError::OtherServer);
        assert_eq!(exchange(other).await.unwrap_err(), refused);
        assert_eq!(server.only_conversation(), "");
        return;
    }
    let (port, asked) = proxy("200 Go");
    behind(port, "proxy::the_server_behind_a_proxy_is_pinned_and_asked_once");
    assert_eq!(asked.load(Ordering::SeqCst), 2); // one exchange each
}
