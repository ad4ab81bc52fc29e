package docs

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"watcher/internal/testutil"
)

// goBlocks returns the fenced Go blocks in a section of a page, by its heading.
func goBlocks(t *testing.T, page, heading string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", page))
	testutil.Must(t, err)
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

// TestLanguageIsOneFileAndOneLine adds the example of the page, a file and a line of the
// table, to the packages of the query language, and runs the tests that check every
// language.
func TestLanguageIsOneFileAndOneLine(t *testing.T) {
	blocks := goBlocks(t, "extending.md", "A language")
	if len(blocks) != 2 {
		t.Fatalf("%d blocks of Go, not a file and a line", len(blocks))
	}
	root, dir := filepath.Join("..", ".."), t.TempDir()
	copyFile(t, filepath.Join(root, "go.mod"), filepath.Join(dir, "go.mod"))
	copyFile(t, filepath.Join(root, "go.sum"), filepath.Join(dir, "go.sum"))
	for _, room := range []string{"internal/rules/words", "internal/rules/inflect"} {
		testutil.Must(t, os.CopyFS(filepath.Join(dir, room), os.DirFS(filepath.Join(root, room))))
	}
	inflect := filepath.Join(dir, "internal", "rules", "inflect")
	testutil.WriteFile(t, filepath.Join(inflect, "example.go"), blocks[0], 0o600)
	const table = "var languages = []*language{\n"
	path := filepath.Join(inflect, "languages.go")
	before, after, ok := strings.Cut(readFile(t, path), table)
	first, rest, _ := strings.Cut(after, "\n")
	if !ok {
		t.Fatalf("languages.go has no line %q", table)
	}
	testutil.WriteFile(t, path, before+table+first+"\n"+blocks[1]+rest, 0o600)
	test := exec.Command("go", "test", "-count=1", "-v", "-run", "TestPairs|TestStems|TestHeadlines", "./internal/rules/inflect")
	test.Dir = dir
	out, err := test.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestPairs/eo") {
		t.Errorf("%v\n%s", err, out)
	}
}

// overlay writes the description of files that replace those of the module (go help build,
// -overlay).
func overlay(t *testing.T, files map[string]string) (description string) {
	t.Helper()
	dir := t.TempDir()
	replace := map[string]string{}
	for name, text := range files {
		in, err := filepath.Abs(filepath.Join(root, name))
		testutil.Must(t, err)
		replace[in] = filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		testutil.WriteFile(t, replace[in], text, 0o600)
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	testutil.Must(t, err)
	description = filepath.Join(dir, "overlay.json")
	testutil.Must(t, os.WriteFile(description, text, 0o600))
	return description
}

// after returns a file of the module with text added behind a line of it.
func after(t *testing.T, file, line, text string) string {
	t.Helper()
	before, rest, ok := strings.Cut(readFile(t, filepath.Join(root, file)), line+"\n")
	if !ok {
		t.Fatalf("%s has no line %q", file, line)
	}
	return before + line + "\n" + text + rest
}

// TestTargetAndCommandAreOneFileAndOneLine builds the program with the examples of the
// page. The command, run, lists the target, and check accepts a config with one. Then the
// target is put to the tests of every kind.
func TestTargetAndCommandAreOneFileAndOneLine(t *testing.T) {
	target, command := goBlocks(t, "extending.md", "A target"), goBlocks(t, "extending.md", "A command")
	if len(target) != 3 || len(command) != 2 {
		t.Fatalf("%d and %d blocks of Go, not a file, a line and a line of tests, and a file and a line", len(target), len(command))
	}
	const kinds, hostile = "internal/notify/targets/kinds.go", "internal/notify/targets/hostile_test.go"
	with := overlay(t, map[string]string{
		"internal/notify/targets/gotify.go": target[0],
		kinds:                               after(t, kinds, "\t{\"email\", func() Options { return &EmailOptions{} }},", target[1]),
		hostile:                             after(t, hostile, "var kindsUnderTest = map[string]kindUnderTest{", target[2]),
		"cmd/watcher/kinds.go":              command[0],
		"cmd/watcher/main.go":               after(t, "cmd/watcher/main.go", "\troot.AddCommand(", command[1]),
	})
	watcher := filepath.Join(t.TempDir(), "watcher")
	run(t, "go", "build", "-overlay", with, "-o", watcher, "./cmd/watcher")
	if out := run(t, watcher, "kinds"); !strings.Contains(out, "\ngotify\n") {
		t.Errorf("kinds printed\n%s", out)
	}
	config := filepath.Join(t.TempDir(), "watcher.yaml")
	text := "feeds: [{name: a, url: 'https://a.example/feed'}]\n" +
		"rules: [{name: b, keywords: [NATO], notify: [desk]}]\n" +
		"notify: {desk: {type: gotify, server: 'https://push.example', token: AbCd.1234}}\nops: {notify: [desk]}\n"
	testutil.WriteFile(t, config, text, 0o600)
	run(t, watcher, "check", config)
	out := run(t, "go", "test", "-overlay", with, "-count=1", "-vet=off", "-v", "-run", "TestHostile/gotify|TestKinds|FuzzHidden", "./internal/notify/targets")
	if !strings.Contains(out, "--- PASS: TestHostile/gotify") {
		t.Error(out)
	}
}

// run returns the output of a program that must not fail.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

// TestStoreIsTestedByTheSuite: the example of the page is how the existing store runs the
// suite.
func TestStoreIsTestedByTheSuite(t *testing.T) {
	blocks := goBlocks(t, "extending.md", "A store")
	if file := "internal/store/bolt/bolt_test.go"; len(blocks) != 1 || !strings.Contains(readFile(t, filepath.Join(root, file)), blocks[0]) {
		t.Errorf("%s has not what the page shows", file)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	testutil.WriteFile(t, to, readFile(t, from), 0o600)
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	testutil.Must(t, err)
	return string(text)
}
