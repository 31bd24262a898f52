import { userInfo } from 'node:os'
import { join } from 'node:path'
import { mimeTypes } from './mime-types.ts'
import type { Directive } from './parse.ts'
import { directive, wordOf } from './print.ts'
import { type Relayed, upstreamBlocks } from './upstreams.ts'

interface Site {
  readonly level: 'main' | 'http'
  readonly folder: string
  readonly accessLog: string
  readonly address: string
}

/** Folders for what is too large for memory, which distributions put where an ordinary user may not write. */
const TEMPORARY = ['client_body_temp_path', 'proxy_temp_path', 'fastcgi_temp_path', 'uwsgi_temp_path', 'scgi_temp_path']

const COMBINED =
  '$terrace_remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'

/** Puts the rendered inside of an `http` block into a whole configuration. */
export function surroundings(
  site: Site,
  http: readonly Directive[],
  relayed: readonly Relayed[],
): readonly Directive[] {
  const has = (name: string) => http.some(each => each.name === name)
  return [
    // Workers of a master that runs as root would otherwise be nobody, who may not read the files.
    ...(process.getuid?.() === 0 ? [directive('user', userInfo().username)] : []),
    directive('daemon', 'off'),
    directive('worker_processes', '1'),
    directive('pid', join(site.folder, 'nginx.pid')),
    directive('error_log', 'stderr', 'warn'),
    { ...directive('events'), block: [directive('worker_connections', '1024')] },
    {
      ...directive('http'),
      block: [
        ...TEMPORARY.filter(name => !has(name)).map(name => directive(name, join(site.folder, name))),
        ...clientAddress(site.address),
        ...proxyHost(relayed, http),
        directive('log_format', 'terrace', COMBINED),
        ...(has('access_log') ? [] : [directive('access_log', site.accessLog, 'terrace')]),
        // What the script that starts NGINX on an instance writes around the configuration.
        ...(site.level === 'http' ? [mimeTypes, directive('server_tokens', 'off')] : []),
        ...(site.level === 'http' && !has('default_type')
          ? [directive('default_type', 'application/octet-stream')]
          : []),
        ...upstreamBlocks(relayed),
        ...http,
      ],
    },
  ]
}

// On a Unix socket the address of who connects is `unix:`.
const clientAddress = (address: string): Directive[] => [
  map('$remote_addr', '$terrace_remote_addr', [
    ['unix:', address],
    ['default', '$remote_addr'],
  ]),
  map('$http_x_forwarded_for', '$terrace_forwarded_for', [
    ['', '$terrace_remote_addr'],
    ['default', '$http_x_forwarded_for, $terrace_remote_addr'],
  ]),
]

// The name that destinations with a port of their own have among the upstreams is no business of theirs.
function proxyHost(relayed: readonly Relayed[], http: readonly Directive[]): Directive[] {
  const other = relayed.filter(({ name, proxyHost: host }) => name !== host)
  const names = (target: string, original: (each: Relayed) => string) =>
    map('$proxy_host', target, [
      ...other.map(each => [each.name, original(each)] as const),
      ['default', '$proxy_host'] as const,
    ])
  return [
    names('$terrace_proxy_host', each => each.proxyHost),
    ...(other.length === 0
      ? []
      : [
          names('$terrace_proxy_name', ({ host }) => host),
          ...DEFAULTS.filter(each => !http.some(own => saysAlready(own, each))),
        ]),
  ]
}

const DEFAULTS: readonly Directive[] = [
  directive('proxy_set_header', 'Host', '$terrace_proxy_host'),
  directive('proxy_set_header', 'Connection', 'close'),
  directive('proxy_ssl_name', '$terrace_proxy_name'),
]

const saysAlready = (own: Directive, each: Directive): boolean =>
  own.name === each.name &&
  (own.name !== 'proxy_set_header' || own.words[0]?.text.toLowerCase() === each.words[0]?.text.toLowerCase())

const map = (source: string, target: string, entries: readonly (readonly [string, string])[]): Directive => ({
  ...directive('map', source, target),
  block: entries.map(([key, value]) => ({
    name: key,
    ...(key === 'default' ? {} : { raw: `"${key}"` }),
    words: [wordOf(value)],
    line: 0,
  })),
})
