package filewatch

import (
	"os"
	"path/filepath"
	"strings"
)

// maxLinks is how many links the kernel follows on the way to a file (path_resolution(7)).
const maxLinks = 40

// trail returns all that decides what a path leads to: each link on the way to it, and
// in the end the file itself, each by the folder it really is in. Kubernetes, say,
// swaps a link two steps away from a file (file -> ..data/file, ..data -> ..2026_11_29).
// Where a step is not there, it is the last.
func trail(path string) []string {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil // there is no working directory
	}
	var steps []string
	at := string(filepath.Separator)
	rest := strings.Split(strings.TrimPrefix(path, at), at)
	for links := 0; len(rest) > 0; {
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		info, err := os.Lstat(next)
		if err != nil || len(rest) == 0 && info.Mode()&os.ModeSymlink == 0 {
			return append(steps, next)
		}
		if info.Mode()&os.ModeSymlink == 0 {
			at = next
			continue
		}
		steps = append(steps, next)
		to, err := os.Readlink(next)
		if links++; err != nil || links > maxLinks {
			return steps
		}
		if filepath.IsAbs(to) {
			at = string(filepath.Separator)
		}
		rest = append(strings.Split(strings.Trim(filepath.Clean(to), "/"), "/"), rest...)
	}
	return append(steps, at)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
