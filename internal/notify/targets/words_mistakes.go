package targets

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"watcher/internal/suggest"
)

// The form of text/template's errors: where it parsed or executed, and the beginning of
// the text there.
var (
	wordsParsed = regexp.MustCompile(`(?s)^template: \w*:(\d+): (.*)$`)
	wordsRan    = regexp.MustCompile(`(?s)^template: \w*:(\d+):\d+: executing "\w*" at <(.*?)>: (?:error calling \w+: )?(.*)$`)
)

// wordsMistake explains an error of a template in the terms of docs/targets.md.
func wordsMistake(err error) string {
	if errors.Is(err, errWords) {
		return errWords.Error()
	}
	if m := wordsRan.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Sprintf("line %s, {{%s}}: %s", m[1], m[2], plainMistake(m[3]))
	}
	if m := wordsParsed.FindStringSubmatch(err.Error()); m != nil {
		return fmt.Sprintf("line %s: %s", m[1], plainMistake(m[2]))
	}
	return err.Error()
}

// wordsUsage is how each of our functions is called.
var wordsUsage = map[string]string{
	"upper": "upper .Title", "lower": "lower .Title", "clip": "clip 80 .Title", "join": `join ", " .Rules`,
	"date": `date "2 Jan 15:04" "Europe/Tallinn" .Time`,
}

// wordsTypes are the names of types in messages.
var wordsTypes = map[string]string{
	"string": "a text", "[]string": "a list", "int": "a number", "float64": "a number", "bool": "true or false",
	"time.Time": "a time", "notify.Location": "a place", "[]notify.Location": "a list of places", "targets.templateData": "the whole alert",
}

// typeWords is the name of a type in messages.
func typeWords(name string) string {
	if words, ok := wordsTypes[name]; ok {
		return words
	}
	return "this"
}

// wordsMistakes map errors of text/template to our messages.
var wordsMistakes = []struct {
	said *regexp.Regexp
	say  func(m []string) string
}{
	{regexp.MustCompile(`^can't evaluate field (\w+) in type (\S+)`), func(m []string) string { return noField(m[1], m[2]) }},
	{regexp.MustCompile(`^function "(.*)" not defined`), func(m []string) string { return noFunction(m[1]) }},
	{regexp.MustCompile(`^wrong number of args for (\w+): want (.+) got (\d+)`), func(m []string) string {
		if usage, ok := wordsUsage[m[1]]; ok {
			return fmt.Sprintf("%s has %s after it and wants %s: write %s", m[1], m[3], m[2], usage)
		}
		return fmt.Sprintf("%s has %s after it and wants %s", m[1], m[3], m[2])
	}},
	{regexp.MustCompile(`^wrong type for value; expected (\S+); got (\S+)`), func(m []string) string {
		return fmt.Sprintf("it is %s, but must be %s", typeWords(m[2]), typeWords(m[1]))
	}},
	{regexp.MustCompile(`^incompatible types for comparison: (\S+) and (\S+)`), func(m []string) string {
		return fmt.Sprintf("%s and %s cannot be compared", typeWords(m[1]), typeWords(m[2]))
	}},
	{regexp.MustCompile(`index out of range`), fixed("some alerts have less than that: ask for len before, or use range or clip")},
	{regexp.MustCompile(`^missing argument for comparison`), fixed(`a comparison wants two values, such as eq .Severity "high"`)},
	{regexp.MustCompile(`^range can't iterate over`), fixed("range goes over a list, and this is none")},
	{regexp.MustCompile(`^len of type`), fixed("len wants a text or a list")},
	{regexp.MustCompile(`^undefined variable "(.*)"`), func(m []string) string { return "there is no variable " + m[1] + " before it" }},
	{regexp.MustCompile(`^unclosed action`), fixed("a {{ has no }}")},
	{regexp.MustCompile(`^unclosed comment`), fixed("a {{/* has no */}}")},
	{regexp.MustCompile(`^unclosed left paren`), fixed("a ( has no )")},
	{regexp.MustCompile(`^unterminated `), fixed("a quotation mark is not closed")},
	{regexp.MustCompile(`^unexpected EOF`), fixed("an if, with or range has no {{end}}")},
	{regexp.MustCompile(`^unexpected {{end}}`), fixed("this {{end}} ends nothing")},
	{regexp.MustCompile(`^unexpected {{else}}`), fixed("this {{else}} is in no if, with or range")},
	{regexp.MustCompile(`^{{(break|continue)}} outside`), func(m []string) string { return "{{" + m[1] + "}} is in no range" }},
	{regexp.MustCompile(`^missing value for (\w+)`), func(m []string) string { return m[1] + " wants a value behind it" }},
	{regexp.MustCompile(`^(?:unexpected|bad character) (.*?)(?: in [a-z ]+)?$`), func(m []string) string { return m[1] + " cannot stand here" }},
}

func fixed(words string) func([]string) string { return func([]string) string { return words } }

func plainMistake(said string) string {
	for _, mistake := range wordsMistakes {
		if m := mistake.said.FindStringSubmatch(said); m != nil {
			return mistake.say(m)
		}
	}
	return said
}

// noField says that a value has no such field, and which fields it has.
func noField(name, of string) string {
	switch {
	case of == "notify.Location":
		return fmt.Sprintf("there is no .%s, a place has .Feed and .Link", name)
	case of != "targets.templateData":
		return fmt.Sprintf("it has no .%s: it is %s", name, typeWords(of))
	}
	if meant := suggest.Nearest("."+name, alertFields()); meant != "" {
		return fmt.Sprintf("there is no .%s, did you mean %s?", name, meant)
	}
	return fmt.Sprintf("there is no .%s, there are %s", name, strings.Join(alertFields(), ", "))
}

func noFunction(name string) string {
	if meant := suggest.Nearest("."+name, alertFields()); meant != "" {
		return fmt.Sprintf("there is no function %s, did you mean %s?", name, meant)
	}
	return fmt.Sprintf("there is no function %s; text stands in quotes, and watcher's own functions are upper, lower, clip, join and date", name)
}

// alertFields are the fields of an alert in a template.
func alertFields() (fields []string) {
	for f := range reflect.TypeFor[templateData]().Fields() {
		fields = append(fields, "."+f.Name)
	}
	return fields
}
