//! `groundrule serve`: the current edition over HTTP, until it is told to stop.

use super::exit::Exit;
use super::{AtlasArgument, Terminal};
use crate::atlas::Atlas;
use crate::server::{self, State};
use anyhow::Context as _;
use clap::Args;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::net::TcpListener;

#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    #[command(flatten)]
    atlas: AtlasArgument,
    /// Address and port to listen on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Scheme and host under which people reach it, as `https://planning.example.org`; links carry it
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Tiles of others to lie behind our layers: an archive on this machine
    #[arg(long, value_name = "FILE.pmtiles|.mbtiles")]
    basemap: Option<PathBuf>,
}

/// Serves.
pub(super) fn run(arguments: &ServeArguments, terminal: &mut Terminal<'_>) -> anyhow::Result<Exit> {
    let atlas = Atlas::open(&arguments.atlas.atlas)?;
    serve(
        atlas,
        arguments.listen,
        arguments.public_url.as_deref(),
        arguments.basemap.clone(),
        terminal,
        |terminal, address, state| {
            writeln!(
                terminal.out,
                "serving edition {} on {address}",
                state.current().id()
            )
        },
    )
}

/// Serves an atlas until Ctrl-C or a request to end; `ready` is called once the address is known.
pub(super) fn serve(
    atlas: Atlas,
    listen: SocketAddr,
    public_url: Option<&str>,
    basemap: Option<PathBuf>,
    terminal: &mut Terminal<'_>,
    ready: impl FnOnce(&mut Terminal<'_>, &str, &State) -> std::io::Result<()>,
) -> anyhow::Result<Exit> {
    let _ = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("starting")?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("listening on {listen}: choose another port with --listen"))?;
        let address = format!("http://{}", listener.local_addr()?);
        let reached = public_url.unwrap_or(&address);
        let mut state = State::open(atlas, reached, Arc::new(super::now))?.with_basemap(basemap);
        state.has_public_url = public_url.is_some();
        let state = Arc::new(state);
        ready(terminal, &address, &state)?;
        terminal.out.flush()?;
        let watching = tokio::spawn(Arc::clone(&state).watch());
        let packing = tokio::spawn(Arc::clone(&state).pack());
        server::serve::serve(listener, server::router(state), stop_asked()).await;
        watching.abort();
        packing.abort();
        writeln!(terminal.err, "stopped")?;
        Ok(Exit::Done)
    })
}

/// Done when Ctrl-C is pressed or the process is asked to end.
async fn stop_asked() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return interrupt.await;
        };
        tokio::select! {
            () = interrupt => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupt.await;
}
