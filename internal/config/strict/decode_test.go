package strict_test

import (
	"fmt"
	"io/fs"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"watcher/internal/config/strict"
	"watcher/internal/problem"
	"watcher/internal/suggest"
)

// sample has a field of every type that a config struct may have.
type sample struct {
	Text    string            `yaml:"text"`
	Flag    bool              `yaml:"flag"`
	Maybe   *bool             `yaml:"maybe"`
	Count   int               `yaml:"count"`
	Small   uint8             `yaml:"small"`
	Ratio   float64           `yaml:"ratio"`
	Wait    time.Duration     `yaml:"wait"`
	Level   loudness          `yaml:"level"`
	Net     netip.Prefix      `yaml:"net"`
	Words   []string          `yaml:"words"`
	Headers map[string]string `yaml:"headers"`
	Groups  map[string][]int  `yaml:"groups"`
	Inner   inner             `yaml:"inner"`
	Many    []inner           `yaml:"many"`
	Shared  `yaml:",inline"`
	Hidden  string `yaml:"-"`
	NoTag   string
}

type inner struct {
	A string `yaml:"a"`
	B string `yaml:"b"`
}

type Shared struct {
	Common string `yaml:"common"`
	Token  string `yaml:"token,secret"`
}

// Validate allows B only together with A; tests check where its problem is placed.
func (in *inner) Validate() []problem.Problem {
	if in.A == "" {
		return []problem.Problem{problem.At("a", "is missing")}
	}
	return nil
}

// loudness has its own UnmarshalText.
type loudness int

func (l *loudness) UnmarshalText(b []byte) error {
	if string(b) != "high" {
		return fmt.Errorf("wants high, but this is %q", b)
	}
	*l = 2
	return nil
}

// plain is a dialect with variables only.
type plain map[string]string

func (v plain) Lookup(name string) (string, bool) {
	value, set := v[name]
	return value, set
}
func (plain) Secret(string) (string, error)       { return "", fs.ErrNotExist }
func (plain) NoteSecret(*yaml.Node, *strict.Path) {}
func (plain) TellsSecret(string) bool             { return false }
func (plain) Word(string, any, *strict.Path) bool { return false }
func (plain) Refusal(*strict.Path, string) string { return "" }
func (plain) Shape(*strict.Path, string) string   { return "" }
func (plain) Synonyms(string) []string            { return nil }
func (plain) Lexicon() *strict.Lexicon            { return &strict.Lexicon{} }

func decodeSample(t testing.TB, text string, variables plain) (sample, []strict.Mistake) {
	t.Helper()
	src := strict.NewSourceText("test.yaml", []byte(text))
	root, bad := strict.Parse(src, []byte(text), &strict.Lexicon{})
	if bad != nil {
		t.Fatalf("%v", bad)
	}
	d := strict.NewDecoder(strict.Part{Src: src, Root: root}, variables)
	var s sample
	d.Decode(root, reflect.ValueOf(&s).Elem(), nil)
	return s, strict.Sorted(d.Errs, nil)
}

func TestDecode(t *testing.T) {
	yes := true
	tests := []struct {
		shows, text string
		want        sample
	}{
		{"numbers and words that look like other types stay text where text is wanted",
			"text: 012\nwords: [yes, 1.0, 2001-01-01, 0x1F]",
			sample{Text: "012", Words: []string{"yes", "1.0", "2001-01-01", "0x1F"}}},
		{"the words for true and false that YAML has had", "flag: yes\nmaybe: on", sample{Flag: true, Maybe: &yes}},
		{"numbers", "count: -3\nsmall: 255\nratio: 0.25", sample{Count: -3, Small: 255, Ratio: 0.25}},
		{"durations with days and weeks", "wait: 1w1d12h", sample{Wait: 8*24*time.Hour + 12*time.Hour}},
		{"types that read text themselves", "level: high", sample{Level: 2}},
		{"an address range loses its host bits", "net: 10.20.3.4/16", sample{Net: netip.MustParsePrefix("10.20.0.0/16")}},
		{"one address is a range", "net: '::ffff:192.0.2.1'", sample{Net: netip.MustParsePrefix("192.0.2.1/32")}},
		{"free keys with text keep x-…, as headers have it", "headers: {x-api-key: k, Accept: a}",
			sample{Headers: map[string]string{"x-api-key": "k", "Accept": "a"}}},
		{"elsewhere x-… is a comment", "x-a: 1\ngroups: {x-b: no, c: [1, 2]}\ninner: {a: v, x-c: [w]}",
			sample{Groups: map[string][]int{"c": {1, 2}}, Inner: inner{A: "v"}}},
		{"inline structs share the keys", "common: c\ntoken: t", sample{Shared: Shared{"c", "t"}}},
		{"an alias is what it stands for", "text: &t hello\nwords: [*t, *t]", sample{Text: "hello", Words: []string{"hello", "hello"}}},
		{"merge keys, of which one's own go first", "x-d: &d {a: 1, b: 2}\nmany: [{<<: *d, b: 3}, {b: 4, <<: *d}]",
			sample{Many: []inner{{"1", "3"}, {"1", "4"}}}},
		{"in a list of merges the first goes first", "x-d: &d {a: 1}\nx-e: &e {a: 2, b: 2}\ninner: {<<: [*d, *e]}",
			sample{Inner: inner{"1", "2"}}},
		{"a section that is all comments is empty", "words:\n  # - one\ninner:\n", sample{}},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			got, errs := decodeSample(t, test.text, nil)
			if len(errs) > 0 {
				t.Fatalf("%v", strict.Mistakes(errs))
			}
			if diff := cmp.Diff(test.want, got, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeMistakes(t *testing.T) {
	tests := []struct{ shows, text, want string }{
		{"a number that does not fit", "small: 256", `test.yaml:1:8: small: wants a whole number from 0 up, but this is "256"`},
		{"a word for a number", "count: many", `test.yaml:1:8: count: wants a whole number, but this is "many"`},
		{"a word for a ratio", "ratio: half", `test.yaml:1:8: ratio: wants a number, but this is "half"`},
		{"a word for a flag", "flag: maybe", `test.yaml:1:7: flag: wants on or off (or true or false), but this is "maybe"`},
		{"a mistake inside what an alias stands for is placed there, once",
			"x-a: &a [[x]]\nwords: *a\nmany: [{a: 1}]", "test.yaml:1:10: words[0]: wants a single value, but this is a list"},
		{"a key of the struct without a tag does not exist", "NoTag: x", "test.yaml:1:1: NoTag: unknown key, there are common, count, flag, groups, headers, inner, level, many, maybe, net, ratio, small, text, token, wait and words"},
		{"a validator's problem stands at its key", "many: [{a: 1}, {a: ''}]", "test.yaml:1:20: many[1].a: is missing"},
		{"a missing key stands at its mapping", "many:\n  - b: 1", "test.yaml:2:5: many[0].a: is missing"},
		{"a key that was found faulty is not called missing too", "inner: {a: [x]}", "test.yaml:1:12: inner.a: wants a single value, but this is a list"},
		{"a key that is nothing like one that is missing", "inner: {c: x}", "test.yaml:1:8: inner.a: is missing\ntest.yaml:1:9: inner.c: unknown key, there are a and b"},
		{"nor one that a merge brought in wrongly", "inner: {<<: {a: [x]}}", "test.yaml:1:17: inner.a: wants a single value, but this is a list"},
		{"an entry without a value", "words: [a, ]\nmany: [{a: x, b: }]", "test.yaml:2:18: many[0].b: has no value; write one or remove the key"},
		{"a mistake in a secret does not repeat it", "token: [hunter2]", "test.yaml:1:8: token: wants a single value, but this is a list"},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			_, errs := decodeSample(t, test.text, nil)
			got := strict.Mistakes(errs).Error()
			// These cases are not about the list of valid keys.
			got = strings.ReplaceAll(got, suggest.For("NoTag", nil), "")
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	env := plain(map[string]string{"NAME": "desk", "EMPTY": "", "WAIT": "5m", "TRICK": "x\ncount: 7", "NESTED": "${NAME}"})
	tests := []struct{ shows, text, want string }{
		{"in the middle of text", "text: a ${NAME} b", "a desk b"},
		{"several", "text: ${NAME}${NAME}", "deskdesk"},
		{"a variable that is set and empty", "text: '[${EMPTY}]'", "[]"},
		{"the escape", "text: $${NAME}", "${NAME}"},
		{"a bare dollar is itself", "text: pa$$w0rd$NAME $", "pa$$w0rd$NAME $"},
		{"what a variable has is not YAML", "text: ${TRICK}", "x\ncount: 7"},
		{"nor expanded again", "text: ${NESTED}", "${NAME}"},
		{"inside quotes", `text: "${NAME}"`, "desk"},
	}
	for _, test := range tests {
		t.Run(test.shows, func(t *testing.T) {
			got, errs := decodeSample(t, test.text, env)
			if len(errs) > 0 || got.Text != test.want || got.Count != 0 {
				t.Errorf("got %q, %v, want %q", got.Text, errs, test.want)
			}
		})
	}
	t.Run("in what is not text, too", func(t *testing.T) {
		if got, errs := decodeSample(t, "wait: ${WAIT}", env); got.Wait != 5*time.Minute {
			t.Errorf("got %v, %v", got.Wait, errs)
		}
	})
	t.Run("keys and comments are left alone", func(t *testing.T) {
		got, errs := decodeSample(t, "# ${NONE}\nheaders: {\"${NAME}\": v}", env)
		if got.Headers["${NAME}"] != "v" {
			t.Errorf("got %v, %v", got.Headers, errs)
		}
	})
}
