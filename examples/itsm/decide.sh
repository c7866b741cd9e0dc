#!/bin/sh
# Decides on a change in the name of whoever the AWS credentials are: what a ticket system does when its approval
# is given. Needs curl 7.75 or later.
#
#   decide.sh approve CHG-req-1f0c9a52 CAPSULE "approved as CHG0030042"
set -eu
decision=$1 change=$2 capsule=$3 reason=$4
: "${AWS_REGION:?}" "${AWS_ACCESS_KEY_ID:?}" "${AWS_SECRET_ACCESS_KEY:?}" "${BATON_DOOR:?the decisionsUrl in the SSM parameter /baton/config}"

# Backslashes and quotes of a reason must not end the JSON it stands in.
quoted=$(printf '%s' "$reason" | tr '\n' ' ' | sed 's/\\/\\\\/g; s/"/\\"/g')

curl --silent --show-error --fail-with-body \
  --aws-sigv4 "aws:amz:$AWS_REGION:lambda" \
  --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
  ${AWS_SESSION_TOKEN:+--header "x-amz-security-token: $AWS_SESSION_TOKEN"} \
  --header 'content-type: application/json' \
  --data "{\"capsuleHash\":\"$capsule\",\"reason\":\"$quoted\"}" \
  "${BATON_DOOR%/}/changes/$change/$decision"
