//! Ports that come back after a restart, where they are free.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
};

use serde::{Deserialize, Serialize};

use crate::{Error, files};

/// The bound listeners.
#[derive(Debug)]
pub(crate) struct Listeners {
    pub est: TcpListener,
    pub portal: TcpListener,
    pub login: TcpListener,
    pub webform: TcpListener,
    pub ports: Ports,
}

/// What is remembered in the state folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Ports {
    pub est: u16,
    pub portal: u16,
    pub login: u16,
    #[serde(default)]
    pub webform: u16,
}

/// Binds the four listeners: EST at the wished port, the others where they were before.
pub(crate) fn bind(listen: SocketAddr, state: &Path) -> Result<Listeners, Error> {
    if listen.ip() != Ipv4Addr::LOCALHOST {
        return Err(Error::NotLoopback(listen));
    }
    let file = state.join("ports.json");
    let before: Ports = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
    let (est, est_port) = match listen.port() {
        0 => again(before.est)?,
        port => at(port)?,
    };
    let (portal, portal_port) = again(before.portal)?;
    let (login, login_port) = again(before.login)?;
    let (webform, webform_port) = again(before.webform)?;
    let ports = Ports { est: est_port, portal: portal_port, login: login_port, webform: webform_port };
    if ports != before {
        files::replace(&file, &serde_json::to_vec(&ports)?)?;
    }
    Ok(Listeners { est, portal, login, webform, ports })
}

fn again(port: u16) -> Result<(TcpListener, u16), Error> {
    match port {
        0 => at(0),
        port => at(port).or_else(|_| at(0)),
    }
}

fn at(port: u16) -> Result<(TcpListener, u16), Error> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listen = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(listen)?;
    // tokio takes it over and wants it so.
    listener.set_nonblocking(true).map_err(listen)?;
    let port = listener.local_addr().map_err(listen)?.port();
    Ok((listener, port))
}
