package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"watcher/internal/config"
	"watcher/internal/config/strict"
	"watcher/internal/testutil"
)

func testEnv(vars map[string]string) config.Environment {
	return config.Environment{Dir: "testdata", LookupEnv: func(name string) (string, bool) {
		v, ok := vars[name]
		return v, ok
	}}
}

// Every file of testdata/bad is named after its mistake. Beside it stands what its writer
// is told, which is worth reading as a whole: it is the user interface.
func TestMistakesAreToldClearly(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	env := testEnv(map[string]string{"DATA": "/data", "SET": "set", "QUERY": "Estonia", "EMPTY": ""})
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(strings.TrimSuffix(name, ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cfg, err := config.Parse(name, data, env)
			if err == nil || cfg != nil {
				t.Fatalf("a faulty config was accepted: %+v", cfg)
			}
			var es config.Mistakes
			if !errors.As(err, &es) {
				t.Fatalf("the error is a %T, want Errors", err)
			}
			checkPlaces(t, es, data)
			testutil.Golden(t, strings.TrimSuffix(file, ".yaml")+".golden", err.Error()+"\n")
		})
	}
}

// checkPlaces checks that the errors have places in the file, in order.
func checkPlaces(t *testing.T, es config.Mistakes, data []byte) {
	t.Helper()
	src := strict.NewSourceText("", data)
	var last config.Mistake
	for _, e := range es {
		if e.Line < 1 || e.Line > src.Len() {
			t.Errorf("%v: the file has %d lines", e, src.Len())
			continue
		}
		if width := utf8.RuneCount(src.Line(e.Line)); e.Col < 1 || e.Col > width+1 {
			t.Errorf("%v: the line has %d columns", e, width)
		}
		if e.Line < last.Line || e.Line == last.Line && e.Col < last.Col {
			t.Errorf("%v comes after %v", e, last)
		}
		if strings.TrimSpace(e.Text) == "" {
			t.Errorf("%v: says nothing", e)
		}
		last = e
	}
}
