package main

import (
	"log/slog"

	_ "go.uber.org/automaxprocs"
)

func main() {
	slog.Info("starting")
	run()
}
