package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// unpacked returns a folder with Debian packages and everything that they need, unpacked.
func unpacked(t *testing.T, packages ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, name := range packages {
		unpackDebs(t, fetchDebs(t, name), root)
	}
	return root
}

// unpackDebs unpacks the Debian packages in a folder into root.
func unpackDebs(t *testing.T, debs, root string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(debs, "*.deb"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no packages in %s: %v", debs, err)
	}
	for _, f := range files {
		tell(t, exec.Command("dpkg-deb", "-x", f, root))
	}
}

// tell runs a command, and fails the test with its output if it fails.
func tell(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd.Args, err, out)
	}
}

// touch gives a file the time of the simulated day, so that two builds within a second have
// different times.
func touch(t *testing.T, path string, now time.Time) {
	t.Helper()
	if err := os.Chtimes(path, now, now); err != nil {
		t.Fatal(err)
	}
}

// freshFolder empties a folder, and returns it.
func freshFolder(t *testing.T, dir string) string {
	t.Helper()
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// laidOver returns a command that sees the files of root laid over those of the machine, in
// a mount namespace of its own.
func laidOver(root string, command ...string) *exec.Cmd {
	const lay = `for dir in /usr /etc /var/lib; do
		[ ! -d "$0$dir" ] || mount -t overlay overlay -o "lowerdir=$0$dir:$dir" "$dir" || exit
	done
	exec "$@"`
	return exec.Command("unshare", append([]string{"-m", "sh", "-c", lay, root}, command...)...)
}
