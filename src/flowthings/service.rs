//! The verbs of a service that go by the type of what they are given.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Filter, Modify, calls, types};
use crate::{
    Change, Error, Json, Operation, Result,
    call::BoxFuture,
    error::JsonError,
    value::{Identified, Sealed, written},
};

/// What the `find` of a service takes: an id, a list of ids, or a filter. The trait is sealed.
pub trait Find<S>: Sealed {
    /// The call that it makes.
    type Call;

    #[doc(hidden)]
    fn find(self, service: &S) -> Self::Call;
}

/// What the `save` of a service takes: a new object, one that has an id, what changes of one, or a list of those. The trait is sealed.
pub trait Save<S>: Sealed {
    /// The call that it makes.
    type Call;

    #[doc(hidden)]
    fn save(self, service: &S) -> Self::Call;
}

impl Sealed for Filter {}
impl Sealed for &Filter {}
impl Sealed for &str {}
impl Sealed for &String {}
impl Sealed for String {}
impl Sealed for Value {}
impl<T> Sealed for Vec<T> {}
impl<T> Sealed for &[T] {}
impl<T, const N: usize> Sealed for [T; N] {}
impl<T> Sealed for Modify<T> {}
impl<T> Sealed for Change<T> {}

macro_rules! finders {
    ($($service:ident $id:ident $read:ident $read_many:ident $find_many:ident;)*) => {$(
        impl calls::$service {
            /// One by its id, several by a list of ids, all that a filter takes: the call is [`read`](Self::read),
            /// [`read_many`](Self::read_many) or [`find_many`](Self::find_many) by the type of what it is given. A text is an id.
            ///
            /// # Errors
            /// Those of that call.
            pub fn find<W: Find<Self>>(&self, what: W) -> W::Call {
                what.find(self)
            }
        }

        impl Sealed for types::$id {}
        impl Sealed for &types::$id {}

        finders!(@one $service $read [types::$id, &types::$id, &str, &String, String]);
        finders!(@filter $service $find_many [Filter, &Filter]);

        impl<I: Into<types::$id>, const N: usize> Find<calls::$service> for [I; N] {
            type Call = calls::$read_many;

            fn find(self, service: &calls::$service) -> Self::Call {
                service.read_many(self)
            }
        }

        impl<I: Into<types::$id>> Find<calls::$service> for Vec<I> {
            type Call = calls::$read_many;

            fn find(self, service: &calls::$service) -> Self::Call {
                service.read_many(self)
            }
        }

        impl<I: Clone + Into<types::$id>> Find<calls::$service> for &[I] {
            type Call = calls::$read_many;

            fn find(self, service: &calls::$service) -> Self::Call {
                service.read_many(self.iter().cloned())
            }
        }
    )*};
    (@one $service:ident $read:ident [$($id:ty),*]) => {$(
        impl Find<calls::$service> for $id {
            type Call = calls::$read;

            fn find(self, service: &calls::$service) -> Self::Call {
                service.read(self)
            }
        }
    )*};
    (@filter $service:ident $find_many:ident [$($filter:ty),*]) => {$(
        impl Find<calls::$service> for $filter {
            type Call = calls::$find_many;

            fn find(self, service: &calls::$service) -> Self::Call {
                service.find_many().filter(self)
            }
        }
    )*};
}

finders! {
    Flow FlowId FlowRead FlowReadMany FlowFindMany;
    Drop DropId DropRead DropReadMany DropFindMany;
    Track TrackId TrackRead TrackReadMany TrackFindMany;
    Group GroupId GroupRead GroupReadMany GroupFindMany;
    Identity IdentityId IdentityRead IdentityReadMany IdentityFindMany;
    ApiTask ApiTaskId ApiTaskRead ApiTaskReadMany ApiTaskFindMany;
    MqttTask MqttTaskId MqttTaskRead MqttTaskReadMany MqttTaskFindMany;
    RssTask RssTaskId RssTaskRead RssTaskReadMany RssTaskFindMany;
    Device DeviceId DeviceRead DeviceReadMany DeviceFindMany;
    Token TokenId TokenRead TokenReadMany TokenFindMany;
    Share ShareId ShareRead ShareReadMany ShareFindMany;
}

macro_rules! savers {
    ($($service:ident $update:ident $update_many:ident $object:ident;)*) => {$(
        impl calls::$service {
            /// Creates what has no id, and changes what has one: the call is [`create`](Self::create), [`update`](Self::update), or
            /// for a list [`update_many`](Self::update_many), by the type of what it is given. Of JSON the member `id` says which; what
            /// changes is sent as it is, and null clears a member.
            ///
            /// # Errors
            /// Those of that call; [`is_request`](Error::is_request) for JSON that does not fit the type of the object.
            pub fn save<W: Save<Self>>(&self, what: W) -> W::Call {
                what.save(self)
            }
        }

        impl Sealed for &types::$object {}

        savers!(@one $service $update [
            types::$object, &types::$object, Modify<types::$object>, Change<types::$object>
        ]);

        impl<C: Into<Change<types::$object>>, const N: usize> Save<calls::$service> for [C; N] {
            type Call = calls::$update_many;

            fn save(self, service: &calls::$service) -> Self::Call {
                service.update_many(self)
            }
        }

        impl<C: Into<Change<types::$object>>> Save<calls::$service> for Vec<C> {
            type Call = calls::$update_many;

            fn save(self, service: &calls::$service) -> Self::Call {
                service.update_many(self)
            }
        }
    )*};
    (@one $service:ident $update:ident [$($change:ty),*]) => {$(
        impl Save<calls::$service> for $change {
            type Call = calls::$update;

            fn save(self, service: &calls::$service) -> Self::Call {
                service.update(self)
            }
        }
    )*};
}

savers! {
    Flow FlowUpdate FlowUpdateMany Flow;
    Drop DropUpdate DropUpdateMany Drop;
    Track TrackUpdate TrackUpdateMany Track;
    Group GroupUpdate GroupUpdateMany Group;
    Identity IdentityUpdate IdentityUpdateMany Identity;
    ApiTask ApiTaskUpdate ApiTaskUpdateMany ApiTask;
    MqttTask MqttTaskUpdate MqttTaskUpdateMany MqttTask;
    RssTask RssTaskUpdate RssTaskUpdateMany RssTask;
    Device DeviceUpdate DeviceUpdateMany Device;
}

impl Sealed for types::NewDrop {}

impl Save<calls::Drop> for types::NewDrop {
    type Call = calls::DropCreate;

    fn save(self, service: &calls::Drop) -> Self::Call {
        let mut call = service.create(std::iter::empty::<(String, Value)>());
        call.body = self;
        call
    }
}

macro_rules! creators {
    ($($service:ident $create:ident $update:ident $new:ident $object:ident;)*) => {
        readers! { $($service $create $update $new $object;)* }

        $(
        impl Sealed for types::$new {}

        impl Save<calls::$service> for types::$new {
            type Call = calls::$create;

            fn save(self, service: &calls::$service) -> Self::Call {
                service.create(self)
            }
        }
    )*};
}

macro_rules! readers {
    ($($service:ident $create:ident $update:ident $new:ident $object:ident;)*) => {$(
        impl Save<calls::$service> for Value {
            type Call = BoxFuture<Result<types::$object>>;

            fn save(self, service: &calls::$service) -> Self::Call {
                let service = service.clone();
                Box::pin(async move {
                    match self.get("id") {
                        Some(_) => {
                            let change = changed::<types::$object>(self, calls::$update::OPERATION)?;
                            service.update(change).await
                        }
                        None => {
                            let new: types::$new = read(self, calls::$create::OPERATION)?;
                            service.save(new).await
                        }
                    }
                })
            }
        }
    )*};
}

creators! {
    Flow FlowCreate FlowUpdate NewFlow Flow;
    Track TrackCreate TrackUpdate NewTrack Track;
    Group GroupCreate GroupUpdate NewGroup Group;
    Identity IdentityCreate IdentityUpdate NewIdentity Identity;
    ApiTask ApiTaskCreate ApiTaskUpdate NewApiTask ApiTask;
    MqttTask MqttTaskCreate MqttTaskUpdate NewMqttTask MqttTask;
    RssTask RssTaskCreate RssTaskUpdate NewRssTask RssTask;
    Device DeviceCreate DeviceUpdate NewDevice Device;
}

readers! {
    Drop DropCreate DropUpdate NewDrop Drop;
}

/// What JSON changes of the object whose id it has. The type of the object only checks it: it keeps no null of a member that it knows, and
/// null is what clears a member.
fn changed<T: Identified + Serialize + DeserializeOwned>(
    object: Value,
    operation: &'static Operation,
) -> Result<Change<T>> {
    let typed: T = read(object.clone(), operation)?;
    let members = object.as_object().into_iter().flatten();
    let members = members.map(|(name, value)| (name.clone(), Json::from(value.clone())));
    let (_, secrets) = written(|| Json::new(&typed));
    Ok(Change::members(typed.identity(), members).with_secrets(secrets))
}

fn read<T: DeserializeOwned>(object: Value, operation: &'static Operation) -> Result<T> {
    serde_json::from_value(object).map_err(|error| {
        let why = JsonError::from(error);
        Error::request(
            operation,
            format!("the object does not fit its type: {why}"),
        )
    })
}
