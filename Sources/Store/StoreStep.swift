/// A step of a change on disk, named by the file it is about: where tests cut the power, fill the disk or look.
package enum StoreStep: Sendable, Equatable {
    /// A file was written under its temporary name.
    case wrote(String)
    case sync(String)
    case name(String)
    case syncFolder
    case link(String)
    case remove(String)
    case index
}
