package strict

import "go.yaml.in/yaml/v4"

// Dialect is what a Decoder must know of the documents' subject: where values from
// outside come from, and what a writer may have meant.
type Dialect interface {
	// Lookup returns a variable of the environment, for ${NAME}.
	Lookup(name string) (value string, set bool)

	// Secret returns the content of the file that a key with FileSuffix names.
	Secret(file string) (string, error)

	// NoteSecret is called for each secret that is written in a document itself.
	NoteSecret(value *yaml.Node, p *Path)

	// TellsSecret reports whether a free key, such as the name of a header, has a secret
	// as its value.
	TellsSecret(key string) bool

	// Word handles keywords that a key accepts besides values of its type: it sets the
	// field of owner, a pointer to a struct, for the key at p. It returns false if the
	// key has no such keyword.
	Word(text string, owner any, p *Path) bool

	// Refusal says why an unknown key below p is refused; empty if there is no more to
	// say than that it is unknown.
	Refusal(p *Path, key string) string

	// Shape says how to write the value at p if it has another form; empty if there is no
	// advice.
	Shape(p *Path, written string) string

	// Synonyms returns the keys that correspond to a word of other programs.
	Synonyms(word string) []string

	// Lexicon helps with documents that are not valid YAML.
	Lexicon() *Lexicon
}

// Lexicon is the vocabulary of a document, for the search for slips in what is not valid
// YAML.
type Lexicon struct {
	Keys     []string // of all structs
	Sections []string // of the document
	Inner    []string // those of entries: a word may be this and a section
	Lists    []string // those with a list below them
	// Entry ends what is said of an entry, as it is written on its line, that begins in
	// another column than the one above, which begins in that column; empty for nothing.
	Entry func(line []byte, column int) string
}
