package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"watcher/internal/testutil"
)

var packages = flag.Bool("packages", false, "make all packages and a release twice, and install them")

// TestPackages makes the packages and the release for this machine's architecture, checks
// their contents, and installs them in a booted system: systemd/test/packages.sh.
func TestPackages(t *testing.T) {
	if !*packages {
		t.Skip("takes minutes: make packages runs it")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "packages"), 0o755); err != nil {
		t.Fatal(err)
	}
	release := t.TempDir()
	makeAll(t, "1.0.1", release, "release")
	older := t.TempDir()
	makeAll(t, "1.0.0", older, "build", runtime.GOARCH, "deb", "rpm")
	for _, kind := range []string{".deb", ".rpm"} {
		copyFile(t, filepath.Join(older, "watcher_1.0.0_"+runtime.GOARCH+kind), filepath.Join(dir, "packages", "old"+kind), 0o644)
		copyFile(t, filepath.Join(release, "watcher_1.0.1_"+runtime.GOARCH+kind), filepath.Join(dir, "packages", "new"+kind), 0o644)
	}
	t.Run("made again it is the same", func(t *testing.T) {
		again := t.TempDir()
		makeAll(t, "1.0.1", again, "release")
		sums := output(t, "cat", filepath.Join(release, "SHA256SUMS"))
		if strings.Count(sums, "\n") != 5 { // archive, SBOM, deb, rpm, image
			t.Errorf("there are not five files:\n%s", sums)
		}
		if diff := cmp.Diff(sums, output(t, "cat", filepath.Join(again, "SHA256SUMS"))); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("the image", func(t *testing.T) {
		runImage(t, filepath.Join(release, "watcher_1.0.1_linux_"+runtime.GOARCH+".oci.tar"))
	})
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

// makeAll runs a program of packaging, which puts what it makes of a version into out.
func makeAll(t *testing.T, version, out, program string, args ...string) {
	t.Helper()
	cmd := exec.Command("../../packaging/"+program, args...)
	cmd.Env = append(os.Environ(), "VERSION="+version, "OUT="+out, "TARGETS=linux/"+runtime.GOARCH)
	said, err := cmd.CombinedOutput()
	if regexp.MustCompile("dial tcp|module lookup disabled|no such host").Match(said) {
		t.Skipf("needs modules that cannot be had without network: %s", said)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, said)
	}
}

// runImage has other programs than ours read the image and run it.
func runImage(t *testing.T, image string) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to run a container")
	}
	dir := t.TempDir()
	layout := filepath.Join(dir, "oci")
	if err := os.Mkdir(layout, 0o755); err != nil {
		t.Fatal(err)
	}
	output(t, "tar", "-C", layout, "-xf", image)
	bundle := filepath.Join(dir, "bundle")
	output(t, "umoci", "unpack", "--image", layout+":1.0.1", bundle)
	// umoci mounts an empty file system over a volume, where docker copies the folder of
	// the image, with its owner.
	settings := filepath.Join(bundle, "config.json")
	text := output(t, "cat", settings)
	text = regexp.MustCompile(`(?s)\{\s*"destination": "/data",.*?\]\s*\},?`).ReplaceAllString(text, "")
	text = regexp.MustCompile(`,(\s*\])`).ReplaceAllString(text, "$1")
	testutil.WriteFile(t, settings, strings.Replace(text, `"terminal": true`, `"terminal": false`, 1), 0o644)

	name := fmt.Sprintf("watcher-test-%d", os.Getpid())
	if _, err := exec.LookPath("runc"); err != nil {
		t.Skip("needs runc")
	}
	var said strings.Builder
	cmd := exec.Command("runc", "run", "--bundle", bundle, name)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	defer exec.Command("runc", "delete", "--force", name).Run()
	deadline := time.After(patience)
	for exec.Command("runc", "exec", name, "watcher", "status", "--alive").Run() != nil {
		select {
		case err := <-ended:
			if strings.Contains(said.String(), "operation not permitted") {
				t.Skipf("containers cannot be run here: %s", said.String())
			}
			t.Fatalf("it ended: %v\n%s", err, said.String())
		case <-deadline:
			exec.Command("runc", "delete", "--force", name).Run()
			t.Fatalf("its health check does not succeed: %v\n%s", <-ended, said.String())
		case <-pause():
		}
	}
	output(t, "runc", "kill", name, "TERM")
	if err := <-ended; err != nil {
		t.Errorf("it does not end well: %v\n%s", err, said.String())
	}
}

// wantContents checks that a package has what every package has, and that everything in it
// belongs to root and nobody else can write it. A line is "mode owner/group … path".
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
