package config

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
)

// keyText describes a key of the config in Markdown.
type keyText struct {
	Does    string `yaml:"does"`
	Default string `yaml:"default"` // empty: the key is required, or its default is in the code
}

//go:embed keys.yaml
var keysYAML []byte

// keys are all keys by section. A test ensures that each has an entry.
var keys = sync.OnceValue(func() map[string]map[string]keyText {
	var all map[string]map[string]keyText
	if err := yaml.Unmarshal(keysYAML, &all); err != nil {
		panic("config: keys.yaml: " + err.Error()) // the file is part of the program
	}
	return all
})

// keyOf returns the text of a key of a section; a kind of target also has the keys of
// all kinds.
func keyOf(section, name string) (keyText, bool) {
	k, ok := keys()[section][name]
	if base, _, kind := strings.Cut(section, ":"); !ok && kind {
		k, ok = keys()[base+":"][name]
	}
	return k, ok
}

var link = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// hint is what an editor shows for a key, without the links of the pages.
func hint(section, name string) string {
	k, found := keyOf(section, name)
	if of, isFile := strings.CutSuffix(name, strict.FileSuffix); isFile && !found {
		return "the file that has " + of
	}
	return link.ReplaceAllString(k.Does, "$1")
}
