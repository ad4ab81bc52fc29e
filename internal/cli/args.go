package cli

import (
	"cmp"
	"fmt"
	"strings"
	"watcher/internal/suggest"

	"github.com/spf13/cobra"
)

// Exactly demands one argument for each of names.
func Exactly(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < len(names) {
			return fmt.Errorf("%s is missing", names[len(args)])
		}
		return AtMost(names...)(cmd, args)
	}
}

// AtMost is Exactly, except that arguments may be missing.
func AtMost(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= len(names) {
			return nil
		}
		more := args[len(names)]
		if strings.HasSuffix(more, ".yaml") && cmd.Flags().Lookup("config") != nil { // as for run and check
			return fmt.Errorf("one argument too many: %q (a config is named with -c)", more)
		}
		return fmt.Errorf("one argument too many: %q (it takes %s)", more, cmp.Or(strings.Join(names, " "), "none"))
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

// Unknown says that no feed, rule or target has a name, and suggests a similar one.
func Unknown(kind, name string, names []string) error {
	for _, n := range names {
		if len(name) > 2 && strings.Contains(strings.ToLower(n), strings.ToLower(name)) {
			return fmt.Errorf("no %s is called %q, did you mean %s?", kind, name, n)
		}
	}
	return fmt.Errorf("no %s is called %q%s", kind, name, suggest.For(name, names))
}
