package main

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"
	"google.golang.org/grpc/status"

	"example.com/zipfire/go-target/kvv1"
)

const maxInterval = time.Minute

// grpcService is the store over gRPC.
type grpcService struct {
	kvv1.UnimplementedKVServer
	cfg config
	kv  *store
}

func newGRPCServer(cfg config, kv *store, b behaviour, m *metrics) (*grpc.Server, *health.Server) {
	options := []grpc.ServerOption{
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionIdle:     cfg.idleTimeout,
			MaxConnectionAge:      cfg.maxConnectionAge,
			MaxConnectionAgeGrace: cfg.maxConnectionAgeGrace,
		}),
		grpc.UnaryInterceptor(unaryInterceptor(b, m)),
		grpc.StreamInterceptor(streamInterceptor(b, m)),
		// A value, and what frames it.
		grpc.MaxRecvMsgSize(maxValueBytes + 2*maxKeyBytes),
	}
	if cfg.permitPings > 0 {
		options = append(options, grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
			MinTime: cfg.permitPings, PermitWithoutStream: true,
		}))
	}
	if cfg.maxConcurrentStreams > 0 {
		options = append(options, grpc.MaxConcurrentStreams(uint32(cfg.maxConcurrentStreams)))
	}
	server := grpc.NewServer(options...)
	kvv1.RegisterKVServer(server, &grpcService{cfg: cfg, kv: kv})
	checks := health.NewServer()
	checks.SetServingStatus(kvv1.KV_ServiceDesc.ServiceName, healthpb.HealthCheckResponse_SERVING)
	healthpb.RegisterHealthServer(server, checks)
	reflection.Register(server)
	return server, checks
}

func (s *grpcService) Get(_ context.Context, r *kvv1.GetRequest) (*kvv1.GetResponse, error) {
	if err := checkKey(r.GetKey()); err != nil {
		return nil, err
	}
	e, ok := s.find(r.GetKey())
	if !ok {
		return nil, status.Error(codes.NotFound, "no such key")
	}
	return &kvv1.GetResponse{Value: e.value, Etag: e.etag}, nil
}

func (s *grpcService) Put(_ context.Context, r *kvv1.PutRequest) (*kvv1.PutResponse, error) {
	if err := checkKey(r.GetKey()); err != nil {
		return nil, err
	}
	ttl := r.GetTtlMs()
	if ttl < 0 || ttl > maxTTL.Milliseconds() {
		return nil, status.Errorf(codes.InvalidArgument, "ttl_ms is 0 for ever, or at most %d (30 days)", maxTTL.Milliseconds())
	}
	if len(r.GetValue()) > maxValueBytes {
		return nil, status.Errorf(codes.ResourceExhausted, "the value is larger than %d bytes", maxValueBytes)
	}
	etag, created, err := s.kv.put(r.GetKey(), r.GetValue(), time.Duration(ttl)*time.Millisecond)
	if err != nil {
		return nil, status.Error(codes.ResourceExhausted, err.Error())
	}
	return &kvv1.PutResponse{Created: created, Etag: etag}, nil
}

func (s *grpcService) Delete(_ context.Context, r *kvv1.DeleteRequest) (*kvv1.DeleteResponse, error) {
	if err := checkKey(r.GetKey()); err != nil {
		return nil, err
	}
	existed := s.kv.delete(r.GetKey())
	if !existed && !s.cfg.generates() {
		return nil, status.Error(codes.NotFound, "no such key")
	}
	return &kvv1.DeleteResponse{Existed: existed}, nil
}

func (s *grpcService) Watch(r *kvv1.WatchRequest, stream grpc.ServerStreamingServer[kvv1.WatchResponse]) error {
	if err := checkKey(r.GetKey()); err != nil {
		return err
	}
	interval := time.Duration(r.GetIntervalMs()) * time.Millisecond
	if r.GetCount() < 0 || interval < 0 || interval > maxInterval {
		return status.Errorf(codes.InvalidArgument, "count is 0 or more, and interval_ms 0 to %d", maxInterval.Milliseconds())
	}
	last := r.GetCount()
	if last == 0 {
		last = math.MaxInt64
	}
	for number := int64(1); ; number++ {
		e, ok := s.find(r.GetKey())
		response := &kvv1.WatchResponse{Number: number, Exists: ok, Value: e.value, Etag: e.etag}
		if err := stream.Send(response); err != nil || number == last {
			return err
		}
		if interval == 0 {
			continue
		}
		select {
		case <-time.After(interval):
		case <-stream.Context().Done():
			return status.FromContextError(stream.Context().Err()).Err()
		}
	}
}

func (s *grpcService) BatchPut(stream grpc.ClientStreamingServer[kvv1.PutRequest, kvv1.BatchPutResponse]) error {
	done := &kvv1.BatchPutResponse{}
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(done)
		}
		if err != nil {
			return err
		}
		if _, err := s.Put(stream.Context(), request); err != nil {
			failed := status.Convert(err)
			return status.Errorf(failed.Code(), "request %d: %s", done.GetWritten()+1, failed.Message())
		}
		done.Written++
		done.Bytes += int64(len(request.GetValue()))
	}
}

func (s *grpcService) Sync(stream grpc.BidiStreamingServer[kvv1.SyncRequest, kvv1.SyncResponse]) error {
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(s.sync(stream.Context(), request)); err != nil {
			return err
		}
	}
}

func (s *grpcService) sync(ctx context.Context, request *kvv1.SyncRequest) *kvv1.SyncResponse {
	var err error
	switch operation := request.GetOperation().(type) {
	case *kvv1.SyncRequest_Get:
		var response *kvv1.GetResponse
		if response, err = s.Get(ctx, operation.Get); err == nil {
			return &kvv1.SyncResponse{Result: &kvv1.SyncResponse_Get{Get: response}}
		}
	case *kvv1.SyncRequest_Put:
		var response *kvv1.PutResponse
		if response, err = s.Put(ctx, operation.Put); err == nil {
			return &kvv1.SyncResponse{Result: &kvv1.SyncResponse_Put{Put: response}}
		}
	case *kvv1.SyncRequest_Delete:
		var response *kvv1.DeleteResponse
		if response, err = s.Delete(ctx, operation.Delete); err == nil {
			return &kvv1.SyncResponse{Result: &kvv1.SyncResponse_Delete{Delete: response}}
		}
	default:
		err = status.Error(codes.InvalidArgument, "the request has no operation")
	}
	failed := status.Convert(err)
	return &kvv1.SyncResponse{Result: &kvv1.SyncResponse_Failure{
		Failure: &kvv1.Failure{Code: int32(failed.Code()), Message: failed.Message()},
	}}
}

// find gives what is stored, or what is made up for a key that nobody wrote.
func (s *grpcService) find(key string) (entry, bool) {
	e, ok := s.kv.get(key)
	if ok || !s.cfg.generates() {
		return e, ok
	}
	return entry{value: generated(key, s.cfg.valueBytes), etag: generatedTag(s.cfg.valueBytes)}, true
}

func checkKey(key string) error {
	if key == "" || len(key) > maxKeyBytes {
		return status.Errorf(codes.InvalidArgument, "key is 1 to %d bytes", maxKeyBytes)
	}
	return nil
}

// isControl tells the methods that show the service itself, which are neither slowed down nor made to work.
func isControl(fullMethod string) bool { return strings.HasPrefix(fullMethod, "/grpc.") }

func unaryInterceptor(b behaviour, m *metrics) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if isControl(info.FullMethod) {
			return handle(ctx, request)
		}
		count := m.countCall(info.FullMethod)
		count.received.Inc()
		response, err := any(nil), status.FromContextError(b.spend(ctx)).Err()
		if err == nil {
			response, err = handle(ctx, request)
		}
		if err == nil {
			count.sent.Inc()
		}
		count.ended(err)
		return response, err
	}
}

func streamInterceptor(b behaviour, m *metrics) grpc.StreamServerInterceptor {
	return func(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
		if isControl(info.FullMethod) {
			return handle(service, stream)
		}
		count := m.countCall(info.FullMethod)
		err := status.FromContextError(b.spend(stream.Context())).Err()
		if err == nil {
			err = handle(service, &countedStream{ServerStream: stream, count: count})
		}
		count.ended(err)
		return err
	}
}

// countedStream counts the messages of a stream.
type countedStream struct {
	grpc.ServerStream
	count callCount
}

func (s *countedStream) SendMsg(message any) error {
	err := s.ServerStream.SendMsg(message)
	if err == nil {
		s.count.sent.Inc()
	}
	return err
}

func (s *countedStream) RecvMsg(message any) error {
	err := s.ServerStream.RecvMsg(message)
	if err == nil {
		s.count.received.Inc()
	}
	return err
}
