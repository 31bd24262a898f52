import type { NetworkInterface } from '../network/network.ts'

/** What every Node process of a workload loads before its own code. */
const PRELOAD = new URL('../network/preload.cts', import.meta.url).pathname

/** What belongs to the host, not to the workload. */
export interface HostEnvironment {
  readonly root: string
  readonly networkInterface: NetworkInterface
  /** Path of the network's control socket. */
  readonly link: string
  /** PEM file of the authorities that workloads trust. */
  readonly authorityFile: string
}

/**
 * What a program that is started by hand needs besides, to be where the host is: the way through its proxy, and the
 * authority that signs `*.amazonaws.com`. The credentials come from the metadata service, as on AWS.
 *
 * @param proxy  `http://<user>:<password>@127.0.0.1:<port>`
 */
export function placeEnvironment(
  proxy: string,
  authorityFile: string,
  home: string,
  region: string,
): Readonly<Record<string, string>> {
  const socks = proxy.replace(/^http:/, 'socks5h:')
  return {
    HOME: home,
    AWS_DEFAULT_REGION: region,
    AWS_CA_BUNDLE: authorityFile,
    CURL_CA_BUNDLE: authorityFile,
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    ALL_PROXY: socks,
    http_proxy: proxy,
    https_proxy: proxy,
    all_proxy: socks,
  }
}

/**
 * The environment of a process. It starts empty: of this machine's own it has `PATH` alone, never the user's `AWS_*`.
 *
 * differs: files of the workload lie below `TERRACE_ROOT`, not at their absolute paths
 *
 * @param own  of the image, the workload and the secrets, the later winning
 */
export function environmentOf(
  own: Readonly<Record<string, string>>,
  port: number | undefined,
  host: HostEnvironment,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    ...own,
    HOST: '0.0.0.0',
    ...(port === undefined ? {} : { PORT: String(port) }),
    TERRACE_ROOT: host.root,
    TERRACE_LINK: host.link,
    TERRACE_FOLDER: host.networkInterface.folder,
    NODE_EXTRA_CA_CERTS: host.authorityFile,
    NODE_OPTIONS: [own.NODE_OPTIONS, `--require=${PRELOAD}`].filter(Boolean).join(' '),
  }
}
