// Command vet is a tool for go vet -vettool: analyzers that neither go vet nor
// staticcheck has, in one binary whose results the build cache keeps.
package main

import (
	"github.com/polyfloyd/go-errorlint/errorlint"
	"go-simpler.org/sloglint"
	"golang.org/x/tools/go/analysis/passes/nilness"
	"golang.org/x/tools/go/analysis/passes/unusedwrite"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() {
	unitchecker.Main(
		// An error that is compared or asserted by its type breaks as soon as
		// somebody wraps it.
		errorlint.NewAnalyzer(),
		// Logs are read by machines: constant messages, keys of one form, no
		// global logger.
		sloglint.New(&sloglint.Options{
			NoGlobalLogger:   "all",
			NoMixedArguments: true,
			StaticMessage:    true,
			MessageStyle:     "lowercased",
			KeyNamingCase:    "snake",
		}),
		nilness.Analyzer,
		unusedwrite.Analyzer,
	)
}
