package targets

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/text"
)

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		name        string
		words       Words
		alert       int // of Samples
		title, body string
	}{
		{"none is watcher's own wording", Words{}, 0, "Sample: Estonia and Latvia open a joint training area for NATO brigades", ""},
		{"a title", Words{Title: `[{{.Severity | upper}}] {{clip 20 .Title}}`}, 1, "[HIGH] Sample: Estonia…", ""},
		{"an empty title falls back", Words{Title: `{{if .Trouble}}T{{end}}`}, 0, "Sample: Estonia and Latvia open a joint training area for NATO brigades", ""},
		{"a body in lines", Words{Body: "{{.Feed}}, {{date \"15:04\" \"Europe/Tallinn\" .Time}}\n\n{{join \"; \" .Terms}}\n"}, 0, "", "Sample Feed, 13:56|Estonia; Latvia; NATO; brigade*; forward land forces"},
		{"loops and places", Words{Body: `{{range $i, $r := .Rules}}{{if $i}} + {{end}}{{$r}}{{end}}{{range .AlsoIn}} also {{.Feed}} {{.Link}}{{end}}`}, 1, "", "baltic-brigades + forward-presence also Another Feed https://other.example.org/story"},
		{"a trouble", Words{Body: `{{with .Trouble}}! {{.}}{{else}}fine{{end}}`}, 4, "", "! Sample: 6 polls in a row failed, the last one with 503 Service Unavailable."},
		{"a body made for articles leaves a trouble its own", Words{Body: "{{join \", \" .Rules}}: {{join \", \" .Terms}}\n{{clip 200 .Summary}}"}, 4, "watcher: feed failing", "Sample: 6 polls in a row failed, the last one with 503 Service Unavailable."},
		{"what a feed says is cleaned", Words{Title: "{{.Title}}"}, 3, "<!channel> *Sale* <a href=\"javascript:x\">now</a> Bcc: all@example.org [31m long", ""},
		{"printf", Words{Title: `{{printf "%d rules, %q" (len .Rules) .Language}}`}, 0, "2 rules, \"en\"", ""},
		{"a body that is empty leaves title and feed", Words{Body: `{{if .Trouble}}x{{end}}`}, 0, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, ps := tt.words.compile()
			if len(ps) > 0 {
				t.Fatal(ps)
			}
			c := w.cards(batch(Samples("desk", noon)[tt.alert]))[0]
			if tt.title != "" && !strings.HasPrefix(c.title(), tt.title) {
				t.Errorf("title is %q, want %q", c.title(), tt.title)
			}
			if tt.words.Body != "" {
				if diff := cmp.Diff(tt.body, strings.Join(c.Body, "|")); diff != "" {
					t.Errorf("body: %s", diff)
				}
				if len(c.Rules)+len(c.Excerpts) > 0 {
					t.Error("watcher's own wording stands beside it")
				}
			}
		})
	}
}

// goWords are words of text/template's errors that the writer of a config need not know.
var goWords = regexp.MustCompile(`executing|error calling|can't evaluate|in type|\bargs\b|EOF|operand|reflect|\[\]string|templateData|title:1`)

func TestWordsThatDoNotWork(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
	}{
		{"a typing error", "{{.Title", "title: is not a template that works: line 1: a {{ has no }}"},
		{"an unknown field", "{{.Headline}}", "there is no .Headline, there are .Title, .Link"},
		{"an unknown function", "{{env \"HOME\"}}", "line 1: there is no function env; text stands in quotes"},
		{"no functions that read files", "{{readFile \"/etc/passwd\"}}", "there is no function readFile"},
		{"no methods that lead out", "{{.Time.Location.String.X}}", "line 1, {{.Time.Location.Strin"},
		{"definitions", `{{define "x"}}{{template "x"}}{{end}}{{template "x"}}`, "define and block are not available"},
		{"a template that is not there", `{{template "x"}}`, "template is not available"},
		{"a recursion by its own name", `{{template "title"}}`, "template is not available"},
		{"an endless loop", "{{range 1000000000}}{{end}}", "loops too often"},
		{"an endless loop within", "{{range .Rules}}{{if true}}{{range 1000000000}}{{end}}{{end}}{{end}}", "loops too often"},
		{"many loops", "{{range 1000}}{{range 1000}}{{range 1000}}{{end}}{{end}}{{end}}", "loops too often"},
		{"much text", `{{range 1000}}{{"a long text, again and again"}}{{end}}`, "too much text"},
		{"doubling", `{{$x := "ab"}}{{range 60}}{{$x = printf "%s%s" $x $x}}{{end}}`, "too much text"},
		{"a huge width", `{{printf "%1000000d" 1}}`, "is not available"},
		{"a width from outside", `{{printf "%*d" 1000000 1}}`, "is not available"},
		{"a huge precision", `{{printf "%.99999f" 1.0}}`, "is not available"},
		{"a zone that is none", `{{date "15:04" "Mars" .Time}}`, "date wants a layout"},
		{"a clip of nothing", `{{clip 0 .Title}}`, "clip wants"},
		{"a slip in a field's name", `{{.Titel}}`, "there is no .Titel, did you mean .Title?"},
		{"a field with a letter too many", `{{.Feeed}}`, "there is no .Feeed, did you mean .Feed?"},
		{"fails on some alerts only", "{{.Title}}\n{{index .Terms 2}}", "line 2, {{index .Terms 2}}: some alerts have less than that"},
		{"nothing but a comment", `{{/* x */}}`, ""},
		{"a field of a text", "{{.Link.Host}}", "{{.Link.Host}}: it has no .Host: it is a text"},
		{"a field of a list", "{{.Terms.First}}", "it has no .First: it is a list"},
		{"a field of a place", "{{range .AlsoIn}}{{.Name}}{{end}}", "there is no .Name, a place has .Feed and .Link"},
		{"a field without its dot", "{{Titel}}", "there is no function Titel, did you mean .Title?"},
		{"too little after a function", "{{join .Rules}}", `join has 1 after it and wants 2: write join ", " .Rules`},
		{"its values the other way round", `{{join .Rules ", "}}`, "{{.Rules}}: it is a list, but must be a text"},
		{"a comparison with nothing", "{{if eq .Severity}}x{{end}}", `a comparison wants two values, such as eq .Severity "high"`},
		{"a comparison of what is not alike", "{{if gt .Title 3}}x{{end}}", "a text and a number cannot be compared"},
		{"a range over a text", "{{range .Title}}x{{end}}", "range goes over a list, and this is none"},
		{"a variable that is none", "{{$x}}", "there is no variable $x before it"},
		{"an if without an end", "{{if .Title}}x", "an if, with or range has no {{end}}"},
		{"an end too many", "x{{end}}", "this {{end}} ends nothing"},
		{"an if of nothing", "{{if}}x{{end}}", "if wants a value behind it"},
		{"a quotation that is open", `{{"abc}}`, "a quotation mark is not closed"},
		{"a character that is none of the language", "{{.Title %}}", `"%" cannot stand here`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ps := (&ConsoleOptions{Words: Words{Title: tt.text}}).Validate()
			if tt.want == "" {
				if len(ps) > 0 {
					t.Errorf("problems %v", ps)
				}
				return
			}
			if said := fmt.Sprint(ps); goWords.MatchString(said) {
				t.Errorf("%s has words of Go", said)
			}
			if len(ps) != 1 || !strings.Contains(ps[0].String(), tt.want) || ps[0].Key != "title" {
				t.Errorf("problems %v, want %q", ps, tt.want)
			}
		})
	}
}

// TestWordsInEveryKind has templates repeat the text of a hostile feed, in every kind that
// takes them.
func TestWordsInEveryKind(t *testing.T) {
	words := Words{
		Title: `{{.Title}} / {{.Feed}}`,
		Body:  "{{.Summary}}\n{{range .Excerpts}}{{.}}\n{{end}}{{range .AlsoIn}}{{.Feed}} {{end}}{{.Trouble}}\n> {{.Title}}\n# {{.Title}}",
	}
	for kind, k := range kindsUnderTest {
		o, _ := NewOptions(kind)
		field := reflect.ValueOf(o).Elem().FieldByName("Words")
		if !field.IsValid() {
			if kind != "webhook" && kind != "command" {
				t.Errorf("%s takes no templates", kind)
			}
			continue
		}
		t.Run(kind, func(t *testing.T) {
			field.Set(reflect.ValueOf(words))
			fill(reflect.ValueOf(o).Elem())
			n := open(t, o, testEnv())
			for name, text := range hostileTexts {
				t.Run(name, func(t *testing.T) {
					checkBatch(t, k, n, batch(everywhere(text, "https://e.org/x")))
				})
			}
			m := compose(t, n, one())[0]
			if !strings.Contains(string(m.Payload), "brigades / Sample Feed") {
				t.Errorf("not worded: %s", m.Payload)
			}
		})
	}
}

// fill gives settings valid values.
func fill(o reflect.Value) {
	for name, value := range map[string]string{
		"Webhook": "https://e.org/x", "Token": "1:x", "Chat": "-1", "Channel": "C1", "Topic": "t", "Homeserver": "https://e.org", "Room": "!r:e.org",
		"RoutingKey": "0123456789abcdef0123456789abcdef", "SMTP": "smtp://e.org", "From": "watcher@example.org",
	} {
		if f := o.FieldByName(name); f.IsValid() {
			f.SetString(value)
		}
	}
	if f := o.FieldByName("To"); f.IsValid() {
		f.Set(reflect.ValueOf([]string{"duty@example.org"}))
	}
}

func FuzzWords(f *testing.F) {
	f.Add("{{range .Rules}}{{.}}{{end}} {{printf \"%q\" .Title | upper}}")
	f.Add("{{range 9}}{{range 99999}}{{end}}{{end}}")
	f.Add("{{$x := .Title}}{{range .Terms}}{{$x = print $x $x}}{{end}}{{$x}}")
	f.Add("{{block \"a\" .}}{{end}}{{define \"b\"}}{{end}}")
	f.Fuzz(func(t *testing.T, body string) {
		w, ps := Words{Body: body}.compile()
		if len(ps) > 0 {
			return
		}
		for _, c := range w.cards(batch(Samples("desk", noon)...)) {
			for _, line := range c.Body {
				if text.Clean(line) != line || line == "" {
					t.Errorf("%q gives %q", body, line)
				}
			}
		}
	})
}
