package main

import (
	"net/http"
	"time"
)

func setTimeouts(server *http.Server) {
	server.WriteTimeout = 30 * time.Second
}
