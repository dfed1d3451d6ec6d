# What tells that an installed program works: it reviews a repository made of the sample that its package brings.
# To be sourced; `work` is a folder to write into.

# sample FOLDER REPOSITORY: the repository, from the sample's folder: a commit of its base, and one of its head.
sample() {
  git init --quiet --initial-branch=main "$2"
  for side in base head; do
    git -C "$2" rm -r --quiet --ignore-unmatch .
    cp -R "$1/$side/." "$2/"
    git -C "$2" add --all
    git -C "$2" -c user.name=Ada -c user.email=ada@example.com -c commit.gpgsign=false commit --quiet --message "$side"
  done
}

# reviewed REPOSITORY PROGRAM...: the program reviews that change, and fails as it should.
reviewed() {
  code=0
  timeout --kill-after=10 120 "${@:2}" diff --repo "$1" --base HEAD~1 > "$work/review" || code=$?
  if [ "$code" != 1 ] || ! grep --quiet worker.tf "$work/review"; then
    echo "wheel: the review of the sample ended with $code instead of 1, or does not name worker.tf:" >&2
    cat "$work/review" >&2
    exit 1
  fi
}

bounded() { timeout --kill-after=10 "$@" || { echo "wheel: failed or took longer than $1 s: ${*:2}" >&2; exit 1; }; }
at_most() { [ "$2" -le "$3" ] || { echo "wheel: $1: $2 $4, and at most $3 are allowed" >&2; exit 1; }; echo "wheel: $1: $2 $4 (at most $3)"; }
