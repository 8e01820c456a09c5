# Shell functions shared by the scripts; source it after `set -euo pipefail`.
# shellcheck shell=bash

# The checkout's root; the scripts use it.
# shellcheck disable=SC2034
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly root

# One line per argument, on standard error: standard output belongs to the command.
say() { printf '%s\n' "$@" >&2; }

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
    # Without this IPv6 asks for routers on every new device, and the captures show it.
    ip netns exec "$1" sh -c 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6' 2> /dev/null || true
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

# Gives root's build to the owner of the checkout, who can then build without root.
give_back() { [[ $EUID -ne 0 || ! -e $1 ]] || chown --recursive --no-dereference --reference="$root" "$1"; }

# start_stack NAMESPACE [options]: starts tcpstack on tun0 in the namespace, its process id in $stack.
# It has our standard input, for commands. Its session of its own keeps the terminal's Ctrl-C from it: it gets the
# signals that we forward.
start_stack() {
    local namespace=$1
    shift
    setsid ip netns exec "$namespace" "${TCPSTACK_BUILD:-$root/build}/tcpstack" tun0 "$@" <&0 &
    # shellcheck disable=SC2034
    stack=$!
}

stack_is_running() { kill -0 "$stack" 2> /dev/null; }

# The kernel's end is up, so the device is open, and packets wait there for the stack. Also true if the stack has
# ended, so that no caller waits for it.
stack_is_ready_or_gone() {
    [[ -n $(ip -n "$1" -4 -oneline address show dev tun0 up 2> /dev/null) ]] || ! stack_is_running
}

# Waits for the stack's end; its exit code. Signals that interrupt the wait are forwarded by traps.
wait_for_stack() {
    local status=0
    while stack_is_running; do
        status=0
        wait "$stack" || status=$?
    done
    return "$status"
}

# Asks the stack to end (twice, then for good) and removes the namespace: for a trap on EXIT.
stop_stack() {
    if [[ -n ${stack:-} ]]; then
        local signal
        for signal in INT INT KILL; do
            stack_is_running || break
            kill "-$signal" "$stack" 2> /dev/null || true
            wait_until 5 eval '! stack_is_running' || true
        done
        wait "$stack" 2> /dev/null || true
    fi
    remove_namespace "$1"
}

# Parallel compilations: one per core, and 1.5 GB of available memory for each.
jobs_that_fit() {
    local cores available
    cores=$(nproc)
    available=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
    [[ $available -ge 1 ]] || available=1
    echo $((cores < available ? cores : available))
}
