package store

// Trimmed is what Trim deleted.
type Trimmed struct {
	Bytes int64
	All   bool     // the history was over its bound
	Feeds []string // the feeds that were over their share, by name; "" for one that is not configured any more
}
