package main

import (
	"context"
	"log"
	"net/http"
	"time"
)

// http.Server{} in a comment is none.
func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	srv := &http.Server{
		Addr:              ":8080",
		Handler:           mux,
		ReadTimeout:  10 * time.Second,
		WriteTimeout: 30 * time.Second,
		IdleTimeout:  75 * time.Second,
	}
	go func() {
		<-stop()
		_ = srv.Shutdown(context.Background())
	}()
	log.Fatal(srv.ListenAndServe())
}
