package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"watcher/internal/cli"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// newMan is for packagers, so help does not list it.
func newMan() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the manual pages into a folder",
		Long:   "Writes a manual page for each command into a folder, and one for the rule\nlanguage. They are dated by SOURCE_DATE_EPOCH, where it is set.",
		Args:   cli.Exactly("DIR"),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			root := cmd.Root()
			root.DisableAutoGenTag = true // the date is in the footer
			asMarkdown(root)
			header := doc.GenManHeader{Section: "1", Source: "watcher " + versionString(), Manual: "watcher"}
			if err := doc.GenManTree(root, &header, args[0]); err != nil {
				return err
			}
			return writeRulesPage(root, header, args[0])
		},
	}
}

// writeRulesPage writes the page of the help topic, which cobra's tree leaves out.
func writeRulesPage(root *cobra.Command, header doc.GenManHeader, dir string) error {
	topic, _, err := root.Find([]string{"rules"})
	if err != nil {
		return err
	}
	header.Section = "7"
	var page bytes.Buffer
	if err := doc.GenMan(topic, &header, &page); err != nil {
		return err
	}
	// cobra assumes that all pages are of the same section.
	text := bytes.ReplaceAll(page.Bytes(), []byte("watcher(7)"), []byte("watcher(1)"))
	return os.WriteFile(filepath.Join(dir, "watcher-rules.7"), text, 0o644)
}

// asMarkdown converts the texts of cmd and the commands below it to Markdown, which
// cobra expects: indented lines stay, everything else is escaped.
func asMarkdown(cmd *cobra.Command) {
	cmd.Long = markdown(cmd.Long)
	for _, c := range cmd.Commands() {
		asMarkdown(c)
	}
}

var markdownSpecials = strings.NewReplacer(
	`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", `\<`, "#", `\#`,
)

func markdown(text string) string {
	var b strings.Builder
	code := false
	for l := range strings.Lines(text) {
		indented := strings.HasPrefix(l, "  ")
		if indented && !code {
			b.WriteByte('\n') // code needs an empty line before it
		}
		if blank := strings.TrimSpace(l) == ""; !blank {
			code = indented
		}
		if indented {
			b.WriteString("    " + strings.TrimPrefix(l, "  "))
		} else {
			b.WriteString(markdownSpecials.Replace(l))
		}
	}
	return b.String()
}
