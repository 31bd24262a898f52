
# One setting of a PostgreSQL process: "version", or "backups.s3".
setting() {
  jq -r --arg name "$1" --arg key "$2" '.processes[$name].postgres | getpath($key / ".") // empty' "$document"
}

# What systemd calls "rate(6 hours)" or "cron(0 3 * * ? *)".
timer() {
  local expression minute hour day month weekday
  expression=${1#*(}
  expression=${expression%)}
  case $1 in
    rate*) printf 'OnActiveSec=%s\nOnUnitActiveSec=%s\n' "$expression" "$expression" ;;
    *)
      read -r minute hour day month weekday _ <<<"$(tr '?' '*' <<<"$expression" | sed 's/-/../g')"
      if [ "$weekday" = '*' ]; then weekday=; fi
      echo "OnCalendar=$weekday *-$month-$day $hour:$minute:00 UTC"
      ;;
  esac
}

# Ready when the entry point has become the server: before that it runs another one, for itself.
serve_postgres() {
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker run --detach --name "$name" --restart always --network host --shm-size 128m --stop-timeout 60 \
    --log-driver awslogs --log-opt awslogs-region="$AWS_DEFAULT_REGION" --log-opt mode=non-blocking \
    --log-opt awslogs-group="$TERRACE_LOG_GROUP" --log-opt awslogs-stream="$name/$instance" \
    --env POSTGRES_USER --env POSTGRES_DB --env POSTGRES_PASSWORD --env POSTGRES_INITDB_ARGS --env PGPORT \
    --security-opt no-new-privileges --volume "$data:/var/lib/postgresql/data" "$image" \
    -c listen_addresses="$1" -c max_connections=60
  local second
  for ((second = 0; second < 480; second += 2)); do
    if [ "$(docker exec "$name" cat /proc/1/comm)" = postgres ] &&
      docker exec "$name" pg_isready -q; then return 0; fi
    sleep 2
  done
  echo "$name was not ready within 8 minutes" >&2
  return 1
}

# The newest dump, if there is one. That none can be listed is a failure: nobody begins anew beside what was saved.
restore_postgres() {
  local newest bucket=${target#s3://}
  newest=$(retry aws s3api list-objects-v2 --bucket "${bucket%%/*}" --prefix "${bucket#*/}$POSTGRES_DB-" \
    --query 'Contents[].Key' --output text | tr '\t' '\n' | { grep '\.dump$' || true; } | sort | tail -n 1)
  if [ -z "$newest" ]; then return 0; fi
  aws s3 cp --only-show-errors "s3://${bucket%%/*}/$newest" - |
    docker exec -i "$name" pg_restore --exit-on-error --no-owner --username "$POSTGRES_USER" --dbname "$POSTGRES_DB"
  echo "$name was filled from $newest"
}

# A subshell, as for containers. What is under "<data>.unfinished" was never let in, and begins again.
run_postgres() (
  name=$1
  PGPORT=$(field "$name" port)
  data=$(setting "$name" data)
  target=$(setting "$name" backups.s3)
  image=public.ecr.aws/docker/library/postgres:$(setting "$name" version)
  POSTGRES_DB=$(setting "$name" database)
  POSTGRES_USER=$(setting "$name" username)
  POSTGRES_PASSWORD=$(retry secret "$(setting "$name" password)")
  POSTGRES_INITDB_ARGS='--auth-host=scram-sha-256 --data-checksums'
  export PGPORT POSTGRES_DB POSTGRES_USER POSTGRES_PASSWORD POSTGRES_INITDB_ARGS
  retry docker pull --quiet "$image"
  if [ -e "$data.unfinished" ] || [ ! -s "$data/PG_VERSION" ]; then
    docker rm --force "$name" >/dev/null 2>&1 || true
    mkdir -p "$(dirname "$data")"
    touch "$data.unfinished"
    rm -rf "$data"
    serve_postgres ''
    if [ -n "$target" ]; then restore_postgres; fi
    docker stop "$name" >/dev/null
    sync -f "$data"
    rm "$data.unfinished"
  fi
  serve_postgres 127.0.0.1
  docker exec -i "$name" psql -q -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    -v owner="$POSTGRES_USER" <<<'\getenv password POSTGRES_PASSWORD
ALTER ROLE :"owner" PASSWORD :'\''password'\'';'
  if [ -n "$target" ]; then schedule_dumps; fi
)

schedule_dumps() {
  cat >/usr/local/sbin/terrace-dump <<'DUMP'
#!/bin/bash
set -euo pipefail
name=$1 user=$2 database=$3 target=$4 keep=$5 folder=$6
part=$(mktemp -p "$folder")
trap 'rm -f "$part"' EXIT
docker exec "$name" pg_dump --format=custom --username "$user" "$database" >"$part"
aws s3 cp --only-show-errors "$part" "$target$database-$(date -u +%Y-%m-%dT%H-%M-%SZ).dump"
aws s3 ls "$target" | awk '{print $4}' | grep "^$database-.*\.dump$" | sort | head -n "-$keep" |
  while read -r old; do aws s3 rm --only-show-errors "$target$old" </dev/null; done
DUMP
  chmod 755 /usr/local/sbin/terrace-dump
  cat >/etc/systemd/system/terrace-dump.service <<UNIT
[Service]
Type=oneshot
Environment=AWS_DEFAULT_REGION=$AWS_DEFAULT_REGION
ExecStart=/usr/local/sbin/terrace-dump $name $POSTGRES_USER $POSTGRES_DB $target $(setting "$name" backups.keep) $(dirname "$data")
UNIT
  cat >/etc/systemd/system/terrace-dump.timer <<UNIT
[Timer]
$(timer "$(setting "$name" backups.schedule)")
[Install]
WantedBy=timers.target
UNIT
  systemctl daemon-reload
  systemctl enable terrace-dump.timer
  systemctl restart terrace-dump.timer
}
