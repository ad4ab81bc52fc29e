package config

import (
	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
)

// Mistake is one mistake, or one warning, and where it stands in the files.
type Mistake = strict.Mistake

// Mistakes are all mistakes of a config, in the order in which they stand in its files.
type Mistakes = strict.Mistakes

// reader reads the files of a config.
type reader struct {
	*strict.Decoder
	included []*strict.Part // in the order in which they count
	read     Files          // all that was read
	env      Environment
	secrets  []Mistake // those that stand in the file itself, without texts
}

// newReader reads of, the config itself.
func newReader(of strict.Part, env Environment) *reader {
	r := &reader{env: env}
	r.Decoder = strict.NewDecoder(of, dialect{r})
	return r
}

// parseYAML reads the YAML of a file; the root is nil if it is empty, or all of it is
// commented out.
func parseYAML(src *strict.SourceText, data []byte) (*yaml.Node, *Mistake) {
	return strict.Parse(src, data, lexicon())
}

// sorted puts mistakes in the order of the files that the config is of.
func (r *reader) sorted(es []Mistake) []Mistake {
	files := []string{r.Src.Name}
	for _, p := range r.read.parts {
		files = append(files, p.path)
	}
	return strict.Sorted(es, files)
}
