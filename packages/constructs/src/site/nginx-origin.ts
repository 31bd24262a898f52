import { HSTS_SECONDS } from './headers.ts'
import { nginxBasics, nginxReady, pageHeaders } from './nginx-parts.ts'

export interface NginxOriginProps {
  /** The name that the CDN asks by; its certificate is the one that certbot keeps in `/etc/letsencrypt/live/<name>`. */
  readonly name: string
  /** The directory with the built site. */
  readonly root: string
  /** The page that every path shows which is none of the API's: `main.html`. */
  readonly page: string
  /** Where the API listens, on the same instance. */
  readonly apiPort: number
  /** Largest body of a request, MB. */
  readonly largestBody: number
}

/**
 * What stands inside NGINX's `http { }` of an instance that has page and API of a site and stands behind a CDN, which
 * comes by HTTPS: the page under every path, `/api/` passed on. Port 80 answers `/readyz` and nothing else.
 */
export const nginxOrigin = ({
  name,
  root,
  page,
  apiPort,
  largestBody,
}: NginxOriginProps): string => `${nginxBasics}server {
  listen 80 default_server;
${nginxReady}  location / {
    return 404;
  }
}
upstream api {
  server 127.0.0.1:${apiPort} max_fails=0;
  keepalive 16;
}
server {
  listen 443 ssl http2 default_server;
  ssl_certificate /etc/letsencrypt/live/${name}/fullchain.pem;
  ssl_certificate_key /etc/letsencrypt/live/${name}/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls:1m;
  root ${root};
  client_max_body_size ${largestBody}m;
${nginxReady}  location / {
${pageHeaders([])}    try_files /${page} =404;
  }
  location /api/ {
    # What an answer of the API may be used for it says itself.
    add_header Strict-Transport-Security "max-age=${HSTS_SECONDS}; includeSubDomains" always;
    proxy_pass http://api;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_connect_timeout 2s;
    proxy_read_timeout 60s;
  }
}
`
