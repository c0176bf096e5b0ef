package main

import (
	"log/slog"
)

func main() {
	slog.Info("starting")
	run()
}
