#!/bin/sh
# Pins images and GitHub actions by digest. A tag can be moved to other content, a digest cannot.
# Dependabot updates digests afterwards, see dependabot.yml. Needs docker and git, and the network.
set -eu
cd "$(dirname "$0")/.."

# replace OLD NEW FILE...: replace OLD at the end of lines.
replace() {
    old=$1 new=$2
    shift 2
    for file in "$@"; do
        sed -i.unpinned "s|$old\$|$new|" "$file"
        rm "$file.unpinned"
    done
}

sed -n -e 's/^FROM \([^ @]*\)$/\1/p' -e 's/^ *image: \([^ @]*\)$/\1/p' Dockerfile compose.yaml | while read -r image; do
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    case $digest in sha256:*) ;; *) echo "$image: no digest" >&2 && exit 1 ;; esac
    replace "$image" "$image@$digest" Dockerfile compose.yaml
    echo "$image@$digest"
done

sed -n 's/^.*uses: \([^ @]*@v[0-9.]*\)$/\1/p' .github/workflows/*.yml | sort -u | while read -r use; do
    action=${use%@*} tag=${use#*@}
    repository=$(echo "$action" | cut -d/ -f1,2)
    # The last line is the commit of an annotated tag.
    commit=$(git ls-remote "https://github.com/$repository" "refs/tags/$tag" "refs/tags/$tag^{}" | tail -n 1 | cut -f1)
    test -n "$commit" || { echo "$use: there is no such tag" >&2 && exit 1; }
    replace "$use" "$action@$commit # $tag" .github/workflows/*.yml
    echo "$action@$commit # $tag"
done
