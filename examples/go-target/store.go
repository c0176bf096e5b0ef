package main

import (
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxKeyBytes   = 1024
	maxValueBytes = 1 << 20
	maxTTL        = 30 * 24 * time.Hour
	shards        = 64
)

var errFull = errors.New("the store is full")

type entry struct {
	value []byte
	etag  string
	// Zero for never.
	expires time.Time
}

func (e entry) expired() bool { return !e.expires.IsZero() && time.Now().After(e.expires) }

// store holds values by their keys, in shards so that writers of different keys rarely meet.
type store struct {
	seed     maphash.Seed
	shards   [shards]shard
	maxKeys  int64
	keys     atomic.Int64
	versions atomic.Uint64
	epoch    int64
}

type shard struct {
	mu      sync.RWMutex
	entries map[string]entry
}

func newStore(maxKeys int) *store {
	s := &store{seed: maphash.MakeSeed(), maxKeys: int64(maxKeys), epoch: time.Now().UnixMilli()}
	for i := range s.shards {
		s.shards[i].entries = make(map[string]entry)
	}
	return s
}

func (s *store) shardOf(key string) *shard {
	return &s.shards[maphash.String(s.seed, key)%shards]
}

func (s *store) get(key string) (entry, bool) {
	h := s.shardOf(key)
	h.mu.RLock()
	e, ok := h.entries[key]
	h.mu.RUnlock()
	if ok && e.expired() {
		s.delete(key)
		return entry{}, false
	}
	return e, ok
}

// put keeps value, which must not be changed afterwards. A ttl of 0 is for ever.
func (s *store) put(key string, value []byte, ttl time.Duration) (etag string, created bool, err error) {
	h := s.shardOf(key)
	h.mu.Lock()
	defer h.mu.Unlock()
	old, ok := h.entries[key]
	if !ok && s.keys.Add(1) > s.maxKeys {
		s.keys.Add(-1)
		return "", false, errFull
	}
	e := entry{value: value, etag: fmt.Sprintf("\"%x-%x\"", s.epoch, s.versions.Add(1))}
	if ttl > 0 {
		e.expires = time.Now().Add(ttl)
	}
	h.entries[key] = e
	return e.etag, !ok || old.expired(), nil
}

// delete tells whether there was something to delete.
func (s *store) delete(key string) bool {
	h := s.shardOf(key)
	h.mu.Lock()
	defer h.mu.Unlock()
	e, ok := h.entries[key]
	if !ok {
		return false
	}
	delete(h.entries, key)
	s.keys.Add(-1)
	return !e.expired()
}

// generated is the value of a key that nobody wrote: the key and a space, over and over, cut to size bytes.
func generated(key string, size int) []byte {
	return []byte(strings.Repeat(key+" ", size/(len(key)+1)+1)[:size])
}
