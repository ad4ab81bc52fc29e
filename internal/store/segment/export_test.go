package segment

// NewDict makes a dictionary of a text.
func NewDict(id uint32, text []byte) *Dict { return newDict(id, text, 1) }
