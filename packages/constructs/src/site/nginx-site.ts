import { CACHE_BUT_ASK, CACHE_FOR_GOOD, contentSecurityPolicy, HSTS_SECONDS } from './headers.ts'

export interface NginxSiteProps {
  /** The directory with the built site. */
  readonly root: string
  /** Port to listen on. */
  readonly port: number
  /** Requests for this host name are for the API. */
  readonly apiName: string
  /** Host of the balancer that the API stands behind, reached on port 80. */
  readonly apiBalancer: string
  /** Hosts that the page's scripts may call, without scheme. */
  readonly connectTo: readonly string[]
}

/** The resolver that every VPC has at this address. */
const VPC_RESOLVER = '169.254.169.253'

/**
 * What stands inside NGINX's `http { }` for a web tier: the site's files under every name but one, and a reverse proxy
 * to the API under that one. `/readyz` says that NGINX is there, whatever the API is doing.
 */
export const nginxSite = (props: NginxSiteProps): string => `gzip on;
gzip_types text/css text/javascript application/javascript application/json image/svg+xml;
map $uri $cache_control {
  default "${CACHE_BUT_ASK}";
  ~^/assets/ "${CACHE_FOR_GOOD}";
}
server {
  listen ${props.port} default_server;
  root ${props.root};
  index index.html;
  add_header Cache-Control $cache_control always;
  add_header Content-Security-Policy "${contentSecurityPolicy(props.connectTo)}" always;
  add_header Strict-Transport-Security "max-age=${HSTS_SECONDS}; includeSubDomains" always;
  add_header X-Content-Type-Options nosniff always;
  add_header X-Frame-Options DENY always;
  add_header Referrer-Policy strict-origin-when-cross-origin always;
  location = /readyz {
    access_log off;
    return 200 "ready\\n";
  }
  location / {
    try_files $uri $uri/ =404;
  }
}
server {
  listen ${props.port};
  server_name ${props.apiName};
  client_max_body_size 1m;
  # A variable, so that the balancer's addresses are looked up again when they change.
  resolver ${VPC_RESOLVER} valid=10s;
  set $api ${props.apiBalancer};
  location / {
    proxy_pass http://$api$request_uri;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
    proxy_connect_timeout 3s;
    proxy_read_timeout 30s;
  }
}
`
