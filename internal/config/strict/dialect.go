package strict

import "go.yaml.in/yaml/v4"

// Dialect is what documents are of, as far as a Decoder has to know it: where values
// come from that are not in them, and what their writers may have meant.
type Dialect interface {
	// Lookup returns a variable of the environment, for ${NAME}.
	Lookup(name string) (value string, set bool)

	// Secret returns what the file has that the twin of a secret's key names.
	Secret(file string) (string, error)

	// NoteSecret is told of each secret that stands in a document itself.
	NoteSecret(value *yaml.Node, p *Path)

	// TellsSecret reports whether the value of a key that its writer chose is a secret,
	// as that of a header may be.
	TellsSecret(key string) bool

	// Word sets what a word stands for that the key at p of owner, a pointer to a struct,
	// takes besides values of its type; false if it takes no such word.
	Word(text string, owner any, p *Path) bool

	// Refusal says why a key that no field has is refused below p, where there is more to
	// say than that it is unknown; else it is empty.
	Refusal(p *Path, key string) string

	// Shape says what to write at p, where another shape was taken for that; empty where
	// there is nothing to say.
	Shape(p *Path, written string) string

	// Synonyms are the keys that a word of other programs may mean.
	Synonyms(word string) []string

	// Lexicon is for documents that are no YAML.
	Lexicon() *Lexicon
}

// Lexicon is what the words of a document say of it, also where it is no YAML.
type Lexicon struct {
	Keys     []string // of all structs
	Sections []string // of the document
	Inner    []string // those of entries: a word may be this and a section
	Lists    []string // those with a list below them
	// Entry ends what is said of an entry, as it is written on its line, that begins in
	// another column than the one above, which begins in that column; empty for nothing.
	Entry func(line []byte, column int) string
}
