package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"watcher/internal/testutil"
)

// told are the functions that make messages for people, and which of their arguments is the
// text; -1 is the last literal. The mistakes of a query have what to write instead in front
// of the text.
var told = map[string]int{
	"errors.New": 0, "fmt.Errorf": 0,
	"problem.At": 1,
	"d.fail":     2, "c.wrong": 1, "c.warn": 1, "c.wrongFeed": -1,
	"errAt": 3, "p.err": -1,
	"failf": 1, "feeds.failf": 1, "p.trouble": -1, "p.tellSpell": -1,
}

// worded are the files in which fmt.Sprintf makes a whole message, not a part of one.
var worded = regexp.MustCompile(`internal/(daemon|admin)/|/cause\.go$|/fetcherror\.go$|/wall\.go$`)

// message is a text that somebody may be told, with … for what varies.
type message struct{ text, file string }

// messages returns all of them that are in the source.
func messages(t *testing.T) []message {
	t.Helper()
	var all []message
	each(t, func(file string, n ast.Node) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return
		}
		name := nameOf(call.Fun)
		at, ok := told[name]
		if !ok && name == "fmt.Sprintf" {
			ok = worded.MatchString(file)
		}
		if !ok && strings.HasSuffix(name, ".Error") && name != "t.Error" && len(call.Args) > 0 {
			text, isText := literal(call.Args[0])
			ok = isText && strings.Contains(text, " ")
		}
		if !ok {
			return
		}
		if at < 0 {
			for i, arg := range call.Args {
				if s, ok := literal(arg); ok && strings.Contains(s, " ") {
					at = i
				}
			}
		}
		if at < 0 || at >= len(call.Args) {
			return
		}
		text, ok := literal(call.Args[at])
		switch {
		case !ok, strings.Contains(text, "\n"), strings.HasPrefix(text, " ("): // for systemd; an addition
			return
		case strings.HasSuffix(text, ": %w"): // only says what was being done: the cause behind it is another message
			return
		}
		if name == "errAt" || name == "p.err" {
			if fix, ok := literal(call.Args[at-1]); !ok || fix != "" {
				text += "; " + fix
				if !ok {
					text += "…"
				}
			}
		}
		text = verbs.ReplaceAllString(text, "…")
		least := 2
		if name == "fmt.Sprintf" {
			least = 4 // a text with fewer words is part of another
		}
		if len(regexp.MustCompile(`\pL{2,}`).FindAllString(text, -1)) >= least {
			all = append(all, message{text, file})
		}
	})
	return all
}

var verbs = regexp.MustCompile(`%(\[\d+\])?[-+#0-9.]*[a-zA-Z]`)

// source is the program, parsed once, by file. Packages that only tests import are not part
// of it.
var source = sync.OnceValues(func() (map[string]*ast.File, error) {
	all := map[string]*ast.File{}
	for _, dir := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(file string, d fs.DirEntry, err error) error {
			if d != nil && d.IsDir() && (d.Name() == "pgtest" || d.Name() == "storetest") {
				return filepath.SkipDir
			}
			if err != nil || d.IsDir() || filepath.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
				return err
			}
			name, _ := filepath.Rel(root, file)
			all[name], err = parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
})

// each visits the source of the program.
func each(t *testing.T, visit func(file string, n ast.Node)) {
	t.Helper()
	files, err := source()
	testutil.Must(t, err)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		ast.Inspect(files[name], func(n ast.Node) bool { visit(name, n); return true })
	}
}

func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		}
	case *ast.BinaryExpr:
		a, oka := literal(e.X)
		b, okb := literal(e.Y)
		switch {
		case oka && okb:
			return a + b, true
		case oka:
			return a + "…", true
		case okb:
			return "…" + b, true
		}
	}
	return "", false
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		if x := nameOf(e.X); x != "" {
			return x + "." + e.Sel.Name
		}
	}
	return ""
}
