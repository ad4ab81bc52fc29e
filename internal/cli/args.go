package cli

import (
	"fmt"
	"strings"
	"watcher/internal/suggest"

	"github.com/spf13/cobra"
)

// Exactly demands one argument for each of names.
func Exactly(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return fmt.Errorf("%s is missing", names[len(args)])
		case len(args) > len(names):
			return fmt.Errorf("one argument too many: %q (it takes %s)", args[len(names)], strings.Join(names, " "))
		}
		return nil
	}
}

// AtLeastOne demands an argument.
func AtLeastOne(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s is missing", name)
		}
		return nil
	}
}

// Unknown says that there is no feed, rule or target of a name, and which was
// probably meant.
func Unknown(kind, name string, names []string) error {
	for _, n := range names {
		if len(name) > 2 && strings.Contains(strings.ToLower(n), strings.ToLower(name)) {
			return fmt.Errorf("no %s is called %q, did you mean %s?", kind, name, n)
		}
	}
	return fmt.Errorf("no %s is called %q%s", kind, name, suggest.For(name, names))
}
