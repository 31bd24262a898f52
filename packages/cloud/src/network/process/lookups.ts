// Loaded into workloads: imports nothing outside this folder.
import dns from 'node:dns'
import { isIP } from 'node:net'
import { lookupFailure, queryFailure } from './failures.ts'
import { isLoopback, type LiveView } from './live-view.ts'
import type { ProcessLink } from './process-link.ts'
import { markOurs } from './sockets.ts'
import type { Timers } from './timers.ts'

type Callback = (error: Error | null, ...results: unknown[]) => void

interface LookupOptions {
  readonly all?: boolean
  readonly family?: number | string
}

/** How long a question waits for the first rules, in milliseconds. */
const LONGEST_WAIT = 127_000

/** What a resolver of Node has for addresses, and for everything else. */
const QUERIES = /^(resolve|reverse)/

/**
 * Replaces every way to look a name up: the answers come from the rules. Records other than addresses don't exist here,
 * and no question leaves the machine. differs: a VPC without a resolver fails at once, not after a time-out
 */
export function installLookups(link: ProcessLink, timers: Timers): void {
  const rules = async (): Promise<LiveView> => {
    const view = link.current()
    if (view) return view
    // The link alone doesn't keep a process alive, a question does.
    const stop = timers.after(LONGEST_WAIT, () => {})
    return await link.first.finally(stop)
  }
  const find = async (hostname: string): Promise<readonly string[]> => {
    if (isIP(hostname)) return [hostname]
    if (isLoopback(hostname)) return ['127.0.0.1']
    const found = (await rules()).resolve(hostname)
    if ('error' in found) throw lookupFailure(found.error, hostname)
    return found.addresses
  }
  const lookup = async (hostname: string, options: LookupOptions) => {
    const addresses = await find(hostname)
    const entries = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
    const wanted = Number(String(options.family ?? 0).replace('IPv', ''))
    const fitting = entries.filter(({ family }) => wanted === 0 || family === wanted)
    if (fitting.length === 0) throw lookupFailure('ENOTFOUND', hostname)
    return fitting
  }
  const optionsOf = (value: unknown): LookupOptions =>
    typeof value === 'object' && value !== null ? value : typeof value === 'number' ? { family: value } : {}

  const withCallback = (hostname: string, ...rest: unknown[]) => {
    const callback = rest.at(-1) as Callback
    const options = optionsOf(rest[0])
    lookup(hostname, options).then(
      entries => {
        const [first] = entries
        process.nextTick(() => (options.all ? callback(null, entries) : callback(null, first?.address, first?.family)))
      },
      error => process.nextTick(() => callback(error)),
    )
    return {}
  }
  replace(dns, 'lookup', withCallback)
  markOurs(dns.lookup)
  replace(dns.promises, 'lookup', async (hostname: string, options?: unknown) => {
    const entries = await lookup(hostname, optionsOf(options))
    return optionsOf(options).all ? entries : entries[0]
  })

  const query = async (name: string, hostname: string, options: unknown): Promise<unknown> => {
    const type = name === 'resolve' ? (typeof options === 'string' ? options : 'A') : name.replace('resolve', '')
    const found = (await rules()).resolve(String(hostname))
    const syscall = name === 'reverse' ? 'getHostByAddr' : `query${type === '4' ? 'A' : type}`
    if ('error' in found) {
      throw queryFailure(found.error === 'EAI_AGAIN' ? 'ETIMEOUT' : 'ENOTFOUND', syscall, hostname)
    }
    if (type !== 'A' && type !== '4') throw queryFailure('ENODATA', syscall, hostname)
    const withTtl = typeof options === 'object' && options !== null && Reflect.get(options, 'ttl') === true
    return withTtl ? found.addresses.map(address => ({ address, ttl: 60 })) : [...found.addresses]
  }
  for (const [holder, kind] of [
    [dns, 'callback'],
    [dns.Resolver.prototype, 'callback'],
    [dns.promises, 'promise'],
    [dns.promises.Resolver.prototype, 'promise'],
  ] as const) {
    for (const name of methodsOf(holder)) {
      if (kind === 'promise') {
        replace(holder, name, (hostname: string, options?: unknown) => query(name, hostname, options))
      } else {
        replace(holder, name, (hostname: string, ...rest: unknown[]) => {
          const callback = rest.at(-1) as Callback
          query(name, hostname, rest.length > 1 ? rest[0] : undefined).then(
            results => process.nextTick(() => callback(null, results)),
            error => process.nextTick(() => callback(error)),
          )
        })
      }
    }
  }
}

function methodsOf(holder: object): string[] {
  const names = new Set<string>()
  for (let at: object | null = holder; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (QUERIES.test(name) && typeof Reflect.get(holder, name) === 'function') names.add(name)
    }
  }
  return [...names]
}

// What Node hangs on its functions, such as how `promisify` reads them, stays.
function replace(holder: object, name: string, by: (...parameters: never[]) => unknown): void {
  const before: unknown = Reflect.get(holder, name)
  const properties = typeof before === 'function' ? Object.getOwnPropertyDescriptors(before) : {}
  const { prototype: _, length: __, ...kept } = properties as Record<string, PropertyDescriptor>
  for (const symbol of Object.getOwnPropertySymbols(properties)) {
    const descriptor = Object.getOwnPropertyDescriptor(properties, symbol)
    if (descriptor?.value) Object.defineProperty(by, symbol, descriptor.value as PropertyDescriptor)
  }
  Object.defineProperties(by, kept)
  Object.defineProperty(holder, name, { value: by, writable: true, configurable: true, enumerable: true })
}
