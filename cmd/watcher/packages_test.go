package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestPackages makes the packages of this machine's architecture, looks at what is in
// them, and installs them in a booted system: systemd/test/packages.sh.
func TestPackages(t *testing.T) {
	if testing.Short() {
		t.Skip("makes packages and boots a container")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "packages"), 0o755); err != nil {
		t.Fatal(err)
	}
	makePackages(t, "1.0.0", filepath.Join(dir, "packages", "old"))
	makePackages(t, "1.0.1", filepath.Join(dir, "packages", "new"))
	t.Run("contents of the deb", func(t *testing.T) {
		out := output(t, "dpkg-deb", "--contents", filepath.Join(dir, "packages", "new.deb"))
		wantContents(t, out)
	})
	t.Run("contents of the rpm", func(t *testing.T) {
		out := output(t, "rpm", "-qp", "--qf", `[%{FILEMODES:perms} %{FILEUSERNAME}/%{FILEGROUPNAME} %{FILENAMES}\n]`, filepath.Join(dir, "packages", "new.rpm"))
		wantContents(t, out)
	})
	t.Run("lintian", func(t *testing.T) {
		output(t, "lintian", "--allow-root", "--fail-on", "error,warning", filepath.Join(dir, "packages", "new.deb"))
	})
	t.Run("installed", func(t *testing.T) {
		needsContainers(t)
		copyFile(t, "../../systemd/test/packages.sh", filepath.Join(dir, "selftest.sh"), 0o755)
		bootAndReport(t, dir)
	})
}

// makePackages makes the packages of a version, as path.deb and path.rpm.
func makePackages(t *testing.T, version, path string) {
	t.Helper()
	cmd := exec.Command("../../packaging/build", runtime.GOARCH, "deb", "rpm")
	cmd.Env = append(os.Environ(), "VERSION="+version, "OUT="+t.TempDir())
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if regexp.MustCompile("dial tcp|module lookup disabled|no such host").MatchString(stderr.String()) {
		t.Skipf("needs modules that cannot be had without network: %s", stderr.String())
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, stderr.String())
	}
	for made := range strings.Lines(string(out)) {
		made = strings.TrimSpace(made)
		if err := os.Rename(made, path+filepath.Ext(made)); err != nil {
			t.Fatal(err)
		}
	}
}

// wantContents demands what every package has, and that nothing in it is anybody's but
// root's, or can be written by others. A line is "mode owner/group … path".
func wantContents(t *testing.T, lines string) {
	for _, want := range []string{
		`-rwxr-xr-x root/root .*/usr/bin/watcher`,
		`-rw-r--r-- root/root .*/usr/lib/systemd/system/watcher\.service`,
		`-rw-r--r-- root/root .*/usr/lib/sysusers\.d/watcher\.conf`,
		`-rw-r--r-- root/root .*/etc/watcher/watcher\.yaml`,
		`drwx------ root/root .*/etc/watcher/secrets/?`,
		`-rw-r--r-- root/root .*/usr/share/man/man1/watcher-send-test\.1\.gz`,
		`-rw-r--r-- root/root .*/usr/share/man/man7/watcher-rules\.7\.gz`,
		`-rw-r--r-- root/root .*/usr/share/bash-completion/completions/watcher`,
		`-rw-r--r-- root/root .*/usr/share/zsh/.*/_watcher`,
		`-rw-r--r-- root/root .*/usr/share/doc/watcher/third-party\.txt\.gz`,
		`-rw-r--r-- root/root .*/usr/share/(doc/watcher/copyright|licenses/watcher/LICENSE)`,
	} {
		if !regexp.MustCompile("(?m)^" + want + "$").MatchString(lines) {
			t.Errorf("no line is %s in\n%s", want, lines)
		}
	}
	for l := range strings.Lines(lines) {
		if !regexp.MustCompile(`^[-dl][r-][w-][x-][r-]-[x-][r-]-[x-] +root/root `).MatchString(l) {
			t.Errorf("is not root's alone: %s", l)
		}
	}
}

// output runs a program that this machine may lack, and returns what it prints.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("needs %s", name)
	}
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return string(out)
}
