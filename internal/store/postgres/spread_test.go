package postgres

import (
	"fmt"
	"testing"
)

func TestHomesOf(t *testing.T) {
	names := func(prefix string, from, to int) (all []string) {
		for i := from; i < to; i++ {
			all = append(all, fmt.Sprint(prefix, i))
		}
		return all
	}
	crowd := func(machines int, targets []string) (all []candidate) {
		for i := range machines {
			all = append(all, candidate{int64(i + 1), fmt.Sprint("machine ", i), targets})
		}
		return all
	}
	load := func(homes map[string]int64, machine int64) (n int) {
		for _, m := range homes {
			if m == machine {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		what              string
		machines, targets int
	}{
		{"as many as machines", 3, 3},
		{"fewer targets than machines", 30, 7},
		{"a hundred targets on seven machines", 7, 100},
		{"one machine alone", 1, 12},
	} {
		homes := homesOf(crowd(c.machines, names("target ", 0, c.targets)))
		if len(homes) != c.targets {
			t.Errorf("%s: %d of %d targets have a machine", c.what, len(homes), c.targets)
		}
		for m := range c.machines {
			if n, most := load(homes, int64(m+1)), (c.targets+c.machines-1)/c.machines; n > most {
				t.Errorf("%s: machine %d has %d targets, of at most %d", c.what, m, n, most)
			}
		}
	}

	t.Run("few move when a machine goes", func(t *testing.T) {
		targets := names("target ", 0, 200)
		before, after := homesOf(crowd(10, targets)), homesOf(crowd(9, targets))
		moved := 0
		for _, x := range targets {
			if before[x] != after[x] {
				moved++
			}
		}
		if moved > 60 {
			t.Errorf("%d of 200 targets move when one machine of ten goes", moved)
		}
	})
	t.Run("a target goes to a machine that has it, however many that one has", func(t *testing.T) {
		all := crowd(2, names("both ", 0, 2))
		all[1].targets = append(all[1].targets, names("only ", 0, 9)...)
		homes := homesOf(all)
		if n := load(homes, 2); n < 9 || len(homes) != 11 {
			t.Errorf("of 11 targets %d have a machine, and the one that alone has 9 of them got %d", len(homes), n)
		}
	})
	if homes := homesOf(nil); len(homes) != 0 {
		t.Errorf("without machines: %v", homes)
	}
}
