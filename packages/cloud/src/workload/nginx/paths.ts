import { join } from 'node:path'

/** Where NGINX looks for a file that is named without a leading slash, as Amazon Linux builds it. */
const CONTENT_FOLDER = '/usr/share/nginx'
const CONFIGURATION_FOLDER = '/etc/nginx'

/** Directives whose first word is a file or a folder of the machine. */
const PATHS: Readonly<Record<string, string>> = {
  root: CONTENT_FOLDER,
  alias: CONTENT_FOLDER,
  auth_basic_user_file: CONFIGURATION_FOLDER,
  client_body_temp_path: CONTENT_FOLDER,
  fastcgi_cache_path: CONTENT_FOLDER,
  fastcgi_temp_path: CONTENT_FOLDER,
  grpc_ssl_certificate: CONFIGURATION_FOLDER,
  grpc_ssl_certificate_key: CONFIGURATION_FOLDER,
  grpc_ssl_trusted_certificate: CONFIGURATION_FOLDER,
  proxy_cache_path: CONTENT_FOLDER,
  proxy_ssl_certificate: CONFIGURATION_FOLDER,
  proxy_ssl_certificate_key: CONFIGURATION_FOLDER,
  proxy_ssl_trusted_certificate: CONFIGURATION_FOLDER,
  proxy_store: CONTENT_FOLDER,
  proxy_temp_path: CONTENT_FOLDER,
  scgi_temp_path: CONTENT_FOLDER,
  ssl_certificate: CONFIGURATION_FOLDER,
  ssl_certificate_key: CONFIGURATION_FOLDER,
  ssl_client_certificate: CONFIGURATION_FOLDER,
  ssl_crl: CONFIGURATION_FOLDER,
  ssl_dhparam: CONFIGURATION_FOLDER,
  ssl_password_file: CONFIGURATION_FOLDER,
  ssl_session_ticket_key: CONFIGURATION_FOLDER,
  ssl_trusted_certificate: CONFIGURATION_FOLDER,
  uwsgi_temp_path: CONTENT_FOLDER,
}

/** Words that stand in a path's place and are none. */
const NO_PATH = new Set(['off', 'on'])

/** Bundles of certificate authorities that distributions install. */
const BUNDLES = new Set([
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
])

export const isPathDirective = (name: string): boolean => Object.hasOwn(PATHS, name)

/**
 * Where a path of the configuration lies here: below the host's folder. The system's bundle of authorities is the one
 * that workloads trust here.
 *
 * @returns nothing when the path begins with a variable and is known at run time alone
 */
export function pathHere(
  directive: string,
  text: string,
  site: { readonly root: string; readonly authorityFile: string },
): string | undefined {
  if (NO_PATH.has(text)) return text
  if (BUNDLES.has(text)) return site.authorityFile
  if (text.startsWith('$')) return undefined
  return join(site.root, text.startsWith('/') ? text : join(PATHS[directive] ?? CONFIGURATION_FOLDER, text))
}
