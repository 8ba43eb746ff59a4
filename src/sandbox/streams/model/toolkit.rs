//! Toolkits: libraries of operators, kept by the build service.

/// A version of a library.
#[derive(Clone, Debug)]
pub(crate) struct Toolkit {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) required_product_version: String,
    /// Its index, an XML document.
    pub(crate) index: String,
}

impl Toolkit {
    /// `com.ibm.streamsx.kafka-1.9.0`
    pub(crate) fn id(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }
}

/// Those that come with the product.
pub(crate) fn installed() -> Vec<Toolkit> {
    let spl = "
    <dependency>
      <common:name>spl</common:name>
      <common:version>[1.0.0,2.0.0)</common:version>
    </dependency>";
    vec![
        toolkit("com.ibm.streamsx.kafka", "1.9.0", "4.2.0", spl),
        toolkit("spl", "1.5.0", "5.0.0", ""),
    ]
}

fn toolkit(name: &str, version: &str, required: &str, dependencies: &str) -> Toolkit {
    let index = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<toolkitModel xmlns="http://www.ibm.com/xmlns/prod/streams/spl/toolkit" xmlns:common="http://www.ibm.com/xmlns/prod/streams/spl/common" productVersion="5.4.0.0">
  <toolkit name="{name}" requiredProductVersion="{required}" version="{version}">{dependencies}
    <sabFiles/>
  </toolkit>
</toolkitModel>
"#
    );
    Toolkit {
        name: name.to_owned(),
        version: version.to_owned(),
        required_product_version: required.to_owned(),
        index,
    }
}
