//! The slots of a plan in an image that may be the dump of a device.

use super::error::{PlanError, ReadError};
#[cfg(feature = "nvs")]
use super::error::{PlanErrorKind, SlotName};
use super::layout::Plan;
use super::slots::Slots;
#[cfg(feature = "nvs")]
use crate::at::LocateError;
use crate::image::Container;

impl<'p> Slots<'p> {
    /// Where `image` has them.
    #[cfg(feature = "nvs")]
    pub(super) fn read(plan: &'p Plan, image: &dyn Container) -> Result<Self, ReadError> {
        super::nvs::moved(plan, image).map_err(|(field, error)| ReadError::Nvs { field, error })
    }

    /// The same, to take a stamp back out.
    #[cfg(feature = "nvs")]
    pub(super) fn found(plan: &'p Plan, image: &dyn Container) -> Result<Self, PlanError> {
        super::nvs::moved(plan, image).map_err(|(field, error)| {
            PlanErrorKind::Locate { slot: SlotName::Field(field), error: LocateError::Nvs(error) }.into()
        })
    }

    /// Where `image` has them.
    #[cfg(not(feature = "nvs"))]
    #[expect(clippy::unnecessary_wraps, reason = "with NVS a device may have moved them")]
    pub(super) fn read(plan: &'p Plan, _: &dyn Container) -> Result<Self, ReadError> {
        Ok(Self::of(plan))
    }

    /// The same, to take a stamp back out.
    #[cfg(not(feature = "nvs"))]
    #[expect(clippy::unnecessary_wraps, reason = "with NVS a device may have moved them")]
    pub(super) fn found(plan: &'p Plan, _: &dyn Container) -> Result<Self, PlanError> {
        Ok(Self::of(plan))
    }
}
