export interface NginxTracesProps {
  /** What NGINX is called in traces, such as `items-web`. */
  readonly service: string
  /** Per cent of the traces that begin here and are recorded; those of callers follow the caller. 0…100. */
  readonly percent: number
}

/** What traces add to a configuration of NGINX. */
export interface NginxTraces {
  /** Stands inside `http { }`, before the servers. */
  readonly http: string
  /** Stands inside each `server { }` whose requests are traced: a log in JSON, whose lines carry `traceId` and `spanId`. */
  readonly server: string
}

/** Where the collector takes what the module sends, OTLP by gRPC, from its own host alone. */
export const TRACES_ENDPOINT = '127.0.0.1:4317'

/**
 * Traces by NGINX's official module: each request continues the trace of its caller, or begins one, in a span of NGINX's
 * own, and hands it on by `traceparent`. A collector that is away costs spans, never a request: the module drops them.
 *
 * User data that carries such a configuration installs the module (`tracesModuleScript`).
 *
 * @throws when the share is none
 * @see nginx.org, ngx_otel_module
 */
export function nginxTraces({ service, percent }: NginxTracesProps): NginxTraces {
  if (!(percent >= 0 && percent <= 100)) throw new Error(`traces of NGINX: ${percent} is no percentage; give 0 to 100`)
  if (!/^[\w.-]+$/.test(service))
    throw new Error(`traces of NGINX: ${service} is no name of letters, digits, dots and dashes`)
  return {
    http: `otel_exporter {
  endpoint ${TRACES_ENDPOINT};
}
otel_service_name ${service};
${beginning(percent)}map $http_traceparent $recorded {
  ~-[0-9a-f][13579bdf]$ on;
  ~-[0-9a-f][02468ace]$ off;
  default $begins;
}
otel_trace $recorded;
otel_trace_context propagate;
log_format traced escape=json '{"time":"$time_iso8601","level":"info","message":"request","method":"$request_method",'
  '"path":"$request_uri","status":$status,"bytes":$body_bytes_sent,"seconds":$request_time,"client":"$remote_addr",'
  '"forwardedFor":"$http_x_forwarded_for","upstream":"$upstream_addr","upstreamSeconds":"$upstream_response_time",'
  '"agent":"$http_user_agent","traceId":"$otel_trace_id","spanId":"$otel_span_id"}';
`,
    server: `  access_log /var/log/nginx/access.log traced;
`,
  }
}

// NGINX knows no share of nothing, none of everything, and two digits after the point.
const beginning = (percent: number): string =>
  percent === 0 || percent === 100
    ? `map "" $begins {
  default ${percent === 0 ? 'off' : 'on'};
}
`
    : `split_clients $otel_trace_id $begins {
  ${Math.round(percent * 100) / 100}% on;
  * off;
}
`

/** Whether a configuration needs the module. */
export const needsTracesModule = (configuration: string): boolean => /^\s*otel_/m.test(configuration)

/**
 * The part of the user data that installs NGINX with its module for traces, from NGINX's own repository: Amazon Linux 2023
 * has NGINX, but not this module, and a module fits the build that it was made for alone.
 *
 * @see nginx.org "Linux packages", Amazon Linux 2023
 */
export const tracesModuleScript = `cat > /etc/yum.repos.d/nginx.repo <<'REPOSITORY'
[nginx-stable]
name=nginx stable
baseurl=https://nginx.org/packages/amzn/2023/$basearch/
gpgcheck=1
gpgkey=https://nginx.org/keys/nginx_signing.key
module_hotfixes=true
priority=9
REPOSITORY
retry dnf install -y -q nginx nginx-module-otel
mkdir -p /usr/share/nginx/modules
echo 'load_module /usr/lib64/nginx/modules/ngx_otel_module.so;' >/usr/share/nginx/modules/otel.conf
`
