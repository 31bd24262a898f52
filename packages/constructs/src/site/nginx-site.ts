import { nginxBasics, nginxReady, pageHeaders, VPC_RESOLVER } from './nginx-parts.ts'

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

/**
 * What stands inside NGINX's `http { }` for a web tier: the site's files under every name but one, and a reverse proxy
 * to the API under that one. `/readyz` says that NGINX is there, whatever the API is doing.
 */
export const nginxSite = (props: NginxSiteProps): string => `${nginxBasics}server {
  listen ${props.port} default_server;
  root ${props.root};
  index index.html;
${pageHeaders(props.connectTo)}${nginxReady}  location / {
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
