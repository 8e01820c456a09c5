# Shell functions shared by the scripts; source it after `set -euo pipefail`.
# shellcheck shell=bash

# The checkout's root; the scripts use it.
# shellcheck disable=SC2034
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly root

# What people see goes to standard error, so that standard output belongs to the command.
say() { printf '%s\n' "$*" >&2; }

# die "what went wrong" ["what to do about it"]
die() {
    printf '%s: %s\n' "$(basename "$0")" "$1" >&2
    [[ $# -lt 2 ]] || printf '  %s\n' "$2" >&2
    exit 1
}

# usage_error "what was wrong with the command line"
usage_error() {
    printf '%s: %s (see %s --help)\n' "$(basename "$0")" "$1" "$0" >&2
    exit 2
}

# The comment at the head of a script is its help text: from line 2 to the first line without '#'.
show_help() { sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"; }

need_root() {
    [[ $EUID -eq 0 ]] || die "network namespaces and TUN devices need root" "try: sudo $0${*:+ $*}"
}

need_tun() {
    [[ -c /dev/net/tun ]] || die "there is no /dev/net/tun" \
        "try: sudo modprobe tun (in a container: start it with --device /dev/net/tun --cap-add NET_ADMIN)"
}

namespace_exists() { [[ -e /run/netns/$1 ]]; }

make_namespace() {
    ip netns add "$1" || die "cannot create the network namespace $1" \
        "in a container, start it with --privileged or --cap-add SYS_ADMIN --cap-add NET_ADMIN"
    ip -n "$1" link set lo up
}

# Removes the namespace and with it every device in it.
remove_namespace() { ! namespace_exists "$1" || ip netns delete "$1"; }

# wait_until SECONDS COMMAND...: polls until the command succeeds; 1 when the time is over.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [[ $SECONDS -lt $deadline ]] || return 1
        sleep 0.05
    done
}

# What root has built belongs to the owner of the checkout, who may go on without root.
give_back() { [[ $EUID -ne 0 || ! -e $1 ]] || chown --recursive --no-dereference --reference="$root" "$1"; }

# Parallel compilations: one per core, and 1.5 GB of available memory for each.
jobs_that_fit() {
    local cores available
    cores=$(nproc)
    available=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
    [[ $available -ge 1 ]] || available=1
    echo $((cores < available ? cores : available))
}
