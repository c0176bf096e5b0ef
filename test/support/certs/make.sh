#!/bin/sh
# Makes the certificates of the driver tests. They are committed, so tests need no openssl; run this again
# only to change them. Keys are for loopback tests alone and protect nothing.
#
#   ca               signs server and client
#   server           zipfire.test, localhost, 127.0.0.1, ::1
#   client           for servers that ask for a certificate
#   stranger         another authority, which signed none of these
#   stranger-server  the same names as server, signed by the stranger
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# `openssl ca`, because it alone takes a start date: a machine whose clock is behind must run the tests too.
: > index.txt
cat > ca.cnf <<'CONFIG'
[ca]
default_ca = test
[test]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = names
[names]
commonName = supplied
CONFIG

# name, common name, extensions, and how it is signed: options of `openssl ca`
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1-key.pem" -out "$1.csr"
  printf '%s\n' "$3" > "$1.ext"
  name=$1
  shift 3
  openssl ca -batch -notext -config ca.cnf -startdate 20200101000000Z -enddate 21200101000000Z \
    -in "$name.csr" -extfile "$name.ext" -out "$name.pem" "$@"
}

authority='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash'
server='basicConstraints=CA:FALSE
extendedKeyUsage=serverAuth
subjectAltName=DNS:zipfire.test,DNS:localhost,IP:127.0.0.1,IP:::1'
client='basicConstraints=CA:FALSE
extendedKeyUsage=clientAuth'

certificate ca 'zipfire test authority' "$authority" -selfsign -keyfile ca-key.pem
certificate stranger 'zipfire test stranger' "$authority" -selfsign -keyfile stranger-key.pem
certificate server zipfire.test "$server" -cert ca.pem -keyfile ca-key.pem
certificate client 'zipfire test client' "$client" -cert ca.pem -keyfile ca-key.pem
certificate stranger-server zipfire.test "$server" -cert stranger.pem -keyfile stranger-key.pem

# The authorities' keys are not kept: nothing more is to be signed.
chmod 644 ./*.pem
mv ca.pem stranger.pem server.pem server-key.pem client.pem client-key.pem \
  stranger-server.pem stranger-server-key.pem "$here"
