package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"watcher/internal/config"
	"watcher/internal/feeds"
)

func newImport(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE.opml",
		Short: "Print the feeds of another reader's list as entries for a config",
		Long: `Reads an OPML list, as every feed reader exports it, and prints its feeds as
entries to put below feeds: in a config; folders and categories become tags. "-"
reads from stdin. To keep the list in its file instead, write
feeds: [{opml: FILE.opml}].`,
		Example: "  watcher import subscriptions.opml\n  (echo feeds:; watcher import subscriptions.opml) > watcher.yaml",
		Args:    exactly("FILE.opml"),
		RunE: func(_ *cobra.Command, args []string) error {
			data, err := readList(t, args[0])
			if err != nil {
				return err
			}
			sources, warnings, err := feeds.ParseOPML(data)
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			for _, w := range warnings {
				fmt.Fprintln(t.stderr, "warning: "+line(w))
			}
			if len(sources) == 0 {
				return fmt.Errorf("%s: there is no feed in the list", args[0])
			}
			if err := writeEntries(t, sources); err != nil {
				return err
			}
			fmt.Fprintf(t.stderr, "%s; they go below feeds: in the config\n", count(len(sources), "feed"))
			return nil
		},
	}
}

// readList reads an OPML file, or stdin.
func readList(t *terminal, name string) ([]byte, error) {
	if name != "-" {
		return config.ReadOPML(name)
	}
	data, err := io.ReadAll(io.LimitReader(t.stdin, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("the list is larger than %d MiB", maxFile>>20)
	}
	return data, nil
}

// writeEntries writes one entry of a config's feeds a line.
func writeEntries(t *terminal, sources []feeds.Source) error {
	w := bufio.NewWriter(t.stdout)
	for _, s := range sources {
		address := s.URL
		if u, err := url.Parse(address); err == nil && u.User != nil {
			u.User = nil
			address = u.String()
			fmt.Fprintf(t.stderr, "warning: %s had a user and password in its address; write username and password_file\n", line(feeds.Shown(s.ID)))
		}
		fmt.Fprint(w, "- {")
		if name := feeds.Shown(s.ID); name != address {
			fmt.Fprintf(w, "name: %s, ", quoted(name))
		}
		fmt.Fprintf(w, "url: %s", quoted(address))
		for i, tag := range s.Tags {
			sep := ", tags: ["
			if i > 0 {
				sep = ", "
			}
			fmt.Fprint(w, sep+quoted(tag))
		}
		if len(s.Tags) > 0 {
			fmt.Fprint(w, "]")
		}
		fmt.Fprintln(w, "}")
	}
	return w.Flush()
}

// quoted is text as a value of a config, which a strange one cannot leave: in
// double quotes as JSON has them, as those are YAML's too, and with ${ kept from
// being a variable.
func quoted(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(strings.ReplaceAll(text, "${", "$${")) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

func newExport(t *terminal) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "export [-c FILE]",
		Short: "Print the feeds of a config as an OPML list for other readers",
		Long: `Prints the feeds of a config, those of its own lists included, as OPML, with tags
as categories. User names, passwords, tokens and headers are left out; a secret
in an address (?token=…) becomes ***, and a warning names the feed.`,
		Example: "  watcher export > feeds.opml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			asked, err := askIfUnread(cmd.Context(), t, path)
			if err != nil {
				return err
			}
			sources, err := asked.Sources(cmd.Context())
			if err != nil {
				return err
			}
			for _, f := range sources {
				if feeds.Shown(f.URL) != f.URL {
					fmt.Fprintf(t.stderr, "warning: the address of %s has a secret in it, which is left out: %s\n", line(f.ID), line(feeds.Shown(f.URL)))
				}
			}
			return feeds.WriteOPML(t.stdout, "watcher", sources)
		},
	}
	configFlag(cmd, &path)
	return cmd
}

func newSchema(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the config, for editors",
		Long: `Prints the JSON Schema of the config. An editor with a YAML language server then
completes its keys and underlines mistakes, where the first line of the config is

  # yaml-language-server: $schema=watcher.schema.json`,
		Example: "  watcher schema > watcher.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := config.Schema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(t.stdout, "%s\n", text)
			return err
		},
	}
}
