package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"watcher/internal/config"
)

func compileSchema(t *testing.T) *jsonschema.Schema { return compiled(t, config.Schema) }

func compiled(t *testing.T, schema func() ([]byte, error)) *jsonschema.Schema {
	t.Helper()
	text, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("watcher.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("watcher.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// validate checks a YAML file against a JSON Schema, as an editor does.
func validate(t *testing.T, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	var v any
	if err := yaml.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

// No valid config is underlined in red: every valid config of the tests and the manual
// satisfies the schema.
func TestSchemaAcceptsWhatIsValid(t *testing.T) {
	s := compileSchema(t)
	valid := map[string]string{
		"everything":       whole,
		"variables":        "poll: {every: '${EVERY}', first: '${FIRST}'}\nnotify: {t: {type: console}}\nrules: [{name: 1, keywords: [1, yes], severity: '${S}'}]",
		"empty sections":   "feeds:\nrules:\nnotify:\nops:\npoll:\n",
		"comments":         "x-a: 1\npoll: {x-b: 2, every: 1d12h}\nlists: {x-c: 3, a: [x]}\nnotify: {x-d: 4, t: {type: console, x-e: 5}}",
		"merge keys":       "x-a: &a {url: 'https://a.example.org/'}\nfeeds: [{<<: *a, every: 1.5h}]",
		"short durations":  "poll: {every: 2s}\nhistory: {keep: 0s}",
		"a secret in file": "notify: {t: {type: slack, webhook_file: x}}",
	}
	for _, file := range []string{"../../config.example.yaml", "../../docs/config.md"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(file) == ".yaml" {
			valid[file] = string(data)
		}
		for _, b := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(data), -1) {
			valid[file+": "+b[1]] = b[1]
		}
	}
	for shows, text := range valid {
		if err := validate(t, s, []byte(text)); err != nil {
			t.Errorf("%s: %v", shows, err)
		}
	}
}

// An editor underlines every mistake that a schema can express.
func TestSchemaRejectsWhatItCan(t *testing.T) {
	s := compileSchema(t)
	for shows, text := range map[string]string{
		"an unknown section":       "feed: []",
		"an unknown key":           "feeds: [{url: 'https://a.example.org/', evry: 5m}]",
		"a key of another kind":    "notify: {t: {type: console, webhook: x}}",
		"a feed without a URL":     "feeds: [{name: a}]",
		"a rule without a name":    "rules: [{match: NATO}]",
		"a target without a type":  "notify: {t: {webhook: x}}",
		"an unknown type":          "notify: {t: {type: pigeon}}",
		"text for a list":          "rules: [{name: a, keywords: NATO}]",
		"a list for text":          "rules: [{name: a, match: [NATO]}]",
		"a duration without unit":  "poll: {every: 90}",
		"an unknown severity":      "rules: [{name: a, match: NATO, severity: urgent}]",
		"a key beside its section": "every: 5m",
	} {
		if err := validate(t, s, []byte(text)); err == nil {
			t.Errorf("%s is accepted: %s", shows, text)
		}
	}
}

// The schema is the same every time, so that a copy of it in a repository changes only with
// the program.
func TestSchemaIsStable(t *testing.T) {
	first, err := config.Schema()
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := config.Schema()
		if err != nil || !bytes.Equal(first, again) {
			t.Fatalf("another schema: %v", err)
		}
	}
	for _, key := range []string{`"webhook_file"`, `"schedule"`, `"keywords"`} {
		if !strings.Contains(string(first), key) {
			t.Errorf("the schema has no %s", key)
		}
	}
}
