package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTypesHaveOneMeaning fails if two rooms export types with the same name: a reader
// would need the room to know which is meant.
func TestTypesHaveOneMeaning(t *testing.T) {
	// idiomatic are names that Go programmers expect in any package. Store is what each
	// kind of store exports.
	idiomatic := []string{"Options", "New", "Client", "Store"}
	rooms := make(map[string]map[string]bool)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if path == filepath.Join("store", "record") {
			return filepath.SkipDir // a record has the name of what it records
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			types, ok := decl.(*ast.GenDecl)
			if !ok || types.Tok != token.TYPE {
				continue
			}
			for _, spec := range types.Specs {
				name := spec.(*ast.TypeSpec).Name.Name
				if alias := spec.(*ast.TypeSpec).Assign.IsValid(); alias { // it means what it stands for
					continue
				}
				if !ast.IsExported(name) || slices.Contains(idiomatic, name) {
					continue
				}
				if rooms[name] == nil {
					rooms[name] = make(map[string]bool)
				}
				rooms[name][filepath.Dir(path)] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range rooms {
		if len(in) > 1 {
			t.Errorf("the type %s is exported by %s", name, strings.Join(slices.Sorted(maps.Keys(in)), " and "))
		}
	}
}
