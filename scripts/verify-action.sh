#!/usr/bin/env bash
# The step of action.yml: interlend verify with what the action's inputs say, its reports, and its outcome as output.
# Exit code: that of the command. Secrets (INTERLEND_DESK_TOKEN, INTERLEND_KEY_PASSPHRASE, INTERLEND_ACCOUNT_PASSWORD) reach it
# by environment, never as an argument.
set -uo pipefail

reports=${INTERLEND_REPORTS:-interlend-reports}
arguments=(
  "--system=${INTERLEND_SYSTEM:-}"
  "--role=${INTERLEND_ROLE:-both}"
  "--target=${INTERLEND_TARGET:-}"
  "--json=$reports/verify.json"
  "--junit=$reports/verify.xml"
  "--html=$reports/verify.html"
)
# What is not said is left to the command.
for name in listen transport profile ca cert key client-ca server-name desk own partner only wait; do
  variable=INTERLEND_${name^^}
  variable=${variable//-/_}
  [[ -z ${!variable:-} ]] || arguments+=("--$name=${!variable}")
done
# A line each; blanks around it and the CR of a text from elsewhere do not count.
while IFS= read -r line || [[ -n $line ]]; do
  line=${line#"${line%%[![:space:]]*}"}
  line=${line%"${line##*[![:space:]]}"}
  [[ -z $line ]] || arguments+=("--value=$line")
done <<<"${INTERLEND_VALUES:-}"

mkdir -p "$reports"
node "$(dirname "$0")/run.js" --caller-directory apps/cli main.js verify "${arguments[@]}" | tee "$reports/verify.txt"
code=${PIPESTATUS[0]}
case $code in
  0) outcome='conformant' ;;
  1) outcome='not conformant' ;;
  *) outcome='could not run' ;;
esac

{
  echo "outcome=$outcome"
  echo "reports=$reports"
} >>"${GITHUB_OUTPUT:-/dev/null}"
{
  echo "### Interlend verify: $outcome"
  echo '```text'
  tail -n 60 "$reports/verify.txt"
  echo '```'
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
exit "$code"
