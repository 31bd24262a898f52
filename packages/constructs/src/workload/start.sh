
# Starts what /etc/terrace/workload.json describes. Runs as root at first boot; may run again.
export PATH="$PATH:/opt/aws/bin"
document=/etc/terrace/workload.json

retry() {
  local attempt
  for attempt in 1 2 3 4 5 6; do
    "$@" && return 0
    echo "attempt $attempt failed: $1 $2" >&2
    sleep $((attempt * 5))
  done
  return 1
}

metadata() {
  local token
  token=$(curl -fsS -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  curl -fsS -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

# One field of a process, empty when it is not there.
field() { jq -r --arg name "$1" --arg key "$2" '.processes[$name][$key] // empty' "$document"; }

# Without a port: the others don't need it, and nobody waits for it.
is_helper() { [ -z "$(field "$1" port)" ]; }

# A map of a process as lines "key base64(value)".
pairs() {
  jq -r --arg name "$1" --arg key "$2" \
    '.processes[$name][$key] // {} | to_entries[] | "\(.key) \(.value | tostring | @base64)"' "$document"
}

# The value behind a parameter's "arn", or a secret's "arn" or "arn:key": an ARN of Secrets Manager has seven parts, an
# eighth is a key of its JSON.
secret() {
  local arn key value
  case $1 in
    arn:*:ssm:*)
      aws ssm get-parameter --with-decryption --name "$1" --query Parameter.Value --output text
      return
      ;;
  esac
  arn=$(cut -d: -f1-7 <<<"$1")
  key=$(cut -d: -f8- <<<"$1")
  value=$(aws secretsmanager get-secret-value --secret-id "$arn" --query SecretString --output text) || return 1
  if [ -n "$key" ]; then jq -er --arg key "$key" '.[$key]' <<<"$value"; else printf '%s' "$value"; fi
}

fetch_files() {
  local source path
  while read -r source path; do
    case $source in
      */)
        mkdir -p "$path"
        retry aws s3 sync --delete --only-show-errors "$source" "$path" </dev/null
        ;;
      *)
        mkdir -p "$(dirname "$path")"
        retry aws s3 cp --only-show-errors "$source" "$path" </dev/null
        ;;
    esac
    chmod -R a+rX "$path"
  done < <(jq -r --arg name "$1" '.processes[$name].files // [] | .[] | "\(.s3) \(.path)"' "$document")
}

# A subshell, so that no process sees another's secrets. Values travel by environment, never on a command line.
run_image() (
  name=$1
  image=$(field "$name" image)
  registry=${image%%/*}
  options=()
  if ! is_helper "$name"; then
    options+=(--env HOST --env PORT)
    export HOST=0.0.0.0 PORT="$(field "$name" port)"
  fi
  while read -r key value; do
    export "$key=$(base64 -d <<<"$value")"
    options+=(--env "$key")
  done < <(pairs "$name" environment)
  while read -r key reference; do
    value=$(retry secret "$(base64 -d <<<"$reference")")
    export "$key=$value"
    options+=(--env "$key")
  done < <(pairs "$name" secrets)
  restart=always
  if [ "$(field "$name" restart)" = never ]; then restart=no; fi
  case $registry in
    *.dkr.ecr.*) retry login "$registry" ;;
  esac
  retry docker pull --quiet "$image"
  docker rm --force "$name" >/dev/null 2>&1 || true
  docker run --detach --name "$name" --restart "$restart" --network host --init --stop-timeout 30 \
    --cap-drop ALL --cap-add NET_BIND_SERVICE --security-opt no-new-privileges \
    --log-driver awslogs --log-opt awslogs-region="$AWS_DEFAULT_REGION" --log-opt mode=non-blocking \
    --log-opt awslogs-group="$TERRACE_LOG_GROUP" --log-opt awslogs-stream="$name/$instance" \
    "${options[@]}" "$image"
)

login() { aws ecr get-login-password | docker login --username AWS --password-stdin "$1"; }

run_nginx() {
  retry dnf install -y -q nginx
  local zone
  zone=$(metadata placement/availability-zone)
  field "$1" nginx | sed "s/@zone@/$zone/g" >/etc/nginx/terrace.conf
  cat >/etc/nginx/nginx.conf <<'NGINX'
include /usr/share/nginx/modules/*.conf;
user nginx;
worker_processes auto;
error_log /var/log/nginx/error.log;
pid /run/nginx.pid;
events { worker_connections 1024; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log;
  server_tokens off;
  include /etc/nginx/terrace.conf;
}
NGINX
  chmod 644 /etc/nginx/terrace.conf
  nginx -t
  systemctl enable nginx
  systemctl restart nginx
}

wait_until_ready() {
  local port second
  port=$(field "$1" port)
  for ((second = 0; second < 480; second += 2)); do
    if curl -fsS --max-time 2 -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null; then return 0; fi
    sleep 2
  done
  echo "$1 did not answer on port $port within 8 minutes" >&2
  return 1
}

retry dnf install -y -q awscli-2 aws-cfn-bootstrap jq
AWS_DEFAULT_REGION=$(metadata placement/region)
export AWS_DEFAULT_REGION
instance=$(metadata instance-id)
report() {
  cfn-signal --exit-code "$1" --region "$AWS_DEFAULT_REGION" \
    --stack "$TERRACE_STACK" --resource "$TERRACE_RESOURCE" || true
}
trap 'report $?' EXIT
