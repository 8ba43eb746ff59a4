//! What a witness knows of a sandbox before it asks.

use headwaters::{
    Result,
    sandbox::Flavour,
    streams::{StreamsConnection, types},
};

/// Whether it is Streams 5, which submits jobs itself, and has no domain.
pub fn is_five(flavour: Flavour) -> bool {
    matches!(flavour, Flavour::Standalone5 | Flavour::Cp4d)
}

/// What Python holds in variables.
pub struct Known {
    pub domain: Option<types::Domain>,
    pub resource: Option<types::Resource>,
    pub instance: types::Instance,
    pub exported: types::ExportedStream,
    pub job: types::Job,
    pub trades: types::Job,
    pub operator: types::Operator,
    pub filter: types::Operator,
    pub input: types::OperatorInputPort,
    pub output: types::OperatorOutputPort,
    pub pe: types::Pe,
    pub views: Vec<types::View>,
}

impl Known {
    pub async fn of(sc: &StreamsConnection, flavour: Flavour) -> Result<Self> {
        let instance = sc.find_instance("StreamsInstance").await?.unwrap();
        let group = sc.instance(&instance);
        let (domain, resource) = if is_five(flavour) {
            (None, None)
        } else {
            let domain = sc.domains().list().await?.remove(0);
            let resource = sc.domain(&domain).resources().await?.remove(0);
            (Some(domain), Some(resource))
        };
        let operators = group.operators().await?;
        let operator = |name: &str| {
            let mut operators = operators.iter();
            operators
                .find(|operator| operator.name == name)
                .unwrap()
                .clone()
        };
        let (operator, filter) = (operator("neural_net_model"), operator("Filter[0]"));
        Ok(Self {
            exported: group.exported_streams().await?.remove(0),
            job: group.find_job("0").await?.unwrap(),
            trades: group.find_job("1").await?.unwrap(),
            input: sc.operator(&operator).input_ports().await?.remove(0),
            output: sc.operator(&operator).output_ports().await?.remove(0),
            pe: sc.follow(operator.pe.as_ref().unwrap()).await?,
            views: group.views().await?,
            domain,
            resource,
            instance,
            operator,
            filter,
        })
    }

    pub fn view(&self, name: &str) -> &types::View {
        let mut views = self.views.iter();
        views
            .find(|view| view.name.as_deref() == Some(name))
            .unwrap()
    }
}
