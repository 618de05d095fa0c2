//! The files of units with several images: those in the folder of a unit, or named one by one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Exit, Failure};

/// The files of one unit.
pub(crate) struct UnitFiles {
    /// The folder, or what stands in its place.
    pub(crate) path: PathBuf,
    /// By image; nothing of one that is not there.
    pub(crate) files: Vec<Option<PathBuf>>,
    /// Whether all must be there.
    pub(crate) is_folder: bool,
}

/// The units: folders with a file for each image, folders of such, or one unit by `NAME=FILE`.
///
/// # Errors
/// When a folder has none, or a file is of no image, or of one that has another.
pub(crate) fn units(paths: &[PathBuf], names: &[&str]) -> Result<Vec<UnitFiles>, Failure> {
    let none = || vec![None; names.len()];
    let mut named = UnitFiles { path: PathBuf::new(), files: none(), is_folder: false };
    let mut units = Vec::new();
    for path in paths {
        if path.is_dir() {
            let unit = of_folder(path, names)?;
            if unit.files.iter().any(Option::is_some) {
                units.push(unit);
                continue;
            }
            let mut inside = folders(path)?.iter().map(|path| of_folder(path, names)).collect::<Result<Vec<_>, _>>()?;
            inside.retain(|unit| unit.files.iter().any(Option::is_some));
            if inside.is_empty() {
                let example = names.first().unwrap_or(&"app");
                return Err(Failure::refused(format_args!(
                    "this is no folder of a unit, and has none: such a folder has a file for each image, as {example}.hex"
                ))
                .about(path.display()));
            }
            units.append(&mut inside);
            continue;
        }
        let text = path.to_str().unwrap_or_default();
        let split =
            text.split_once('=').and_then(|(name, file)| Some((names.iter().position(|own| *own == name)?, file)));
        let Some((place, file)) = split else {
            return Err(Failure::new(
                Exit::Usage,
                format_args!(
                    "{text}: of a job with several images, give the folder of a unit, or its files as {}=FILE",
                    names.join("=FILE ")
                ),
            ));
        };
        if let Some(to) = named.files.get_mut(place) {
            if to.is_some() {
                return Err(Failure::new(
                    Exit::Usage,
                    format_args!("{text}: image `{}` is given twice", names.get(place).unwrap_or(&"")),
                ));
            }
            *to = Some(file.into());
        }
    }
    if named.files.iter().any(Option::is_some) {
        units.push(named);
    }
    Ok(units)
}

fn entries(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| Failure::io(path, error))?;
    let mut paths: Vec<PathBuf> = entries.iter().map(fs::DirEntry::path).collect();
    paths.sort();
    Ok(paths)
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    Ok(entries(path)?.into_iter().filter(|path| path.is_dir()).collect())
}

/// The files in a folder that are named as the images are.
///
/// # Errors
/// When the folder cannot be read, or two files are named as one image.
pub(crate) fn of_folder(path: &Path, names: &[&str]) -> Result<UnitFiles, Failure> {
    let mut files = vec![None; names.len()];
    for file in entries(path)?.into_iter().filter(|file| !file.is_dir()) {
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let Some(place) = names.iter().position(|name| *name == stem) else { continue };
        let Some(to) = files.get_mut(place) else { continue };
        if to.is_some() {
            return Err(
                Failure::refused(format_args!("two files of image `{stem}`: leave one out")).about(path.display())
            );
        }
        *to = Some(file);
    }
    Ok(UnitFiles { path: path.to_owned(), files, is_folder: true })
}
