#!/usr/bin/env bash
# A Slurm cluster of two nodes on this machine's loopback, for tests: needs slurm-wlm and munge, runs as root or as anybody else.
#   cluster.sh start <folder>              prints the SLURM_CONF to use; everything it writes is in the folder, which must not exist
#   cluster.sh kill-node <folder> <node>   ends the daemon of a node and everything that runs there, as a power cut would
#   cluster.sh stop <folder>               ends every process of the cluster and removes the folder
# Another cluster, or another munged, on the same machine is left alone: sockets, ports and files are the cluster's own.
set -euo pipefail

usage() { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 2 ] || usage
command=$1
folder=$(realpath -m "$2")
PATH=$PATH:/usr/sbin:/sbin

free_port() { node -e "const s=require('node:net').createServer().listen(0,()=>{console.log(s.address().port);s.close()})"; }

wait_for() { # <seconds> <command...>
  local end=$((SECONDS + $1)); shift
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}

write_config() {
  local host user; host=$(hostname -s 2>/dev/null || hostname); user=$(id -un)
  cat > "$folder/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
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
  local munge=$folder/munge
  mkdir "$munge"
  (umask 077; head -c 128 /dev/urandom > "$munge/munge.key")
  # --force: the parents of the folder are not ours to judge.
  munged --force --socket="$munge/munge.socket" --key-file="$munge/munge.key" --pid-file="$munge/munged.pid" \
    --log-file="$munge/munged.log" --seed-file="$munge/munged.seed" 2> "$munge/start.log" || { cat "$munge/start.log" >&2; return 1; }
}

two_idle() { [ "$(sinfo --noheader --Node --format=%T | grep -c idle)" = 2 ]; }

try_start() {
  mkdir -p -m 755 "$folder"
  mkdir "$folder/state"
  export SLURM_CONF=$folder/slurm.conf
  write_config
  start_munge && slurmctld -c && slurmd -N n1 && slurmd -N n2 && wait_for 30 two_idle
}

start() {
  local program attempt
  for program in munged slurmctld slurmd sbatch; do
    command -v $program > /dev/null || { echo "cluster.sh: $program is not installed (apt-get install slurm-wlm munge)" >&2; exit 3; }
  done
  [ ! -e "$folder" ] || { echo "cluster.sh: $folder exists already" >&2; exit 2; }
  # A port that was free a moment ago may be taken by now.
  for attempt in 1 2 3; do
    if try_start; then echo "$SLURM_CONF"; return; fi
    { echo "cluster.sh: the nodes do not come up (attempt $attempt):"; tail -n 15 "$folder"/*.log "$folder"/munge/*.log; } >&2
    stop
  done
  exit 1
}

# The process of a pid file, if it is still the one that wrote it.
pid_of() { # <file> <program>
  local pid; pid=$(cat "$1" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != "$2" ] || echo "$pid"
}

is_gone() { case $(sed 's/.*) //;s/ .*//' "/proc/$1/stat" 2>/dev/null) in '' | Z | X) return 0 ;; *) return 1 ;; esac; }

end() { # <signal> <pid>
  if [ -z "$2" ]; then return; fi
  kill "-$1" "$2" 2>/dev/null || return 0
  wait_for 10 is_gone "$2" || kill -9 "$2" 2>/dev/null || true
}

# Processes of job steps on a node: they carry its name, and this cluster's configuration, in their environment.
steps_of() { # <node>
  { grep -lzx "SLURMD_NODENAME=$1" /proc/[0-9]*/environ | xargs -r grep -lzx "SLURM_CONF=$folder/slurm.conf"; } 2>/dev/null | cut -d/ -f3 || true
}

kill_node() { # <node>
  local pid parent
  end KILL "$(pid_of "$folder/slurmd-$1.pid" slurmd)"
  for pid in $(steps_of "$1"); do
    parent=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d' ' -f2)
    [ "$(cat "/proc/${parent:-none}/comm" 2>/dev/null)" != slurmstepd ] || end KILL "$parent"
    end KILL "$pid"
  done
}

stop() {
  export SLURM_CONF=$folder/slurm.conf
  if [ -e "$SLURM_CONF" ]; then
    kill_node n1
    kill_node n2
    end TERM "$(pid_of "$folder/slurmctld.pid" slurmctld)"
    end TERM "$(pid_of "$folder/munge/munged.pid" munged)"
  fi
  rm -rf "$folder"
}

case $command in
  start) start ;;
  stop) stop ;;
  kill-node) [ $# = 3 ] || usage; kill_node "$3" ;;
  *) usage ;;
esac
