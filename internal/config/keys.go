package config

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
)

// keyText is what a key of the config does, for people, in Markdown.
type keyText struct {
	Does    string `yaml:"does"`
	Default string `yaml:"default"` // empty: the key must be there, or its default is in the code
}

//go:embed keys.yaml
var keysYAML []byte

// keys are all keys by section. That each has an entry is held by a test.
var keys = sync.OnceValue(func() map[string]map[string]keyText {
	var all map[string]map[string]keyText
	if err := yaml.Unmarshal(keysYAML, &all); err != nil {
		panic("config: keys.yaml: " + err.Error()) // it is part of the program
	}
	return all
})

// keyOf returns what a key of a section does; a kind of target has besides its own
// what all kinds have.
func keyOf(section, name string) (keyText, bool) {
	k, ok := keys()[section][name]
	if base, _, kind := strings.Cut(section, ":"); !ok && kind {
		k, ok = keys()[base+":"][name]
	}
	return k, ok
}

var link = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// hint is what an editor shows of a key: links of the pages lead nowhere there.
func hint(section, name string) string {
	k, found := keyOf(section, name)
	if of, isFile := strings.CutSuffix(name, strict.FileSuffix); isFile && !found {
		return "the file that has " + of
	}
	return link.ReplaceAllString(k.Does, "$1")
}
