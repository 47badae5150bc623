#!/usr/bin/env bash
# A Slurm cluster of two nodes on this machine's loopback, for tests: needs slurm-wlm and munge, and root.
#   cluster.sh start <folder>       prints the SLURM_CONF to use; everything it writes is in the folder
#   cluster.sh kill-node <folder> <node>   ends the daemon of a node and everything that runs there, as a power cut would
#   cluster.sh stop <folder>        ends every process it started and removes the folder
set -euo pipefail

usage() { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
command=$1
folder=$(realpath -m "$2")

free_port() { node -e "const s=require('node:net').createServer().listen(0,'127.0.0.1',()=>{console.log(s.address().port);s.close()})"; }

wait_for() { # <seconds> <command...>
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}

write_config() {
  local host; host=$(hostname)
  cat > "$folder/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/munge.socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
SlurmctldTimeout=5
SlurmdTimeout=10
KillWait=5
MinJobAge=300
SchedulerParameters=sched_interval=2,batch_sched_delay=1
SlurmctldPort=$(free_port)
SlurmctldPidFile=$folder/slurmctld.pid
SlurmctldLogFile=$folder/slurmctld.log
StateSaveLocation=$folder/state
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmdLogFile=$folder/slurmd-%n.log
SlurmdSpoolDir=$folder/spool-%n
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$(free_port) CPUs=1 RealMemory=1000
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$(free_port) CPUs=1 RealMemory=1000
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
}

start_munge() {
  mkdir -p "$folder/munge"
  chmod 755 "$folder" "$folder/munge"
  head -c 128 /dev/urandom > "$folder/munge/munge.key"
  chown -R munge: "$folder/munge"
  chmod 600 "$folder/munge/munge.key"
  runuser -u munge -- munged --force --socket="$folder/munge/munge.socket" --key-file="$folder/munge/munge.key" \
    --pid-file="$folder/munge/munged.pid" --log-file="$folder/munge/munged.log" --seed-file="$folder/munge/munged.seed"
}

start() {
  for program in munged slurmctld slurmd sbatch; do
    command -v $program > /dev/null || { echo "cluster.sh: $program is not installed (apt-get install slurm-wlm munge)" >&2; exit 3; }
  done
  [ "$(id -u)" = 0 ] || { echo 'cluster.sh: daemons of a cluster need root' >&2; exit 3; }
  mkdir -p "$folder/state"
  start_munge
  write_config
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -c
  slurmd -N n1
  slurmd -N n2
  two_idle() { [ "$(sinfo --noheader --Node --format=%T | grep -c idle)" = 2 ]; }
  wait_for 30 two_idle || { echo 'cluster.sh: the nodes do not come up:' >&2; tail -n 20 "$folder"/*.log >&2; stop; exit 1; }
  echo "$SLURM_CONF"
}

pid_of() { cat "$1" 2>/dev/null || true; }

# Processes of job steps on a node: they carry its name, and this cluster's configuration, in their environment.
steps_of() { # <node>
  { grep -lzx "SLURMD_NODENAME=$1" /proc/[0-9]*/environ | xargs -r grep -lzx "SLURM_CONF=$folder/slurm.conf"; } 2>/dev/null | cut -d/ -f3
}

kill_node() { # <node>
  local pid parent
  pid=$(pid_of "$folder/slurmd-$1.pid")
  [ -n "$pid" ] && kill -9 "$pid" 2>/dev/null || true
  for pid in $(steps_of "$1"); do
    parent=$(ps -o ppid= -p "$pid" | tr -d ' ' || true)
    [ -n "$parent" ] && [ "$(ps -o comm= -p "$parent" 2>/dev/null)" = slurmstepd ] && kill -9 "$parent" 2>/dev/null || true
    kill -9 "$pid" 2>/dev/null || true
  done
}

stop() {
  local file pid
  export SLURM_CONF=$folder/slurm.conf
  [ -e "$SLURM_CONF" ] || { rm -rf "$folder"; return; }
  scancel --user="$(id -un)" 2>/dev/null || true
  kill_node n1
  kill_node n2
  for file in "$folder"/slurmctld.pid "$folder"/munge/munged.pid; do
    pid=$(pid_of "$file")
    [ -n "$pid" ] || continue
    kill "$pid" 2>/dev/null || true
    wait_for 5 test ! -d "/proc/$pid" || kill -9 "$pid" 2>/dev/null || true
  done
  rm -rf "$folder"
}

case $command in
  start) start ;;
  stop) stop ;;
  kill-node) [ $# = 3 ] || usage; kill_node "$3" ;;
  *) usage ;;
esac
