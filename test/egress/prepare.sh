#!/bin/sh
# A network in which this machine is everybody: every address of the internet and of every private network ends at lo,
# so that a listener on all addresses hears each connection that anybody opens, wherever it is meant to go.
# Run in new network and mount namespaces. Arguments: a folder with resolv.conf and hosts, then what to run.
set -e
folder=$1
shift
ip link set lo up
# An address of this machine, as a server has one.
ip addr add 45.33.32.156/32 dev lo
ip route add local default dev lo table local
ip -6 route add local default dev lo table local
# 9.9.9.9 is behind a firewall that drops: packets leave through v0 for a neighbour who is not there.
ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
ip route add 9.9.9.9/32 dev v0 src 45.33.32.156 table 50
ip neigh add 9.9.9.9 lladdr 02:00:00:00:00:09 dev v0
ip rule add pref 5 to 9.9.9.9 lookup 50
ip rule add pref 10 lookup local
ip rule del pref 0
mount --bind "$folder/resolv.conf" /etc/resolv.conf
mount --bind "$folder/hosts" /etc/hosts
echo prepared >&2
exec "$@"
