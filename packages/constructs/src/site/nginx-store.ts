import { nginxBasics, nginxReady, pageHeaders, VPC_RESOLVER } from './nginx-parts.ts'

export interface NginxStoreProps {
  /** The directory with the built site. */
  readonly root: string
  /** Port to listen on. */
  readonly port: number
  /** Host of the balancer that the API stands behind, reached on port 80. */
  readonly apiBalancer: string
  /** Paths below `/api/` whose answers are kept here as long as the API says. */
  readonly cached: readonly string[]
}

/**
 * What stands inside NGINX's `http { }` for a web tier whose site and API share one name: the site's files, `/api/`
 * passed on, and answers kept where that is asked for. Every answer says in `X-Served-By` which zone it comes from.
 *
 * The balancer's name is looked up again every ten seconds and its connections are kept open, which needs NGINX 1.27.3
 * (Amazon Linux 2023 has 1.28). The address of who asks goes on in `X-Forwarded-For`. What was asked for by HTTPS says
 * so in `X-Forwarded-Proto`; a balancer further inside puts its own scheme there.
 *
 * @see nginx.org, ngx_http_upstream_module, `server … resolve`
 */
export const nginxStore = (props: NginxStoreProps): string => `${nginxBasics}resolver ${VPC_RESOLVER} valid=10s;
upstream api {
  zone api 64k;
  server ${props.apiBalancer}:80 resolve max_fails=3 fail_timeout=5s;
  keepalive 64;
}
proxy_cache_path ${CACHE_FOLDER} levels=1:2 keys_zone=answers:1m max_size=64m inactive=7d use_temp_path=off;
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_set_header Host $host;
proxy_set_header X-Real-IP $remote_addr;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
proxy_connect_timeout 2s;
proxy_read_timeout 30s;
server {
  listen ${props.port} default_server;
  root ${props.root};
  index index.html;
  client_max_body_size 1m;
${pageHeaders([])}  add_header X-Served-By "@zone@" always;
${nginxReady}  location = /zone.json {
    default_type application/json;
    return 200 '{"zone":"@zone@"}';
  }
  location / {
    try_files $uri /index.html;
  }
  location /assets/ {
    try_files $uri =404;
  }
  location /api/ {
    add_header X-Served-By "@zone@" always;
    proxy_pass http://api;
  }
${props.cached.map(cachedLocation).join('')}}
`

/** A folder that NGINX makes itself. */
const CACHE_FOLDER = '/var/cache/nginx-answers'

// The same for everybody: no cookie goes in, none comes out. When the API is away, what is known goes on being served.
const cachedLocation = (path: string): string => `  location ${path} {
    add_header X-Served-By "@zone@" always;
    add_header X-Cache $upstream_cache_status always;
    proxy_cache answers;
    proxy_cache_key $uri;
    proxy_cache_lock on;
    proxy_cache_revalidate on;
    proxy_cache_background_update on;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
    proxy_ignore_headers Set-Cookie;
    proxy_hide_header Set-Cookie;
    proxy_set_header Cookie "";
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto;
    proxy_pass http://api;
  }
`
