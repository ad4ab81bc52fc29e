package record

// Pair is something that is stored, as the bbolt store has it: a key of one of its
// buckets, and its value. In this form it goes from one kind of store to another.
type Pair struct{ Key, Value []byte }

// Behind is behind which row of a table the next pairs are: its key, as far as that has
// texts, numbers and bytes.
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

// Kinds returns the kinds of what goes from one store to another, which are buckets of
// the bbolt store, in the order in which it goes: what names something goes behind it.
func Kinds() []string {
	return []string{
		"meta", "feeds", "seen", "alerts", "log", "told", "stories", "held", "sends", "failing", "mutes", "tallies", "matched",
		"payloads", "deliveries", "fresh", "retry", "begun", "dead", "dicts", "pieces", "segments", "tail", "tokens", "damage",
	}
}
