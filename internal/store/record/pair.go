package record

// Pair is something that is stored, as the bbolt store has it: a key of one of its
// buckets, and its value. In this form it goes from one kind of store to another.
type Pair struct{ Key, Value []byte }

// Kinds returns the kinds of what goes from one store to another, which are buckets of
// the bbolt store, in the order in which it goes: what names something goes behind it.
func Kinds() []string {
	return []string{
		"meta", "feeds", "seen", "alerts", "log", "told", "stories", "held", "sends", "failing", "mutes", "tallies", "matched",
		"payloads", "deliveries", "fresh", "retry", "begun", "dead", "dicts", "pieces", "segments", "tail", "tokens", "damage",
	}
}
