package main

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

func main() {
	target, _ := url.Parse("http://orders:8080")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 2
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport: transport,
	}
	server := http.Server{Addr: ":8080", Handler: proxy, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	_ = server.ListenAndServe()
}
