extension FixedWidthInteger {
    /// The whole number nearest to one that comes from outside, where it may be anything: beyond this type's range that is its
    /// first or last value, and of "not a number" 0.
    package init(nearest value: Double) {
        if let number = Self(exactly: value.rounded()) {
            self = number
        } else if value.isNaN {
            self = 0
        } else {
            self = value < 0 ? .min : .max
        }
    }
}
