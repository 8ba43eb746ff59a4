//! Circles on the Earth.

use std::fmt;

use super::{FilterError, Number, numeral::Numeral, tree::Tree};

/// The mean radius of the Earth in km.
const EARTH: f64 = 6371.0088;
/// A mile in km.
const MILE: f64 = 1.609_344;

/// How far something may be away, in miles or kilometres.
#[derive(Clone, Debug)]
pub struct Distance(pub(super) Result<Reach, FilterError>);

/// What something is near to: a point, or a place with a ZIP code.
#[derive(Clone, Debug)]
pub struct Center(pub(super) Result<Point, FilterError>);

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reach {
    pub(super) number: Numeral,
    pub(super) unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Miles,
    Km,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Point {
    /// Degrees north and east.
    Coordinates(Numeral, Numeral),
    Zip(String),
}

impl Distance {
    /// So many miles.
    pub fn miles(number: impl Into<Number>) -> Self {
        Self::new(number.into(), Unit::Miles)
    }

    /// So many kilometres.
    pub fn km(number: impl Into<Number>) -> Self {
        Self::new(number.into(), Unit::Km)
    }

    fn new(number: Number, unit: Unit) -> Self {
        Self(number.0.map(|number| Reach { number, unit }))
    }
}

impl Center {
    /// Degrees of latitude (north) and longitude (east).
    pub fn coordinates(latitude: impl Into<Number>, longitude: impl Into<Number>) -> Self {
        let (latitude, longitude) = (latitude.into().0, longitude.into().0);
        Self(latitude.and_then(|latitude| Ok(Point::Coordinates(latitude, longitude?))))
    }

    /// A place by its ZIP code: ASCII letters and digits, with single blanks or hyphens between them; anything else makes the filter
    /// invalid. Only the platform knows where it is, so a filter with one cannot be evaluated here.
    pub fn zip(code: impl Into<String>) -> Self {
        Self(Point::zip(code.into()))
    }
}

impl Unit {
    /// The word of the platform.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Miles => "MILES",
            Self::Km => "KM",
        }
    }
}

impl Reach {
    pub(super) fn km(&self) -> f64 {
        match self.unit {
            Unit::Miles => self.number.as_f64() * MILE,
            Unit::Km => self.number.as_f64(),
        }
    }
}

impl Point {
    pub(super) fn zip(code: String) -> Result<Self, FilterError> {
        let mut parts = code.split([' ', '-']);
        let is_part =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match parts.all(is_part) {
            true => Ok(Self::Zip(code)),
            false => Err(FilterError::new(
                "a ZIP code has letters and digits, and single blanks or hyphens between them",
            )),
        }
    }

    /// How far in km a location is away, where it has coordinates and this does.
    pub(super) fn distance<T: Tree>(&self, location: &T) -> Option<f64> {
        let Self::Coordinates(latitude, longitude) = self else {
            return None;
        };
        let member = |names: [&str; 2]| {
            names
                .iter()
                .find_map(|name| Some(location.get(name)?.as_number()?.as_f64()))
        };
        let there = (
            member(["lat", "$latitude"])?,
            member(["lon", "$longitude"])?,
        );
        Some(great_circle((latitude.as_f64(), longitude.as_f64()), there))
    }
}

/// By the formula of haversines; both points are degrees north and east.
fn great_circle(here: (f64, f64), there: (f64, f64)) -> f64 {
    let (north, east) = (
        (there.0 - here.0).to_radians(),
        (there.1 - here.1).to_radians(),
    );
    let widths = here.0.to_radians().cos() * there.0.to_radians().cos();
    let square = (north / 2.0).sin().powi(2) + widths * (east / 2.0).sin().powi(2);
    2.0 * EARTH * square.sqrt().min(1.0).asin()
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coordinates(latitude, longitude) => write!(f, "[{latitude},{longitude}]"),
            Self::Zip(code) => write!(f, "[ZIP={code}]"),
        }
    }
}
