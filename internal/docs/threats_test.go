package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// Every test that the threat model names exists.
func TestThreatsAreTested(t *testing.T) {
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	for _, dir := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(file string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(file, "_test.go") {
				return err
			}
			text, err := os.ReadFile(file)
			for _, m := range declared.FindAllSubmatch(text, -1) {
				there[string(m[1])] = true
			}
			return err
		})
		testutil.Must(t, err)
	}
	named := regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(pages(t)["docs/threat-model.md"], -1)
	if len(named) < 40 {
		t.Errorf("%d tests are named: are they still found?", len(named))
	}
	for _, m := range named {
		if !there[m[1]] {
			t.Errorf("docs/threat-model.md names %s, which is no test", m[1])
		}
	}
}
