package api

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// TestDescriptionIsOpenAPI has a third-party validator accept the description, and refuse
// one with a mistake.
func TestDescriptionIsOpenAPI(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	out, err := exec.Command("../../../.ci/npm", "testdata/openapi").Output()
	if err != nil {
		t.Skipf("npm ci does not work here: %v", err)
	}
	validate := func(doc map[string]any) (string, error) {
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		node := exec.Command("node", "validate.mjs")
		node.Dir, node.Stdin = strings.TrimSpace(string(out)), bytes.NewReader(text)
		said, err := node.CombinedOutput()
		return string(said), err
	}
	if said, err := validate(Description("1.0")); err != nil || !strings.Contains(said, `"valid":true,"version":"3.1"`) {
		t.Errorf("the description is refused: %v\n%s", err, said)
	}
	wrong := Description("1.0")
	wrong["paths"].(dict)["/alerts"].(dict)["get"].(dict)["responses"] = "none"
	if said, err := validate(wrong); err == nil {
		t.Errorf("a wrong description is accepted: %s", said)
	}
}

// TestOperations checks the table: each name is unique, and the parameters of the path are
// those of the operation.
func TestOperations(t *testing.T) {
	seen := map[string]bool{}
	for i := range operations {
		op := &operations[i]
		if seen[op.id] || op.id == "" || op.summary == "" || op.tag == "" {
			t.Errorf("%s %s is called %q, of %q: %s", op.method, op.path, op.id, op.tag, op.summary)
		}
		seen[op.id] = true
		if op.answer == nil && op.events == nil && op.method == "GET" {
			t.Errorf("%s answers with nothing", op.id)
		}
		in := 0
		for _, p := range op.params {
			if strings.Contains(op.path, "{"+p.name+"}") {
				in++
				if !p.needed {
					t.Errorf("%s: %s is part of the path, and may be left out", op.id, p.name)
				}
			}
			if p.does == "" {
				t.Errorf("%s: nothing says what %s does", op.id, p.name)
			}
		}
		if in != strings.Count(op.path, "{") {
			t.Errorf("%s: %s has other parameters than are described", op.id, op.path)
		}
	}
}

// open are the keys whose values are words, and of which a later version may have others.
var open = map[string]bool{"TargetReport.kind": true, "Trouble.kind": true}

// TestClosedVocabulariesAreListed looks for keys that are called as those whose values are
// words of a closed list, and have none.
func TestClosedVocabulariesAreListed(t *testing.T) {
	schemas := Description("1.0")["components"].(dict)["schemas"].(dict)
	if len(schemas) < 30 {
		t.Fatalf("only %d schemas", len(schemas))
	}
	for name, s := range schemas {
		for key, of := range s.(dict)["properties"].(dict) {
			of := of.(dict)
			if of["type"] != "string" || !slices.Contains([]string{"state", "kind", "severity", "field"}, key) {
				continue
			}
			if listed := of["enum"] != nil; listed == open[name+"."+key] {
				t.Errorf("%s.%s has a list of its values: %v", name, key, listed)
			}
		}
	}
}

// TestListedWordsAreThoseOfTheCode compares the lists with the constants of their types.
func TestListedWordsAreThoseOfTheCode(t *testing.T) {
	for of, listed := range words {
		declared := constantsOf(t, "../../"+strings.TrimPrefix(of.PkgPath(), "watcher/internal/"), of.Name())
		if len(declared) == 0 { // it is a number, and its words are made by a method
			continue
		}
		listed = slices.Sorted(slices.Values(listed))
		testutil.Equal(t, "values of "+of.String(), listed, declared)
	}
}

// constantsOf returns the texts of the constants of a type, sorted.
func constantsOf(t *testing.T, dir, name string) (texts []string) {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.go")
	testutil.Must(t, err)
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		testutil.Must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			of, typed := spec.Type.(*ast.Ident)
			text, literal := spec.Values[0].(*ast.BasicLit)
			if typed && of.Name == name && literal && text.Kind == token.STRING {
				s, err := strconv.Unquote(text.Value)
				testutil.Must(t, err)
				texts = append(texts, s)
			}
			return true
		})
	}
	slices.Sort(texts)
	return texts
}
