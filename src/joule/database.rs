//! The PostgreSQL database under a node.

use std::net::IpAddr;

use super::{Node, types::ConnectionInfo};

impl ConnectionInfo {
    /// The same with a host that can be reached from here: a node tells of a database beside it as local, and means itself.
    #[must_use]
    pub fn seen_from(mut self, node: &Node) -> Self {
        let is_local = self.host == "localhost"
            || self
                .host
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if is_local && let Some(host) = node.url().host_str() {
            self.host = host.trim_matches(['[', ']']).to_owned();
        }
        self
    }
}

#[cfg(feature = "postgres")]
mod connection {
    use tokio_postgres::{Client, NoTls};

    use super::{ConnectionInfo, Node};
    use crate::{Error, ErrorKind, Result, call::in_runtime, joule::calls::DatabaseConnectionInfo};

    /// PostgreSQL's own port, where the node names none.
    const PORT: u16 = 5432;

    impl Node {
        /// Connects to the database for reading: rows are in `data.stream<id>`, events in `data.event<id>`, their
        /// descriptions in the schema `metadata`; times are `timestamp` in UTC. Without TLS; for more, take
        /// [`connection_info`](super::super::calls::Database::connection_info) to `tokio_postgres` yourself.
        ///
        /// The password is made anew whenever the node starts, so a connection is asked for when it is needed and not kept as a
        /// setting. The connection ends when the client is dropped.
        ///
        /// ```no_run
        /// # async fn f(node: headwaters::joule::Node) -> Result<(), Box<dyn std::error::Error>> {
        /// let stream = node.data_streams().get("/plugs/meter").await?;
        /// let database = node.connect_database().await?;
        /// let query = format!("select max(elem0) from data.stream{}", stream.id);
        /// let highest: f32 = database.query_one(&query, &[]).await?.get(0);
        /// # Ok(()) }
        /// ```
        ///
        /// # Errors
        /// [`is_connect`](Error::is_connect) when the database refuses or cannot be reached; otherwise as any call.
        pub async fn connect_database(&self) -> Result<Client> {
            in_runtime(async {
                let info = self.database().connection_info().await?.seen_from(self);
                let connected = settings(&info)?.connect(NoTls).await;
                let (client, connection) = connected.map_err(|error| {
                    refused(ErrorKind::Connect, "the database was not reached").with_source(error)
                })?;
                // It ends with the client; what goes wrong before, the client's queries tell.
                tokio::spawn(connection);
                Ok(client)
            })
            .await
        }
    }

    fn settings(info: &ConnectionInfo) -> Result<tokio_postgres::Config> {
        let port = match info.port {
            None => PORT,
            Some(port) => u16::try_from(port).map_err(|error| {
                refused(ErrorKind::Decode, "the database's port is none").with_source(error)
            })?,
        };
        let mut settings = tokio_postgres::Config::new();
        settings
            .user(&info.username)
            .password(info.password.expose())
            .host(&info.host)
            .port(port)
            .dbname(&info.database)
            .application_name("headwaters");
        Ok(settings)
    }

    fn refused(kind: ErrorKind, what: &str) -> Error {
        Error::of(kind, DatabaseConnectionInfo::OPERATION, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(host: &str, url: &str) -> String {
        let info = ConnectionInfo {
            username: "joule_module".to_owned(),
            password: "x".into(),
            port: None,
            database: "joule".to_owned(),
            host: host.to_owned(),
        };
        info.seen_from(&Node::new(url, "key").unwrap()).host
    }

    #[test]
    fn a_database_beside_the_node_is_reached_where_the_node_is() {
        assert_eq!(
            seen("localhost", "http://node.example:8088"),
            "node.example"
        );
        assert_eq!(
            seen("127.0.1.1", "https://node.example/joule"),
            "node.example"
        );
        assert_eq!(seen("::1", "http://[2001:db8::5]:8088"), "2001:db8::5");
        assert_eq!(seen("db.example", "http://node.example"), "db.example");
        assert_eq!(seen("10.0.0.5", "http://node.example"), "10.0.0.5");
    }
}
