package config

import (
	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
)

// Mistake is a mistake or a warning, with its place in the files.
type Mistake = strict.Mistake

// Mistakes are all mistakes of a config, in the order of its files.
type Mistakes = strict.Mistakes

// reader reads the files of a config.
type reader struct {
	*strict.Decoder
	included []*strict.Part // in order of precedence
	read     Files          // all files that were read
	env      Environment
	secrets  []Mistake // secrets in the file itself, without texts
}

// newReader makes a reader of the config of.
func newReader(of strict.Part, env Environment) *reader {
	r := &reader{env: env}
	r.Decoder = strict.NewDecoder(of, dialect{r})
	return r
}

// parseYAML parses a file; the root is nil if it is empty or consists of comments.
func parseYAML(src *strict.SourceText, data []byte) (*yaml.Node, *Mistake) {
	return strict.Parse(src, data, lexicon())
}

// sorted sorts mistakes by the order of the config's files.
func (r *reader) sorted(es []Mistake) []Mistake {
	files := []string{r.Src.Name}
	for _, p := range r.read.parts {
		files = append(files, p.path)
	}
	return strict.Sorted(es, files)
}
