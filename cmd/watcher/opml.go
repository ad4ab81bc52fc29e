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

	"watcher/internal/cli"
	"watcher/internal/config"
	"watcher/internal/feeds"
	"watcher/internal/feeds/parse"
	"watcher/internal/text"
)

func newImport(t *cli.Terminal) *cobra.Command {
	var into string
	indent := 2
	cmd := &cobra.Command{
		Use:   "import FILE.opml [--into CONFIG]",
		Short: "Print the feeds of another reader's list as entries for a config",
		Long: `Reads an OPML list, as every feed reader exports it, and prints its feeds as
entries to put below feeds: in a config; folders and categories become tags. "-"
reads from stdin. With --into they are put there, behind the feeds that it has and
indented as those are; what is there already stays as it is. To keep the list in
its file instead, write feeds: [{opml: FILE.opml}].`,
		Example: "  watcher import subscriptions.opml --into watcher.yaml\n  (echo feeds:; watcher import subscriptions.opml) > watcher.yaml",
		Args:    cli.Exactly("FILE.opml"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if indent < 0 || indent > maxIndent || into != "" && cmd.Flags().Changed("indent") {
				return &exitError{exitUsage, fmt.Errorf("--indent is from 0 to %d, and goes without --into, which indents as the config does", maxIndent)}
			}
			sources, err := importList(t, args[0])
			if err != nil {
				return err
			}
			if into != "" {
				return importInto(t, into, sources)
			}
			w := bufio.NewWriter(t.Stdout)
			for _, s := range sources {
				fmt.Fprintln(w, strings.Repeat(" ", indent)+feedEntry(s))
			}
			if err := w.Flush(); err != nil {
				return err
			}
			fmt.Fprintf(t.Stderr, "%s; they go below feeds: in the config\n", cli.Count(len(sources), "feed"))
			return nil
		},
	}
	cmd.Flags().StringVar(&into, "into", "", "put the entries into this config")
	cmd.Flags().IntVar(&indent, "indent", indent, "spaces before each entry")
	_ = cmd.MarkFlagFilename("into", "yaml", "yml")
	return cmd
}

// maxIndent is more than anybody indents.
const maxIndent = 16

// importList reads the feeds of an OPML list, without users and passwords in addresses.
func importList(t *cli.Terminal, name string) ([]feeds.Source, error) {
	data, err := readList(t, name)
	if err != nil {
		return nil, err
	}
	sources, warnings, err := parse.ParseOPML(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, w := range warnings {
		fmt.Fprintln(t.Stderr, "warning: "+cli.Line(w))
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("%s: there is no feed in the list", name)
	}
	for i := range sources {
		s := &sources[i]
		if u, err := url.Parse(s.URL); err == nil && u.User != nil {
			u.User = nil
			s.URL = u.String()
			fmt.Fprintf(t.Stderr, "warning: %s had a user and password in its address; write username and password_file\n", cli.Line(feeds.Shown(s.ID)))
		}
	}
	return sources, nil
}

// importInto adds the feeds that a config does not have yet.
func importInto(t *cli.Terminal, path string, sources []feeds.Source) error {
	list, err := config.ReadFeedList(path)
	if err != nil {
		return &exitError{exitConfig, err}
	}
	var lines []string
	for _, s := range sources {
		switch name := feeds.Shown(s.ID); {
		case list.HasURL(s.URL):
			fmt.Fprintf(t.Stderr, "%s is there already\n", cli.Line(name))
			continue
		case list.HasName(name):
			fmt.Fprintf(t.Stderr, "warning: another feed is called %s; this one is called by its address: %s\n", cli.Line(name), cli.Line(feeds.Shown(s.URL)))
			s.ID = s.URL
		}
		lines = append(lines, feedEntry(s))
	}
	if len(lines) > 0 {
		if err := list.Add(lines); err != nil {
			return &exitError{exitConfig, err}
		}
	}
	fmt.Fprintf(t.Stderr, "%s more in %s\n", cli.Count(len(lines), "feed"), cli.Line(path))
	return nil
}

// readList reads an OPML file, or stdin.
func readList(t *cli.Terminal, name string) ([]byte, error) {
	if name != "-" {
		return config.ReadOPML(name)
	}
	data, err := io.ReadAll(io.LimitReader(t.Stdin, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("the list is larger than %d MiB", maxFile>>20)
	}
	return data, nil
}

// feedEntry formats a feed as a one-line entry of feeds.
func feedEntry(s feeds.Source) string {
	var b strings.Builder
	b.WriteString("- {")
	if name := feeds.Shown(s.ID); name != s.URL {
		fmt.Fprintf(&b, "name: %s, ", quoted(name))
	}
	fmt.Fprintf(&b, "url: %s", quoted(s.URL))
	for i, tag := range s.Tags {
		sep := ", tags: ["
		if i > 0 {
			sep = ", "
		}
		b.WriteString(sep + quoted(tag))
	}
	if len(s.Tags) > 0 {
		b.WriteString("]")
	}
	return b.String() + "}"
}

// quoted formats a text as a value of a config, which no text can break out of: in
// JSON's double quotes, which are YAML's too, with ${ escaped so that it is not a
// variable, and with an escape for each invisible character.
func quoted(value string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(strings.ReplaceAll(value, "${", "$${")) // a string always encodes
	return strings.TrimSuffix(string(text.Escape(b.Bytes(), text.Backslash)), "\n")
}

func newExport(t *cli.Terminal) *cobra.Command {
	var path string
	cmd := &cobra.Command{
		Use:   "export [-c FILE]",
		Short: "Print the feeds of a config as an OPML list for other readers",
		Long: `Prints the feeds of a config, those of its own lists included, as OPML, with tags
as categories. User names, passwords, tokens and headers are left out; a secret
in an address (?token=…) becomes ***, and a warning names the feed.`,
		Example: "  watcher export > feeds.opml",
		Args:    cli.Exactly(),
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
					fmt.Fprintf(t.Stderr, "warning: the address of %s has a secret in it, which is left out: %s\n", cli.Line(f.ID), cli.Line(feeds.Shown(f.URL)))
				}
			}
			return parse.WriteOPML(t.Stdout, "watcher", sources)
		},
	}
	configFlag(cmd, &path)
	return cmd
}

func newSchema(t *cli.Terminal) *cobra.Command {
	var included bool
	cmd := &cobra.Command{
		Use:   "schema [--included]",
		Short: "Print the JSON Schema of the config, for editors",
		Long: `Prints the JSON Schema of the config. An editor with a YAML language server then
completes its keys and underlines mistakes, where the first line of the config is

  # yaml-language-server: $schema=watcher.schema.json

With --included it is that of a file with lists and rules that the config includes.`,
		Example: "  watcher schema > watcher.schema.json",
		Args:    cli.Exactly(),
		RunE: func(*cobra.Command, []string) error {
			schema := config.Schema
			if included {
				schema = config.IncludedSchema
			}
			text, err := schema()
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(t.Stdout, "%s\n", text)
			return err
		},
	}
	cmd.Flags().BoolVar(&included, "included", false, "of a file that the config includes")
	return cmd
}
