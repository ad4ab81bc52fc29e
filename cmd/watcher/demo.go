package main

import (
	"errors"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"watcher/internal/cli"
	"watcher/internal/demo"
)

func newDemo(t *cli.Terminal) *cobra.Command {
	length := 12 * time.Second
	cmd := &cobra.Command{
		Use:   "demo [--for 20s]",
		Short: "Watch it work on sample feeds, without a config or an account",
		Long: `The whole program on feeds that it serves itself on the loopback device.
Sample articles appear over some seconds; those that match the rules are
alerted here, and at the end it says why the others were not. Everything is
kept in a temporary folder that is removed at the end.`,
		Args: cli.Exactly(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if length < 3*time.Second || length > time.Hour {
				return &exitError{exitUsage, errors.New("--for takes 3s to 1h")}
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			err := demo.Run(ctx, t, versionString(), length)
			if errors.Is(err, demo.ErrInterrupted) {
				return &exitError{130, err}
			}
			return err
		},
	}
	cmd.Flags().DurationVar(&length, "for", length, "how long articles keep appearing")
	return cmd
}
