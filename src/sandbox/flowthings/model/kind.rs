//! The kinds of objects, other than drops.

/// A kind of object, each with a service of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Flow,
    Track,
    Group,
    Identity,
    ApiTask,
    MqttTask,
    RssTask,
    Device,
    Token,
    Share,
}

impl Kind {
    pub(crate) const ALL: [Self; 10] = [
        Self::Flow,
        Self::Track,
        Self::Group,
        Self::Identity,
        Self::ApiTask,
        Self::MqttTask,
        Self::RssTask,
        Self::Device,
        Self::Token,
        Self::Share,
    ];

    /// The path of its service, which is also what sessions call it.
    pub(crate) fn service(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Track => "track",
            Self::Group => "group",
            Self::Identity => "identity",
            Self::ApiTask => "api-task",
            Self::MqttTask => "mqtt",
            Self::RssTask => "rss",
            Self::Device => "device",
            Self::Token => "token",
            Self::Share => "share",
        }
    }

    /// The kind with this service.
    pub(crate) fn of(service: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.service() == service)
    }

    /// The letter that its ids begin with.
    pub(crate) fn letter(self) -> char {
        match self {
            Self::Flow => 'f',
            Self::Track => 't',
            Self::Group => 'g',
            Self::Identity => 'i',
            Self::ApiTask => 'q',
            Self::MqttTask => 'm',
            Self::RssTask => 'r',
            Self::Device => 'v',
            Self::Token => 'k',
            Self::Share => 's',
        }
    }

    /// Whether an object can be changed once it is there.
    pub(crate) fn is_mutable(self) -> bool {
        !matches!(self, Self::Token | Self::Share)
    }

    /// Whether objects bring drops in from elsewhere, or out, and report on it.
    pub(crate) fn is_task(self) -> bool {
        matches!(self, Self::ApiTask | Self::MqttTask | Self::RssTask)
    }
}

/// The letter that the ids of drops begin with.
pub(crate) const DROP: char = 'd';

/// Whether a text is an id: a letter and 24 hexadecimal digits.
pub(crate) fn is_id(text: &str) -> bool {
    let mut letters = text.chars();
    text.len() == 25
        && letters
            .next()
            .is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|digit| matches!(digit, '0'..='9' | 'a'..='f'))
}
