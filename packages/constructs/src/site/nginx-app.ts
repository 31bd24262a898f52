import { HSTS_SECONDS } from './headers.ts'
import { nginxBasics, nginxReady, pageHeaders, VPC_RESOLVER } from './nginx-parts.ts'
import { type NginxTracesProps, nginxTraces } from './nginx-traces.ts'

export interface NginxAppProps {
  /** The directory with the built site; `index.html` answers every path that is no file. */
  readonly root: string
  /** What is asked for on the instance itself, whether NGINX is there: plain HTTP, `/readyz` alone. */
  readonly readyPort: number
  /** TLS for the balancer. */
  readonly tlsPort: number
  /** The instance's certificate and its key, as PEM files. */
  readonly certificate: { readonly certificate: string; readonly key: string }
  /** Host name of the API, reached by HTTPS on 443; its certificate is checked. */
  readonly api: string
  /** What pages find under `/config.json`. */
  readonly settings: Readonly<Record<string, string | number>>
  /** Base URL of the collector on this instance that takes the spans of browsers. */
  readonly collector: string
  /** Spans of NGINX's own, and trace ids in its log. Default: NGINX hands `traceparent` on as it came. */
  readonly traces?: NginxTracesProps
}

/**
 * What stands inside NGINX's `http { }` for a web tier whose site and API share one name, with TLS on both sides: from
 * the balancer with the instance's own certificate, to the API with the one of its name, which is looked up again every
 * ten seconds. Connections to the API are kept open for as long: one that leads into a zone which has fallen silent answers
 * no more, and each such connection costs a request that has to be given up.
 *
 * The API says itself what browsers may do with its answers; a header that is there twice is one too many.
 * `/telemetry/v1/traces` takes the spans of browsers, 64 KB at once, and gives them to the collector.
 *
 * @see nginx.org, ngx_http_upstream_module, `server … resolve`, `keepalive_timeout`
 */
export const nginxApp = (
  props: NginxAppProps,
): string => `${nginxBasics}${tracesOf(props).http}resolver ${VPC_RESOLVER} valid=10s;
upstream api {
  zone api 64k;
  server ${props.api}:443 resolve max_fails=3 fail_timeout=5s;
  keepalive 64;
  keepalive_timeout 10s;
}
limit_req_zone $server_port zone=spans:32k rate=100r/s;
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_set_header Host ${props.api};
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-Host $host;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
proxy_ssl_server_name on;
proxy_ssl_name ${props.api};
proxy_ssl_verify on;
proxy_ssl_verify_depth 4;
proxy_ssl_trusted_certificate /etc/pki/tls/certs/ca-bundle.crt;
proxy_connect_timeout 2s;
proxy_read_timeout 10s;
server {
  listen 127.0.0.1:${props.readyPort};
${nginxReady}  location / {
    return 404;
  }
}
server {
  listen ${props.tlsPort} ssl default_server;
  ssl_certificate ${props.certificate.certificate};
  ssl_certificate_key ${props.certificate.key};
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls:1m;
  root ${props.root};
  index index.html;
  client_max_body_size 1m;
${tracesOf(props).server}${pageHeaders([])}${nginxReady}  location = /config.json {
    default_type application/json;
    return 200 '${JSON.stringify(props.settings)}';
  }
  location / {
    try_files $uri /index.html;
  }
  location /assets/ {
    try_files $uri =404;
  }
  location /api/ {
    add_header Strict-Transport-Security "max-age=${HSTS_SECONDS}; includeSubDomains" always;
    proxy_pass https://api;
  }
  location = /telemetry/v1/traces {
    limit_except POST {
      deny all;
    }
${props.traces ? '    otel_trace off;\n' : ''}    limit_req zone=spans burst=200 nodelay;
    client_max_body_size 64k;
    proxy_pass ${props.collector}/v1/traces;
  }
}
`

const tracesOf = ({ traces }: NginxAppProps) => (traces ? nginxTraces(traces) : { http: '', server: '' })
