package docs

import (
	"crypto/x509"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"watcher/internal/poll"
	"watcher/internal/testutil"
)

// entry is a line of the page that has the words of messages: its pieces between the ….
type entry []string

// entries returns all entries: the indented lines.
func entries(page string) []entry {
	var all []entry
	for _, m := range regexp.MustCompile(`(?m)^ {4}(\S.*)$`).FindAllStringSubmatch(page, -1) {
		all = append(all, strings.Split(m[1], "…"))
	}
	return all
}

// says reports whether the entry has the words of text.
func (e entry) says(text string) bool {
	rest, ok := strings.CutPrefix(text, e[0])
	for i, part := range e[1:] {
		switch {
		case !ok:
			return false
		case i == len(e)-2:
			return strings.HasSuffix(rest, part)
		}
		_, rest, ok = strings.Cut(rest, part)
	}
	return ok && rest == ""
}

func troubleshooting(t *testing.T) string { return pages(t)["docs/troubleshooting.md"] }

// remedy matches messages that say themselves what to do. The page has one entry for all of
// them.
var remedy = regexp.MustCompile(`(^|[;,:] |which )(did you mean|write|put|remove|make|add|indent|begins? it|begin both|begin with|give|run|name it|name one|name another|choose|keep|leave|restart|split|shorten|move|simplify|change|save|start)\b`)

// Every error that the program can report is found on the page by its words, except
// messages that say themselves what to do.
func TestEveryMessageHasAnEntry(t *testing.T) {
	all := entries(troubleshooting(t))
	told := messages(t)
	if len(told) < 300 {
		t.Fatalf("%d messages: are they still found?", len(told))
	}
	for _, m := range append(told, mistakes(t)...) {
		if remedy.MatchString(m.text) || strings.HasPrefix(m.file, "internal/rules/") && strings.Contains(m.text, "; ") {
			continue
		}
		_, behindKey, _ := strings.Cut(m.text, ": ")
		if !slices.ContainsFunc(all, func(e entry) bool { return e.says(m.text) || e.says(behindKey) }) {
			t.Errorf("docs/troubleshooting.md has no entry for this of %s:\n    %s", m.file, m.text)
		}
	}
}

// mistakes are what the writers of broken configs are told: the golden files.
func mistakes(t *testing.T) []message {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, "internal/config/testdata/bad/*.golden"))
	if err != nil || len(files) < 50 {
		t.Fatalf("%d golden files: %v", len(files), err)
	}
	var all []message
	place := regexp.MustCompile(`(?m)^\S+\.yaml:\d+:\d+: (.*)$`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		testutil.Must(t, err)
		for _, m := range place.FindAllStringSubmatch(string(data), -1) {
			all = append(all, message{m[1], file})
		}
	}
	return all
}

// Every entry is for a message that the program still has.
func TestEveryEntryIsTold(t *testing.T) {
	var said []string
	for _, m := range append(messages(t), mistakes(t)...) {
		_, behindKey, _ := strings.Cut(m.text, ": ")
		said = append(said, m.text, behindKey)
	}
	each(t, func(_ string, n ast.Node) {
		if e, ok := n.(ast.Expr); ok {
			if text, ok := literal(e); ok && strings.Contains(text, " ") {
				said = append(said, verbs.ReplaceAllString(text, "…"))
			}
		}
	})
	for n := range syscall.Errno(134) {
		said = append(said, n.Error())
	}
	said = append(said, strings.TrimPrefix(x509.UnknownAuthorityError{}.Error(), "x509: "))
	slices.Sort(said)
	said = slices.Compact(said)
	for _, e := range entries(troubleshooting(t)) {
		if !slices.ContainsFunc(said, e.says) {
			t.Errorf("docs/troubleshooting.md has an entry of what nobody says:\n    %s", strings.Join(e, "…"))
		}
	}
}

// Every state of a feed, every trouble that is reported to the ops targets and every exit
// code has a row.
func TestEveryStateHasARow(t *testing.T) {
	page := troubleshooting(t)
	row := func(name string) {
		if !regexp.MustCompile("(?m)^\\|.*`" + regexp.QuoteMeta(name) + "`.*\\|$").MatchString(page) {
			t.Errorf("docs/troubleshooting.md has no row with `%s`", name)
		}
	}
	for _, c := range poll.Conditions {
		if c != poll.Well {
			row(string(c))
		}
	}
	kind := regexp.MustCompile(`^"(feed|store|storing|target|network|history|config|rule)_[a-z_]+"$`)
	kinds, exits := 0, 0
	each(t, func(file string, n ast.Node) {
		switch n := n.(type) {
		case *ast.BasicLit:
			if kind.MatchString(n.Value) && !strings.Contains(file, "internal/web/") && !strings.Contains(file, "internal/feeds/") &&
				!strings.Contains(file, "internal/store/") { // tables have such names there
				kinds++
				row(strings.Trim(n.Value, `"`))
			}
		case *ast.ValueSpec:
			if strings.HasPrefix(n.Names[0].Name, "exit") && len(n.Values) == 1 && !strings.Contains(file, "internal/notify/") {
				if code, ok := n.Values[0].(*ast.BasicLit); ok && code.Kind == token.INT {
					exits++
					row(code.Value)
				}
			}
		}
	})
	if kinds < 20 || exits < 3 {
		t.Errorf("%d kinds of trouble, %d exit codes: are they still found?", kinds, exits)
	}
}
