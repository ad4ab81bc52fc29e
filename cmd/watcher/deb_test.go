package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"watcher/internal/testutil"
)

// makeDeb makes DIR/watcher.deb, a Debian package of the program under test. It has what
// packaging/nfpm.yaml lists except manual pages and completions, and is made in a moment;
// TestPackages tests the package that is published.
func makeDeb(t *testing.T, dir string) {
	t.Helper()
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("needs dpkg")
	}
	var description struct {
		Contents []struct {
			Src, Dst, Type, Packager string
			Info                     struct{ Mode os.FileMode } `yaml:"file_info"`
		}
		Overrides struct {
			Deb struct{ Scripts map[string]string }
		}
	}
	text, err := os.ReadFile("../../packaging/nfpm.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, &description); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	sources := func(name string) string {
		if name == "watcher" {
			return buildWatcher(t)
		}
		for _, folder := range []string{"../../systemd", "../../packaging"} {
			if info, err := os.Stat(filepath.Join(folder, name)); err == nil && info.Mode().IsRegular() {
				return filepath.Join(folder, name)
			}
		}
		return ""
	}
	var configs strings.Builder
	for _, c := range description.Contents {
		dst := filepath.Join(root, c.Dst)
		if c.Type == "dir" {
			if err := os.MkdirAll(dst, c.Info.Mode); err != nil {
				t.Fatal(err)
			}
			continue
		}
		from := sources(c.Src)
		if from == "" || c.Packager == "rpm" {
			continue
		}
		copyFile(t, from, dst, c.Info.Mode)
		if strings.HasPrefix(c.Type, "config") {
			fmt.Fprintln(&configs, c.Dst)
		}
	}
	testutil.WriteFile(t, filepath.Join(root, "DEBIAN/conffiles"), configs.String(), 0o644)
	testutil.WriteFile(t, filepath.Join(root, "DEBIAN/control"), fmt.Sprintf("Package: watcher\nVersion: 1.0\nArchitecture: %s\nMaintainer: nobody <nobody@example.org>\nDescription: under test\n", runtime.GOARCH), 0o644)
	for script, debian := range map[string]string{"postinstall": "postinst", "preremove": "prerm", "postremove": "postrm"} {
		copyFile(t, filepath.Join("../../packaging", description.Overrides.Deb.Scripts[script]), filepath.Join(root, "DEBIAN", debian), 0o755)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	output(t, "dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", root, filepath.Join(dir, "watcher.deb"))
}
