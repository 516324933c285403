package comment

// Mark returns what Mask writes in place of a kind, such as "[tên]"; "" for an
// unknown kind.
func Mark(kind Kind) string { return marks[kind] }
