package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// exactly demands one argument for each of names.
func exactly(names ...string) cobra.PositionalArgs {
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

// atLeastOne demands an argument.
func atLeastOne(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return fmt.Errorf("%s is missing", name)
		}
		return nil
	}
}
