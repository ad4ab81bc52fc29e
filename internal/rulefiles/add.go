package rulefiles

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"watcher/internal/rules"
)

var (
	rulesKey = regexp.MustCompile(`^rules:[ \t]*(#.*)?$`)
	// below is a line of a section: indented, an entry, a comment or nothing.
	below = regexp.MustCompile(`^([ \t#-]|$)`)
	dash  = regexp.MustCompile(`^([ \t]*)- `)
)

// WithRule returns a file's text with a rule behind those that it has, indented as they
// are. Where those stand in brackets, it is put below them as a comment, for a person to
// put in.
func WithRule(text string, rule rules.Rule) (string, error) {
	out, err := yaml.Marshal([]rules.Rule{rule})
	if err != nil {
		return "", fmt.Errorf("write the rule: %w", err)
	}
	entry := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	lines := strings.Split(strings.TrimRight(tidy(text), "\n"), "\n")
	if strings.TrimSpace(text) == "" {
		lines = nil
	}
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "rules:") })
	indent := "  "
	switch {
	case at < 0:
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, "rules:")
		at = len(lines)
	case !rulesKey.MatchString(lines[at]):
		indent, at = "# ", len(lines)
	default:
		end := at + 1
		for end < len(lines) && below.MatchString(lines[end]) {
			if m := dash.FindStringSubmatch(lines[end]); m != nil && end == firstEntry(lines, at) {
				indent = m[1]
			}
			end++
		}
		for end > at+1 && (strings.TrimSpace(lines[end-1]) == "" || lines[end-1][0] == '#') {
			end-- // what stands before the next section belongs to that
		}
		at = end
	}
	for i := range entry {
		entry[i] = indent + entry[i]
	}
	return strings.Join(slices.Insert(lines, at, entry...), "\n") + "\n", nil
}

// firstEntry is the line of the first entry below a key.
func firstEntry(lines []string, key int) int {
	for i := key + 1; i < len(lines); i++ {
		if dash.MatchString(lines[i]) {
			return i
		}
	}
	return -1
}
