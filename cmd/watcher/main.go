// Command watcher polls feeds, recognises what is new, matches it against rules
// and tells the right people once.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	_ "time/tzdata" // for machines and containers that have no time zones of their own

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/config"
)

func main() { os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// Exit codes that scripts rely on.
const (
	exitFailed = 1
	exitUsage  = 2  // and, for try, any error, as grep has it
	exitConfig = 78 // EX_CONFIG of sysexits.h: systemd must not restart on it
)

// exitError ends the program with a code. With a nil err the message has been printed.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// run is the program: arguments and streams in, exit code out.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := newRoot(cli.NewTerminal(stdin, stdout, stderr))
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return 0
	}
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.err != nil {
			fmt.Fprintln(stderr, cli.FoldText(cli.Clean(message(exit.err)), cli.Columns(stderr)))
		}
		return exit.code
	}
	fmt.Fprintf(stderr, "watcher: %s\nRun '%s --help' for its usage.\n", cli.Clean(strings.TrimSpace(err.Error())), cmd.CommandPath())
	return exitUsage
}

// newRoot makes the command tree. The RunE of a subcommand returns exitErrors; all
// other errors are about usage.
func newRoot(t *cli.Terminal) *cobra.Command {
	root := &cobra.Command{
		Use:   "watcher",
		Short: "Watch feeds and be told, once, of what matters",
		Long: `watcher polls feeds, recognises what is new, matches it against rules and
tells the right people once.

  watcher demo                    see it work, without a config or an account
  watcher check watcher.yaml      is this config right?
  watcher run watcher.yaml        watch
  watcher help rules              how a rule is written`,
		Version:           versionString(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(t.Stderr)
			_ = cmd.Help() // writes to stderr; nothing can be done if that fails
			return &exitError{code: exitUsage}
		},
	}
	root.SetOut(t.Stdout)
	root.SetErr(t.Stderr)
	root.AddCommand(
		newDemo(t), newCheck(t), newRun(t), newOnce(t), newTry(t), newInspect(t), newEntity(t), newFeeds(t), newStatus(t),
		newAlerts(t), newMute(t), newSendTest(t), newReload(t), newBackup(t), newCompact(t), newMigrate(t), newImport(t), newExport(t), newSchema(t),
		newCompletion(t), newMan(), newVersion(t), rulesTopic(),
	)
	root.SetVersionTemplate(versionLine() + "\n")
	wrapExitErrors(root)
	return root
}

// wrapExitErrors makes the commands below cmd return exitErrors.
func wrapExitErrors(cmd *cobra.Command) {
	for _, cmd := range cmd.Commands() {
		cmd.DisableFlagsInUseLine = true
		if act := cmd.RunE; act != nil {
			cmd.RunE = func(cmd *cobra.Command, args []string) error { return asExit(act(cmd, args)) }
		}
		wrapExitErrors(cmd)
	}
}

// asExit makes an exitError of the error of a command.
func asExit(err error) error {
	var exit *exitError
	if err == nil || errors.As(err, &exit) {
		return err
	}
	if _, ok := errors.AsType[config.Mistakes](err); ok {
		return &exitError{exitConfig, err}
	}
	return &exitError{exitFailed, err}
}

// configPlaces are the default paths of a config.
var configPlaces = []string{"watcher.yaml", "/etc/watcher/watcher.yaml"}

// configFlag adds -c to a command.
func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "config", "c", "", "config file (default ./watcher.yaml, then /etc/watcher/watcher.yaml)")
	// An error would mean that the flag does not exist.
	_ = cmd.MarkFlagFilename("config", "yaml", "yml", "json")
}

// configFlagBelow adds -c to a command and to those below it.
func configFlagBelow(cmd *cobra.Command, path *string) {
	configFlag(cmd, path)
	cmd.PersistentFlags().AddFlag(cmd.Flags().Lookup("config"))
}

// oneConfig accepts a config as an argument or with -c.
func oneConfig(path *string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) > 1 || len(args) == 1 && *path != "":
			return errors.New("it takes one config")
		case len(args) == 1:
			*path = args[0]
		}
		return nil
	}
}

// findConfig returns the path of the config: the named one, or the first default that
// exists.
func findConfig(named string) (string, error) {
	if named != "" {
		return named, nil
	}
	for _, place := range configPlaces {
		if _, err := os.Stat(place); err == nil {
			return place, nil
		}
	}
	return "", fmt.Errorf("no config: name one with -c, or write %s or %s", configPlaces[0], configPlaces[1])
}

// loadConfig finds and reads the config. Its errors end the program with 78.
func loadConfig(named string) (path string, cfg *config.Config, err error) {
	return readConfig(named, config.Load)
}

func readConfig(named string, read func(string) (*config.Config, error)) (path string, cfg *config.Config, err error) {
	path, err = findConfig(named)
	if err == nil {
		cfg, err = read(path)
	}
	if err != nil {
		return path, nil, &exitError{exitConfig, err}
	}
	return path, cfg, nil
}

// message words an error for a person. A config's mistakes begin with their place, for
// editors, and not with the program's name.
func message(err error) string {
	if _, ok := errors.AsType[config.Mistakes](err); ok {
		return err.Error()
	}
	return "watcher: " + err.Error()
}
