package main

import (
	"log"
	"net/http"
)

func main() {
	server := newServer()
	setTimeouts(server)
	log.Fatal(server.ListenAndServe())
}

func newServer() *http.Server {
	return &http.Server{Addr: ":8080"}
}
