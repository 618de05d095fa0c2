//! What a job is settled to for one template.

use nameplate::Plan;

use crate::image::Opened;

/// A template that was opened, and the plan of the job for it.
#[derive(Debug)]
pub struct Compiled<'f> {
    /// What is stamped, as a container.
    pub opened: Opened<'f>,
    /// The ELF file that says where symbols and sections are, if the job names one.
    pub map: Option<Opened<'f>>,
    /// The layout of the job, checked against the template and the map.
    pub plan: Plan,
    /// What was tolerated in the file.
    pub tolerated: Vec<String>,
}
