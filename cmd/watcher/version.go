package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"watcher/internal/cli"

	"github.com/spf13/cobra"
)

// version is set by the linker (-X main.version=…) in a build from a checkout;
// go install leaves it to the module's version.
var version string

// versionString returns the version that users, feeds and targets see.
func versionString() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

// versionLine is what version and --version print.
func versionLine() string {
	return fmt.Sprintf("watcher %s (%s, %s/%s)", versionString(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func newVersion(t *cli.Terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cli.Exactly(),
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(t.Stdout, versionLine())
			return nil
		},
	}
}
