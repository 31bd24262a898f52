import { HSTS_SECONDS } from './headers.ts'
import { nginxReady, VPC_RESOLVER } from './nginx-parts.ts'

export interface NginxFrontProps {
  /** The public name; its certificate is the one that certbot keeps in `/etc/letsencrypt/live/<name>`. */
  readonly domainName: string
  /** Host of the balancer that everything is passed on to, by HTTPS; it shows a certificate for the public name. */
  readonly balancer: string
}

/**
 * What stands inside NGINX's `http { }` of a reverse proxy that ends TLS: port 80 answers `/readyz` and redirects
 * everything else, port 443 passes on with the four headers that tell the application who asked for what. The balancer is
 * named by a variable, so that its addresses are looked up again; its certificate is checked.
 */
export const nginxFront = ({ domainName, balancer }: NginxFrontProps): string => `server {
  listen 80 default_server;
${nginxReady}  location / {
    return 301 https://$host$request_uri;
  }
}
server {
  listen 443 ssl http2 default_server;
  ssl_certificate ${certificateFolder(domainName)}/fullchain.pem;
  ssl_certificate_key ${certificateFolder(domainName)}/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_session_cache shared:tls:1m;
  add_header Strict-Transport-Security "max-age=${HSTS_SECONDS}" always;
  client_max_body_size 1m;
  resolver ${VPC_RESOLVER} valid=5s;
  set $balancer ${balancer};
  location / {
    proxy_pass https://$balancer$request_uri;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Real-IP $remote_addr;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_ssl_server_name on;
    proxy_ssl_name ${domainName};
    proxy_ssl_verify on;
    proxy_ssl_verify_depth 4;
    proxy_ssl_trusted_certificate /etc/pki/tls/certs/ca-bundle.crt;
    proxy_connect_timeout 2s;
    proxy_read_timeout 15s;
  }
}
`

const certificateFolder = (domainName: string) => `/etc/letsencrypt/live/${domainName}`
