package budget

import (
	"os"
	"path/filepath"
	"testing"
)

// TestAvailable reads limits as the kernel writes them.
func TestAvailable(t *testing.T) {
	tests := []struct {
		name, groups string
		files        map[string]string
		want         int64
	}{
		{"version 2, the group around it is the tighter one", "0::/system.slice/watcher.service\n",
			map[string]string{"system.slice/memory.max": "268435456\n", "system.slice/watcher.service/memory.max": "1073741824\n"}, 256 << 20},
		{"version 2 in a container", "0::/\n", map[string]string{"memory.max": "536870912\n"}, 512 << 20},
		{"version 2 without a limit", "0::/a\n", map[string]string{"a/memory.max": "max\n"}, 1<<63 - 1},
		{"version 1", "5:cpu:/b\n4:memory:/a\n0::/\n",
			map[string]string{"memory/a/memory.limit_in_bytes": "268435456\n", "memory/memory.limit_in_bytes": "9223372036854771712\n"}, 256 << 20},
		{"no groups", "", nil, 1<<63 - 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := t.TempDir()
			for name, text := range test.files {
				at := filepath.Join(root, name)
				if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if got := allowed(root, test.groups); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
	if got := total("MemTotal:       24683520 kB\nMemFree: 1 kB\n"); got != 24683520<<10 {
		t.Errorf("of a machine: %d", got)
	}
}
