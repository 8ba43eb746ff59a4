//! The platforms that the command knows: those of the build.

use headwaters::{PLATFORMS, dynamic::Platform};

/// The platform of this name, or why there is none.
pub(crate) fn find(name: &str) -> Result<&'static Platform, String> {
    let mut platforms = PLATFORMS.iter();
    platforms
        .find(|platform| platform.name == name)
        .ok_or_else(|| {
            let names: Vec<&str> = PLATFORMS.iter().map(|platform| platform.name).collect();
            format!(
                "there is no such platform in this build, which has: {}; each platform is a feature",
                names.join(", ")
            )
        })
}
