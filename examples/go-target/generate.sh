#!/bin/sh
# Writes kvv1/ anew from ../proto/kv.proto, and ../proto/kv.protoset with it. Needs protoc (Debian's
# protobuf-compiler) and the two plugins:
#
#   go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12
#   go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2
set -eu
cd "$(dirname "$0")"
PATH=$(go env GOPATH)/bin:$PATH
module=example.com/zipfire/go-target
for plugin in go go-grpc; do
  set -- "$@" "--${plugin}_out=." "--${plugin}_opt=module=$module" "--${plugin}_opt=Mkv.proto=$module/kvv1"
done
mkdir -p kvv1
protoc -I ../proto "$@" kv.proto
(cd ../proto && protoc --descriptor_set_out=kv.protoset kv.proto)
