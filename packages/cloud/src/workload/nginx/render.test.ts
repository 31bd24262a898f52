import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NginxSite, renderNginx } from './render.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'terrace-nginx-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const site = (level: NginxSite['level'] = 'http'): NginxSite => ({
  level,
  folder: join(root, '.nginx'),
  root,
  accessLog: '/log/access',
  address: '10.0.2.4',
  authorityFile: '/ca.pem',
  socketOf: port => `/run/eni/${port}`,
  loopbackSocketOf: port => `/run/eni/lo-${port}`,
  openRelay: async (host, port) => `/run/relay/${host}-${port}`,
})

const render = async (text: string, level?: NginxSite['level']) => (await renderNginx(text, site(level))).text

describe('NGINX on a host of the local cloud', () => {
  it('listens on the socket of its port, once for IPv4 and IPv6', async () => {
    const { text, sockets } = await renderNginx(
      'server { listen 80 default_server reuseport; listen [::]:80 default_server; listen 443 ssl; }',
      site(),
    )
    expect(text.match(/listen .*;/g)).toEqual([
      'listen unix:/run/eni/80 default_server;',
      'listen unix:/run/eni/443 ssl;',
    ])
    expect(sockets).toEqual(['/run/eni/80', '/run/eni/443'])
  })

  it('listens on port 80 when a server says nothing', async () => {
    expect(await render('server { root /srv; }')).toContain('listen unix:/run/eni/80;')
  })

  it('finds its files below the folder of the host, and logs to one place', async () => {
    const text = await render(
      'server { root /srv/site; access_log /var/log/a.log main; error_log /var/log/e.log warn; }',
    )
    expect(text).toContain(`root ${root}/srv/site;`)
    expect(text).toContain('access_log /log/access main;')
    expect(text).toContain('error_log stderr warn;')
  })

  it('sends requests through a relay that has the name of the destination', async () => {
    const text = await render('server { location / { proxy_pass http://api.internal/v1/; } }')
    expect(text).toContain('proxy_pass http://api.internal/v1/;')
    expect(text).toMatch(/upstream api\.internal \{\s+server unix:\/run\/relay\/api\.internal-80;/)
  })

  it('keeps $proxy_host for a destination with a port of its own', async () => {
    const text = await render('server { location / { proxy_pass http://api.internal:8000; } }')
    expect(text).toContain('proxy_pass http://api.internal.port-8000;')
    expect(text).toMatch(/upstream api\.internal\.port-8000 \{\s+server unix:\/run\/relay\/api\.internal-8000;/)
    expect(text).toContain('"api.internal.port-8000" api.internal:8000;')
  })

  it('leaves what the configuration says of headers and names to it, whatever ports its destinations have', async () => {
    const text = await render(
      'proxy_ssl_name api; proxy_set_header host api; server { location / { proxy_pass http://api.internal:8000; } }',
    )
    expect(text.match(/proxy_ssl_name .*;/g)).toEqual(['proxy_ssl_name api;'])
    expect(text.match(/proxy_set_header .*;/g)).toEqual([
      'proxy_set_header Connection close;',
      'proxy_set_header host api;',
    ])
  })

  it('L-18 finds the destination that a variable names, and needs no resolver', async () => {
    const text = await render(
      'server { resolver 169.254.169.253; set $api api.internal; location / { proxy_pass http://$api$request_uri; } }',
    )
    expect(text).toContain('set $api api.internal;')
    expect(text).toContain('proxy_pass "http://${api}$request_uri";')
    expect(text).toContain('server unix:/run/relay/api.internal-80;')
    expect(text).not.toContain('resolver')
  })

  it('renders the values of a map, and a variable that holds a whole URL', async () => {
    const map = await render(
      'map $host $to { default a.internal:8001; b.example.com b.internal; } server { location / { proxy_pass http://$to; } }',
    )
    expect(map).toContain('default a.internal.port-8001;')
    expect(map).toContain('b.example.com b.internal;')
    const url = await render('server { set $url https://c.internal:8443; location / { proxy_pass $url; } }')
    expect(url).toContain('set $url https://c.internal.port-8443;')
    expect(url).toContain('server unix:/run/relay/c.internal-8443;')
  })

  it('renders the servers of its own upstreams, and localhost without a relay', async () => {
    const text = await render(
      'upstream api { server 10.0.3.5:8000 weight=2; server 127.0.0.1:9000 backup; keepalive 8; } server { location / { proxy_pass http://api; } }',
    )
    expect(text).toContain('server unix:/run/relay/10.0.3.5-8000 weight=2;')
    expect(text).toContain('server unix:/run/eni/9000 backup;')
    expect(text).toContain('proxy_pass http://api;')
  })

  it('takes the inside of http from a whole configuration, and its own settings for the process', async () => {
    const text = await render('user nginx; worker_processes 4; events { } http { server { listen 8080; } }', 'main')
    expect(text).toContain('listen unix:/run/eni/8080;')
    expect(text).not.toContain('worker_processes 4')
  })

  it.each([
    ['stream { }', 'main', 'line 1: stream forwards plain TCP and UDP'],
    ['\nload_module x.so;', 'main', 'line 2: load_module loads a module'],
    ['server { location / { proxy_pass http://$http_x; } }', 'http', 'is known at run time alone'],
    ['server { root $where; }', 'http', 'names a path that is known at run time alone'],
    ['include /etc/nginx/other.conf;', 'http', 'which is not among its files'],
    ['server { location / { js_content x; } }', 'http', 'runs code'],
    ['server { location / { content_by_lua x; } }', 'http', 'runs code'],
  ] as const)('says that it cannot run %j here', async (text, level, message) => {
    await expect(render(text, level)).rejects.toThrow(message)
  })
})
