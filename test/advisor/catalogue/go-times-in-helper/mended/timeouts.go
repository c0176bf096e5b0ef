package main

import (
	"net/http"
	"time"
)

func setTimeouts(server *http.Server) {
	server.WriteTimeout = 30 * time.Second
	server.ReadHeaderTimeout = 5 * time.Second
	server.IdleTimeout = 75 * time.Second
}
