//! Any text: it is a frame, is passed over or is an error, and a drop that is read is written the same again.
#![no_main]

use headwaters::flowthings::frame_drop;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(Some(drop)) = frame_drop(text) {
        let text = headwaters::serde_json::to_string(&drop).expect("a drop can be written");
        let frame = format!(r#"{{"value":{text},"resource":"r","type":"message"}}"#);
        let again = frame_drop(&frame).expect("what was written is read");
        assert_eq!(again, Some(drop));
    }
});
