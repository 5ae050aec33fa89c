#!/bin/sh
# A certificate of the practice bank without the wizard: openssl makes and reads, curl carries.
# Wants CA and LOGIN (addresses), TLS_ROOT and ISSUER_ROOT (PEM files), and numbers.curl with a line `user = "ID:NUMBERS"`.
set -eu

send() { # REQUEST.der OPERATION ANSWER.pem, then how curl shows who it is
    request=$1 operation=$2 answer=$3
    shift 3
    openssl base64 -in "$request" -out request.b64
    curl --silent --show-error --fail-with-body --cacert "$TLS_ROOT" "$@" \
        --header 'Content-Type: application/pkcs10' --data-binary @request.b64 --output answer.b64 "$CA/$operation" ||
        { cat answer.b64; exit 1; }
    openssl base64 -d -in answer.b64 | openssl pkcs7 -inform DER -print_certs -out "$answer"
    openssl verify -purpose sslclient -CAfile "$ISSUER_ROOT" -untrusted "$answer" "$answer"
}

case $1 in
enroll)
    openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=any -outform DER -out request.der 2>/dev/null
    send request.der simpleenroll certificate.pem --config numbers.curl
    ;;
renew)
    openssl x509 -x509toreq -in certificate.pem -signkey key.pem 2>/dev/null | openssl req -outform DER -out request.der
    send request.der simplereenroll renewed.pem --cert certificate.pem --key key.pem
    ;;
login) # CERTIFICATE.pem KEY.pem
    curl --silent --show-error --cacert "$TLS_ROOT" --cert "$2" --key "$3" "$LOGIN"
    ;;
esac
