package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"watcher/internal/config"
)

// configPlaces is where a config is looked for when none is named.
var configPlaces = []string{"watcher.yaml", "/etc/watcher/watcher.yaml"}

// configFlag adds -c to a command.
func configFlag(cmd *cobra.Command, path *string) {
	cmd.Flags().StringVarP(path, "config", "c", "", "config file (default ./watcher.yaml, then /etc/watcher/watcher.yaml)")
	// An error would mean that the flag does not exist.
	_ = cmd.MarkFlagFilename("config", "yaml", "yml", "json")
}

// configFlagBelow adds it to a command and to those below it.
func configFlagBelow(cmd *cobra.Command, path *string) {
	configFlag(cmd, path)
	cmd.PersistentFlags().AddFlag(cmd.Flags().Lookup("config"))
}

// oneConfig lets a command take its config with or without -c.
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

// findConfig returns the path of the config: the one that was named, or the
// first that exists.
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

// message words an error for a person. A config's mistakes begin with their
// place, as editors want it, and not with the program's name.
func message(err error) string {
	if _, ok := errors.AsType[config.Errors](err); ok {
		return err.Error()
	}
	return "watcher: " + err.Error()
}
