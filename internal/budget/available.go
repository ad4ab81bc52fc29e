package budget

import (
	"bytes"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
)

// Most is the largest default size of a budget.
const Most = 512 << 20

// Default is the size of a budget without a setting: half of Available, and Most at
// most.
func Default() int64 { return min(Available()/2, Most) }

// Available is how much memory the process may use: the limit of its cgroup (v1 or v2,
// with those above it), or the memory of the machine. If neither is known it is enough
// for Most.
func Available() int64 {
	machine, _ := os.ReadFile("/proc/meminfo")
	groups, _ := os.ReadFile("/proc/self/cgroup")
	return min(total(string(machine)), allowed("/sys/fs/cgroup", string(groups)))
}

// total returns the machine's memory from the text of /proc/meminfo.
func total(meminfo string) int64 {
	for line := range strings.Lines(meminfo) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
			if kB, err := strconv.ParseInt(f[1], 10, 64); err == nil && kB > 0 {
				return kB << 10
			}
		}
	}
	return 2 * Most
}

// allowed returns the lowest limit of the groups in the text of /proc/self/cgroup,
// below root (cgroups(7)). In a container its own group is the root.
func allowed(root, groups string) int64 {
	least := int64(math.MaxInt64)
	for line := range strings.Lines(groups) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, _ := strings.Cut(rest, ":")
		dir, file := root, "memory.max"
		switch {
		case controllers == "memory":
			dir, file = path.Join(root, "memory"), "memory.limit_in_bytes"
		case controllers != "":
			continue
		}
		for at := path.Clean("/" + group); ; at = path.Dir(at) {
			if b, err := os.ReadFile(path.Join(dir, at, file)); err == nil {
				if n, err := strconv.ParseInt(string(bytes.TrimSpace(b)), 10, 64); err == nil && n > 0 {
					least = min(least, n) // "max" is not a number
				}
			}
			if at == "/" {
				break
			}
		}
	}
	return least
}
