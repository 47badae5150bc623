#!/usr/bin/env bash
# The stock engine path, on a machine with internet: a copy of this clone with an empty cache downloads libtensorflow through the package's
# own install script, says so in the doctor's report, and trains. Nothing in this clone or in the user's cache is touched.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet "$root" "$work/clone"
cd "$work/clone"
export XDG_CACHE_HOME="$work/cache" PTYCHOKIT_TENSORFLOW=stock
npm run setup
npx ptychokit doctor --json > "$work/doctor.json"
node -e '
  const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  console.log(JSON.stringify(report.engine ?? report, null, 2));
  if (!JSON.stringify(report).includes("stock")) throw new Error("the engine is not the stock one");
' "$work/doctor.json"
npx ptychokit demo --output-dir "$work/demo" --max-epochs 2
echo "the stock engine works"
