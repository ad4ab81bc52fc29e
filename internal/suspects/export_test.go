package suspects

const (
	Head    = head
	Slots   = slots
	Longest = longest
)

// Counts returns how many slots are free, and how many feeds are being read.
func (n *Note) Counts() (free, reading int) { return len(n.free), len(n.feeds) }
