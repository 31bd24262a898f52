import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DirectoryImage } from '@terrace/model'

/** What the official image configures, as far as it matters here. @see hub.docker.com/_/nginx */
const IMAGE_CONFIGURATION = `
http {
  include mime.types;
  default_type application/octet-stream;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`

const DEFAULT_SITE = `
http {
  include mime.types;
  default_type application/octet-stream;
  server {
    listen 80;
    server_name localhost;
    location / {
      root /usr/share/nginx/html;
      index index.html index.htm;
    }
  }
}
`

/**
 * Puts the files that an image's Dockerfile copies where NGINX finds them on the host.
 *
 * differs: what the base image itself brings is not there, apart from its configuration; templates below
 * `/etc/nginx/templates` are not filled in
 *
 * @returns its configuration: its own, or that of the official image
 */
export function unpackNginx({ copies }: DirectoryImage, root: string): string {
  for (const { source, target } of copies) {
    const place = join(root, target)
    mkdirSync(statSync(source).isDirectory() ? place : dirname(place), { recursive: true })
    cpSync(source, place, { recursive: true })
  }
  const own = join(root, '/etc/nginx/nginx.conf')
  if (existsSync(own)) return readFileSync(own, 'utf8')
  return existsSync(join(root, '/etc/nginx/conf.d')) ? IMAGE_CONFIGURATION : DEFAULT_SITE
}
