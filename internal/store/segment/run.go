package segment

import "iter"

// RunIndex is what a search asks of a run. Of an article that is no more it gives the zero Article.
type RunIndex interface {
	Words(from, to string) iter.Seq2[IndexWord, error]
	Postings(e IndexWord, into []Posting) ([]Posting, error)
	Columns() (*Columns, error)
	Article(position int) (Article, error)
}

// Run is a part of the history that is searched as one.
type Run struct {
	RunIndex
	First uint64 // number of the article at position 0; those of others follow
	Len   int    // positions at this or behind it are not of the run
	Since int64  // articles that were seen before then, in Unix nanoseconds, are no more
	// Scan says that the words of the index must not be asked: there is none yet, or it
	// is damaged, or cut by another version. So must not the languages of its columns.
	Scan bool
}

// Cutter is what cuts articles into the words of an index, and its versions.
type Cutter struct {
	Cut      Cut
	Versions Versions
}
