#!/bin/sh
# Takes a certificate through the old pages with programs that know nothing of this bank.
#   webform_by_hand.sh START_ADDRESS ROOT.pem FOLDER < numbers
# One line each: 契約者ID, 利用者ID, 利用者暗証番号, 利用者確認暗証番号. Leaves key.pem and chain.pem in FOLDER.
set -eu
start=$1 root=$2
cd "$3"
read -r contract
read -r user
read -r password
read -r confirmation

ask() { curl -sS --fail --cacert "$root" --cookie jar --cookie-jar jar --output page.sjis "$@"; iconv -f CP932 -t UTF-8 page.sjis > page; }
hidden() { sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" page; }

openssl req -new -newkey rsa:2048 -nodes -keyout key.pem -subj /CN=somebody -outform DER -out request.der 2> openssl.log
openssl base64 -e -in request.der | sed 's/$/\r/' > request.txt
printf '電子証明書取得' | iconv -f UTF-8 -t CP932 > button.txt
printf '%s' "$contract" > contract.txt
printf '%s' "$password" > password.txt
printf '%s' "$confirmation" > confirmation.txt

ask "$start"
ask "${start%%/client/*}/cgi-bin/userEnroll.exe" \
    --data "session=$(hidden session)&page_id=$(hidden page_id)&b_c=$(hidden b_c)&c_e=$(hidden c_e)&a_u=$(hidden a_u)" \
    --data-urlencode keiyakusha@contract.txt --data "riyousha=$user" \
    --data-urlencode ansho@password.txt --data-urlencode kakunin@confirmation.txt \
    --data-urlencode public_key@request.txt --data-urlencode btn@button.txt
rm password.txt confirmation.txt
ask "${start%%/client/*}/cgi-bin/sophialite.exe" \
    --data "session=$(hidden session)&page_id=$(hidden page_id)&b_c=$(hidden b_c)&c_e=$(hidden c_e)&a_u=$(hidden a_u)"
grep -q 電子証明書のインストールが完了しました page
{ echo '-----BEGIN PKCS7-----'; sed -n '/^installCert(/,/);$/s/[^"]*"\([^"]*\)".*/\1/p' page; echo '-----END PKCS7-----'; } > answer.p7
openssl pkcs7 -in answer.p7 -print_certs -out chain.pem
