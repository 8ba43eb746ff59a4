//! What every sandbox can be asked: its address, its journal, its faults.

/// Gives them to a sandbox with a field `server`; the address too, unless it has one of its own.
macro_rules! controls {
    ($sandbox:ident) => {
        impl $sandbox {
            /// The address, without a slash at the end: `http://127.0.0.1:43210`.
            #[must_use]
            pub fn url(&self) -> &str {
                self.server.url()
            }
        }

        $crate::sandbox::controls::controls!($sandbox without url);
    };
    ($sandbox:ident without url) => {
        impl $sandbox {
            /// The requests received so far, in order of arrival: the latest of them, where they are more than the journal's limit
            /// holds.
            #[must_use]
            pub fn journal(&self) -> Vec<$crate::sandbox::Exchange> {
                self.server.journal().exchanges()
            }

            /// Forgets the requests received so far.
            pub fn clear_journal(&self) {
                self.server.journal().clear();
            }

            /// Lays a fault in the way of requests to come.
            pub fn inject(&self, fault: $crate::sandbox::Fault) {
                self.server.faults().add(fault);
            }

            /// Removes the faults that have not struck yet.
            pub fn clear_faults(&self) {
                self.server.faults().clear();
            }
        }

        /// The address alone: requests and state are from outside, and among them are credentials.
        impl ::std::fmt::Debug for $sandbox {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($sandbox))
                    .field("url", &self.url())
                    .finish_non_exhaustive()
            }
        }
    };
}

pub(super) use controls;
