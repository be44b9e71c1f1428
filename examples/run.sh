#!/usr/bin/env bash
# run.sh [program] [option...]: runs an example with the options given; builds it first, and installs
# what that needs. A program is a folder beside this file, regression by default:
#   run.sh --rows 100          the linear regression
#   run.sh kfold --folds 10    ridge regressions, cross-validated
#   run.sh fashion             a classifier of clothes; installs the pictures too
#   run.sh model FILE.onnx     what a model of ONNX or TensorFlow is; runs, measures and converts it
#   run.sh --help              the options of the regression, after these lines
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
program=regression
if [[ ${1-} =~ ^[a-z_]+$ && -e $here/$1/main.cpp ]]; then
  program=$1
  shift
elif [[ ${1-} == --help ]]; then
  sed -n 's/^# \?//p' "$here/run.sh" | sed 1d
  echo
fi
if [ "$program" = fashion ] && [[ " $*" != *' --data'* && " $*" != *' --help'* ]]; then
  "$here/../third_party/install.sh" --data
fi
build=$("$here/../.ci/build" release "$program")
exec "$build/examples/$program" "$@"
