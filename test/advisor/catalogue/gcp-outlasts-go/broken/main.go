package main

import (
	"net/http"
	"time"
)

const idleTimeout = 2 * time.Minute

func main() {
	server := &http.Server{
		Addr:              ":8080",
		Handler:           routes(),
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       idleTimeout,
	}
	if err := server.ListenAndServe(); err != nil {
		panic(err)
	}
}
