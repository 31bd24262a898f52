import { parse } from 'yaml'

/** Where something listens. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** What the stand-in does. Times in milliseconds. */
export interface CollectorConfiguration {
  /** Absent: no pipeline of traces takes OTLP over HTTP. */
  readonly otlp?: Endpoint
  readonly health?: Endpoint
  readonly batch: { readonly timeout: number; readonly size: number }
  /** Absent: no pipeline of traces ends in X-Ray. */
  readonly exporter?: ExporterConfiguration
  /** Parts of the configuration that are not carried out, one sentence each. */
  readonly notDone: readonly string[]
}

export interface ExporterConfiguration {
  /** Absent: that of the environment, or of the instance. */
  readonly region?: string
  readonly indexAll: boolean
  readonly indexed: readonly string[]
  readonly timeout: number
  readonly retries: number
}

type Members = Readonly<Record<string, unknown>>

/**
 * Reads the configuration of a collector.
 *
 * @param text  YAML
 * @param variable  what stands for `${env:NAME}`
 * @throws Error with one sentence, when it is none
 * @see OpenTelemetry documentation, "Collector: Configuration"; opentelemetry-collector-contrib, README of the AWS X-Ray exporter
 */
export function readConfiguration(
  text: string,
  variable: (name: string) => string | undefined,
): CollectorConfiguration {
  const root = membersOf(parse(substituted(text, variable)))
  const notDone: string[] = []
  const not = (what: string, instead?: string) =>
    notDone.push(
      `the local stand-in of the collector does not do ${what}${instead === undefined ? '' : `: ${instead}`}`,
    )
  const service = membersOf(root.service)
  const pipelines = Object.entries(membersOf(service.pipelines))
  if (pipelines.length === 0) throw new Error('invalid configuration: service::pipelines: no pipelines are configured')
  const used = { receivers: new Set<string>(), processors: new Set<string>(), exporters: new Set<string>() }
  for (const [name, pipeline] of pipelines) {
    if (typeOf(name) !== 'traces') {
      not(`the pipeline ${name}`, 'it takes traces alone')
      continue
    }
    for (const part of ['receivers', 'processors', 'exporters'] as const) {
      for (const each of textsOf(membersOf(pipeline)[part])) used[part].add(each)
    }
  }
  for (const part of ['receivers', 'processors', 'exporters'] as const) {
    const defined = membersOf(root[part])
    const missing = [...used[part]].find(name => !Object.hasOwn(defined, name))
    if (missing !== undefined) {
      throw new Error(
        `invalid configuration: service::pipelines: references ${part.slice(0, -1)} "${missing}" which is not configured`,
      )
    }
  }
  const otlp = receiverOf(membersOf(root.receivers), [...used.receivers], not)
  const health = healthOf(membersOf(root.extensions), textsOf(service.extensions), not)
  const exporter = exporterOf(membersOf(root.exporters), [...used.exporters], not)
  if (Object.hasOwn(service, 'telemetry')) not('service.telemetry')
  return {
    ...(otlp === undefined ? {} : { otlp }),
    ...(health === undefined ? {} : { health }),
    batch: batchOf(membersOf(root.processors), [...used.processors], not),
    ...(exporter === undefined ? {} : { exporter }),
    notDone,
  }
}

type Not = (what: string, instead?: string) => void

function receiverOf(receivers: Members, used: readonly string[], not: Not): Endpoint | undefined {
  let found: Endpoint | undefined
  for (const name of used) {
    if (typeOf(name) !== 'otlp') {
      not(`the receiver ${name}`, 'it receives OTLP over HTTP')
      continue
    }
    const protocols = membersOf(membersOf(receivers[name]).protocols)
    if (Object.hasOwn(protocols, 'grpc')) not(`receivers.${name}.protocols.grpc`, 'it receives OTLP over HTTP')
    if (!Object.hasOwn(protocols, 'http')) continue
    const http = membersOf(protocols.http)
    for (const key of Object.keys(http)) if (key !== 'endpoint') not(`receivers.${name}.protocols.http.${key}`)
    found ??= endpointOf(http.endpoint ?? 'localhost:4318', `receivers.${name}.protocols.http.endpoint`)
  }
  return found
}

function healthOf(extensions: Members, used: readonly string[], not: Not): Endpoint | undefined {
  let found: Endpoint | undefined
  for (const name of used) {
    if (typeOf(name) !== 'health_check') {
      not(`the extension ${name}`)
      continue
    }
    const settings = membersOf(extensions[name])
    for (const key of Object.keys(settings)) if (key !== 'endpoint') not(`extensions.${name}.${key}`)
    found ??= endpointOf(settings.endpoint ?? 'localhost:13133', `extensions.${name}.endpoint`)
  }
  return found
}

/** @see README of the batch processor: 200 ms and 8192 spans unless told */
function batchOf(processors: Members, used: readonly string[], not: Not): CollectorConfiguration['batch'] {
  let batch = { timeout: 200, size: 8192 }
  for (const name of used) {
    const settings = membersOf(processors[name])
    if (typeOf(name) === 'memory_limiter') continue
    if (typeOf(name) !== 'batch') {
      not(`the processor ${name}`)
      continue
    }
    for (const key of Object.keys(settings)) {
      if (key !== 'timeout' && key !== 'send_batch_size') not(`processors.${name}.${key}`)
    }
    batch = {
      timeout: durationOf(settings.timeout, batch.timeout, `processors.${name}.timeout`),
      size: numberOf(settings.send_batch_size, batch.size, `processors.${name}.send_batch_size`),
    }
  }
  return batch
}

const EXPORTER = new Set([
  'region',
  'index_all_attributes',
  'indexed_attributes',
  'request_timeout_seconds',
  'max_retries',
])

function exporterOf(exporters: Members, used: readonly string[], not: Not): ExporterConfiguration | undefined {
  let found: ExporterConfiguration | undefined
  for (const name of used) {
    if (typeOf(name) !== 'awsxray') {
      not(`the exporter ${name}`, 'it exports by awsxray')
      continue
    }
    const settings = membersOf(exporters[name])
    for (const key of Object.keys(settings)) if (!EXPORTER.has(key)) not(`exporters.${name}.${key}`)
    const { region } = settings
    found ??= {
      ...(typeof region === 'string' && region !== '' ? { region } : {}),
      indexAll: settings.index_all_attributes === true,
      indexed: textsOf(settings.indexed_attributes),
      timeout: numberOf(settings.request_timeout_seconds, 30, `exporters.${name}.request_timeout_seconds`) * 1000,
      retries: numberOf(settings.max_retries, 2, `exporters.${name}.max_retries`),
    }
  }
  return found
}

/** `otlp` of `otlp/second`. */
const typeOf = (name: string): string => name.split('/')[0] ?? name

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

function endpointOf(value: unknown, at: string): Endpoint {
  const [, host = '', port = ''] = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(String(value)) ?? []
  if (port === '' || Number(port) > 65_535)
    throw new Error(`invalid configuration: ${at}: ${String(value)} is no host:port`)
  return { host: host === '' ? '0.0.0.0' : host, port: Number(port) }
}

function numberOf(value: unknown, otherwise: number, at: string): number {
  if (value === undefined || value === null) return otherwise
  const number = Number(value)
  if (Number.isFinite(number) && number >= 0) return number
  throw new Error(`invalid configuration: ${at}: ${String(value)} is no number from 0 on`)
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `200ms`, `1s`, as Go writes durations. */
function durationOf(value: unknown, otherwise: number, at: string): number {
  if (value === undefined || value === null) return otherwise
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(value)) ?? []
  const factor = UNITS[unit]
  if (factor === undefined)
    throw new Error(`invalid configuration: ${at}: ${String(value)} is no duration such as 200ms`)
  return Number(number) * factor
}

/** `${env:NAME}`, `${env:NAME:-otherwise}` and `${NAME}`; a variable that isn't there is empty. */
const substituted = (text: string, variable: (name: string) => string | undefined): string =>
  text.replace(
    /\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^}]*))?\}/g,
    (_, name: string, otherwise = '') => variable(name) ?? otherwise,
  )
