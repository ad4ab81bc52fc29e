package main

import (
	"github.com/spf13/cobra"

	"watcher/internal/cli"
)

func newCompletion(t *cli.Terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script for bash, zsh, fish or powershell",
		Example: `  watcher completion bash > /etc/bash_completion.d/watcher
  watcher completion zsh  > "${fpath[1]}/_watcher"
  watcher completion fish > ~/.config/fish/completions/watcher.fish`,
		Args:      cobra.MatchAll(cli.Exactly("SHELL"), cobra.OnlyValidArgs),
		ValidArgs: []string{"bash", "zsh", "fish", "powershell"},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(t.Stdout, true)
			case "zsh":
				return root.GenZshCompletion(t.Stdout)
			case "fish":
				return root.GenFishCompletion(t.Stdout, true)
			default:
				return root.GenPowerShellCompletionWithDesc(t.Stdout)
			}
		},
	}
}
