package record

// Pair is a stored value in the form of the bbolt store: a key of one of its buckets,
// and the value. In this form it moves from one kind of store to another.
type Pair struct{ Key, Value []byte }

// Behind is the position in a table from which the next pairs are read: the key of the
// last row, by its texts, numbers and bytes.
type Behind struct {
	T string `json:"t,omitempty"`
	U string `json:"u,omitempty"`
	N int64  `json:"n,omitempty"`
	M int64  `json:"m,omitempty"`
	B []byte `json:"b,omitempty"`
	// Last is the last number that was made up.
	Last uint64 `json:"last,omitempty"`
}

func (Behind) record() {}

// Kinds returns the kinds of pairs that are moved, which are buckets of the bbolt
// store, in the order of moving: what refers to something comes after it.
func Kinds() []string {
	return []string{
		"meta", "feeds", "seen", "alerts", "log", "told", "stories", "held", "sends", "failing", "mutes", "tallies", "matched",
		"payloads", "deliveries", "fresh", "retry", "begun", "dead", "dicts", "pieces", "segments", "tail", "tokens", "damage",
	}
}
