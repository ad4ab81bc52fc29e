package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// goBlocks are the fenced blocks of Go in a section of a page, by its heading.
func goBlocks(t *testing.T, page, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(text), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("%s has no section %q", page, heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var out []string
	for {
		_, rest, ok := strings.Cut(section, "\n```go\n")
		if !ok {
			return out
		}
		block, after, _ := strings.Cut(rest, "\n```")
		out, section = append(out, block+"\n"), after
	}
}

// TestLanguageIsOneFileAndOneLine builds the packages of the query language with
// the example of the page added to them, a file and a line of the table, and runs
// the tests that hold every language to what it says.
func TestLanguageIsOneFileAndOneLine(t *testing.T) {
	blocks := goBlocks(t, "extending.md", "A language")
	if len(blocks) != 2 {
		t.Fatalf("%d blocks of Go, not a file and a line", len(blocks))
	}
	root, dir := filepath.Join("..", ".."), t.TempDir()
	copyFile(t, filepath.Join(root, "go.mod"), filepath.Join(dir, "go.mod"))
	copyFile(t, filepath.Join(root, "go.sum"), filepath.Join(dir, "go.sum"))
	for _, room := range []string{"internal/rules/words", "internal/rules/inflect"} {
		if err := os.CopyFS(filepath.Join(dir, room), os.DirFS(filepath.Join(root, room))); err != nil {
			t.Fatal(err)
		}
	}
	inflect := filepath.Join(dir, "internal", "rules", "inflect")
	if err := os.WriteFile(filepath.Join(inflect, "example.go"), []byte(blocks[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	const table = "var languages = []*language{\n"
	path := filepath.Join(inflect, "languages.go")
	before, after, ok := strings.Cut(readFile(t, path), table)
	first, rest, _ := strings.Cut(after, "\n")
	if !ok {
		t.Fatalf("languages.go has no line %q", table)
	}
	if err := os.WriteFile(path, []byte(before+table+first+"\n"+blocks[1]+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	test := exec.Command("go", "test", "-count=1", "-v", "-run", "TestPairs|TestStems|TestHeadlines", "./internal/rules/inflect")
	test.Dir = dir
	out, err := test.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestPairs/eo") {
		t.Errorf("%v\n%s", err, out)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	if err := os.WriteFile(to, []byte(readFile(t, from)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
