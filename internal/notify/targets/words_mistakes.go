package targets

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"watcher/internal/suggest"
)

// What text/template says of a mistake: where it read it, or where it ran it, with
// the beginning of what stands there.
var (
	wordsParsed = regexp.MustCompile(`(?s)^template: \w*:(\d+): (.*)$`)
	wordsRan    = regexp.MustCompile(`(?s)^template: \w*:(\d+):\d+: executing "\w*" at <(.*?)>: (?:error calling \w+: )?(.*)$`)
)

// wordsMistake says in the words of docs/targets.md what is wrong with a template, and
// where.
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

// wordsTypes are what a template's values are called.
var wordsTypes = map[string]string{
	"string": "a text", "[]string": "a list", "int": "a number", "float64": "a number", "bool": "true or false",
	"time.Time": "a time", "notify.Location": "a place", "[]notify.Location": "a list of places", "targets.templateData": "the whole alert",
}

// typeWords is what a value of a type is called.
func typeWords(name string) string {
	if words, ok := wordsTypes[name]; ok {
		return words
	}
	return "this"
}

// wordsMistakes are what text/template says, and what we say instead.
var wordsMistakes = []struct {
	said *regexp.Regexp
	say  func(m []string) string
}{
	{regexp.MustCompile(`^can't evaluate field (\w+) in type (\S+)`), func(m []string) string { return noField(m[1], m[2]) }},
	{regexp.MustCompile(`^function "(.*)" not defined`), func(m []string) string { return noFunction(m[1]) }},
	{regexp.MustCompile(`^wrong number of args for (\w+): want (.+) got (\d+)`), func(m []string) string {
		if usage, ok := wordsUsage[m[1]]; ok {
			return fmt.Sprintf("%s has %s behind it, and wants %s: write %s", m[1], m[3], m[2], usage)
		}
		return fmt.Sprintf("%s has %s behind it, and wants %s", m[1], m[3], m[2])
	}},
	{regexp.MustCompile(`^wrong type for value; expected (\S+); got (\S+)`), func(m []string) string {
		return fmt.Sprintf("it is %s, where %s is wanted", typeWords(m[2]), typeWords(m[1]))
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

// noField says of a name that it is none of a value's, and which are.
func noField(name, of string) string {
	switch {
	case of == "notify.Location":
		return fmt.Sprintf("there is no .%s, a place has .Feed and .Link", name)
	case of != "targets.templateData":
		return fmt.Sprintf("there is no .%s of it: it is %s", name, typeWords(of))
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

// alertFields are what a template sees of an alert.
func alertFields() (fields []string) {
	for f := range reflect.TypeFor[templateData]().Fields() {
		fields = append(fields, "."+f.Name)
	}
	return fields
}
