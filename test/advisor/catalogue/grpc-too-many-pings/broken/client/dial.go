package client

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

func Dial(target string) (*grpc.ClientConn, error) {
	return grpc.NewClient(target, grpc.WithKeepaliveParams(keepalive.ClientParameters{
		Time:    20 * time.Second,
		Timeout: 5 * time.Second,
	}))
}
