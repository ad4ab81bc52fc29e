package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Unpack unpacks a package of Debian, and those that it needs and the machine lacks, below
// dir. Nothing is installed.
func Unpack(name, dir string) (root string, err error) {
	top, err := checkout()
	if err != nil {
		return "", err
	}
	out, err := exec.Command(filepath.Join(top, ".ci", "debs"), name).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("it cannot be downloaded: %w: %s", err, bytes.TrimSpace(out))
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	debs, err := filepath.Glob(filepath.Join(lines[len(lines)-1], "*.deb"))
	if err != nil || len(debs) == 0 {
		return "", errors.Join(fmt.Errorf("there are no packages in %s", lines[len(lines)-1]), err)
	}
	root = filepath.Join(dir, name)
	for _, deb := range debs {
		if out, err := exec.Command("dpkg-deb", "-x", deb, root).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w: %s", deb, err, out)
		}
	}
	return root, nil
}

// Libraries is the path of the libraries of an unpacked package.
func Libraries(root string) string {
	all, _ := filepath.Glob(filepath.Join(root, "usr/lib/*-linux-gnu*"))
	return strings.Join(append(all, filepath.Join(root, "lib"), filepath.Join(root, "usr/lib")), ":")
}

// checkout is the folder that has .ci.
func checkout() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		} else if dir == filepath.Dir(dir) {
			break
		}
	}
	return "", errors.Join(errors.New("the checkout is not found"), err)
}
