package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"watcher/internal/testutil"
)

const bootConfig = `poll: {every: 1s}
network: {allow: [127.0.0.0/8]}
feeds:
  - {name: Wire, url: "http://127.0.0.1:8099/feed.xml"}
rules:
  - name: nato
    keywords: [NATO]
    notify: [hook]
notify:
  hook: {type: webhook, url: "http://127.0.0.1:8099/hook", secret_file: hook}
ops: {notify: [hook]}
`

// TestService installs the package in a system with a real systemd, and does with the
// service what administrators do and what goes wrong. Each point of
// systemd/test/selftest.sh is a subtest.
func TestService(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a container")
	}
	t.Parallel()
	bootAndReport(t, serviceFolder(t, "selftest.sh"))
}

// TestServiceIsKept installs the package and does what keeps a service over the years:
// backups and restores, another machine, new secrets, a second instance. It runs the
// commands of docs/operations.md. Each point of systemd/test/keeping.sh is a subtest.
func TestServiceIsKept(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a container")
	}
	t.Parallel()
	dir := serviceFolder(t, "keeping.sh")
	for section, commands := range sections(t, "../../docs/operations.md") {
		testutil.WriteFile(t, filepath.Join(dir, "follow", section), commands, 0o644)
	}
	bootAndReport(t, dir)
}

// sections returns the commands of a page, which are the lines indented by four blanks, by
// the anchor of their heading.
func sections(t *testing.T, page string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	heading, fenced := "", false
	for l := range strings.Lines(string(text)) {
		switch {
		case strings.HasPrefix(l, "```"):
			fenced = !fenced
		case fenced:
		case strings.HasPrefix(l, "#"):
			heading = strings.ToLower(strings.ReplaceAll(strings.Trim(l, "# \n"), " ", "-"))
		case strings.HasPrefix(l, "    "):
			found[heading] += strings.TrimPrefix(l, "    ")
		}
	}
	return found
}

// TestInstance: watcher@.service is watcher.service with names of its own.
func TestInstance(t *testing.T) {
	one, err := os.ReadFile("../../systemd/watcher.service")
	if err != nil {
		t.Fatal(err)
	}
	instance, err := os.ReadFile("../../systemd/watcher@.service")
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		"with alerting\n", "with alerting (%i)\n",
		"/etc/watcher/watcher.yaml", "/etc/watcher/%i.yaml",
		"StateDirectory=watcher\n", "StateDirectory=watcher-%i\n",
		"RuntimeDirectory=watcher\n", "RuntimeDirectory=watcher-%i\n",
	).Replace(string(one))
	if string(instance) != want {
		t.Errorf("watcher@.service differs in more than its names; it should be\n%s", want)
	}
}

// serviceFolder makes what boot.sh needs to boot a system in which a script of systemd/test
// installs the service.
func serviceFolder(t *testing.T, script string) (dir string) {
	t.Helper()
	needsContainers(t)
	dir = t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	copyFile(t, self, filepath.Join(dir, "bin", "serve-feed"), 0o755)
	copyFile(t, self, filepath.Join(dir, "bin", "ask-all"), 0o755)
	copyFile(t, "../../systemd/test/"+script, filepath.Join(dir, "selftest.sh"), 0o755)
	makeDeb(t, filepath.Join(dir, "packages"))
	testutil.WriteFile(t, filepath.Join(dir, "packages", "watcher.yaml"), bootConfig, 0o644)
	testutil.WriteFile(t, filepath.Join(dir, "packages", "hook"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0o600)
	return dir
}

// needsContainers skips a test if no container can be booted.
func needsContainers(t *testing.T) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root, to boot a container")
	}
	if _, err := exec.LookPath("systemd-nspawn"); err != nil {
		t.Skip("needs systemd-nspawn (Debian package systemd-container)")
	}
}

// booting is held while a system is booted: two of them would share one control group.
var booting sync.Mutex

// bootAndReport boots a system in which DIR/selftest.sh runs, see systemd/test/boot.sh, and
// makes each of its points a subtest.
func bootAndReport(t *testing.T, dir string) {
	t.Helper()
	booting.Lock()
	out, err := exec.Command("../../systemd/test/boot.sh", dir).CombinedOutput()
	booting.Unlock()
	if err != nil {
		t.Logf("boot: %v\n%s", err, out)
	}
	points, ended := readPoints(t, filepath.Join(dir, "out", "selftest.log"))
	if len(points) == 0 && strings.Contains(string(out), "Operation not permitted") {
		t.Skipf("containers cannot be booted here: %s", strings.TrimSpace(string(out)))
	}
	for _, p := range points {
		t.Run(p.name, func(t *testing.T) {
			if p.why != "" {
				t.Error(p.why)
			}
		})
	}
	if !ended {
		t.Error("the test inside the container did not come to its end")
	}
	if t.Failed() {
		journal, _ := os.ReadFile(filepath.Join(dir, "out", "journal.log"))
		t.Logf("journal:\n%s", journal)
	}
}

// TestServiceIsConfined: the unit takes away from the daemon what systemd itself scores.
func TestServiceIsConfined(t *testing.T) {
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("needs systemd-analyze")
	}
	out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=11", "../../systemd/watcher.service").CombinedOutput()
	if err != nil {
		t.Errorf("the exposure level has risen: %v\n%s", err, out)
	}
}

// point is one result of the test inside the container.
type point struct{ name, why string }

func readPoints(t *testing.T, path string) (points []point, ended bool) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if name, ok := strings.CutPrefix(lines.Text(), "ok "); ok {
			points = append(points, point{name: name})
		} else if rest, ok := strings.CutPrefix(lines.Text(), "not ok "); ok {
			name, why, _ := strings.Cut(rest, ": ")
			points = append(points, point{name, why + " "})
		} else if lines.Text() == "done" {
			ended = true
		} else {
			t.Log(lines.Text())
		}
	}
	return points, ended
}

func copyFile(t *testing.T, from, to string, mode os.FileMode) {
	t.Helper()
	src, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	body, err := io.ReadAll(src)
	if err != nil {
		t.Fatal(err)
	}
	testutil.WriteFile(t, to, string(body), mode)
}
