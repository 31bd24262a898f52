import type { Directive } from './parse.ts'
import { directive, wordOf } from './print.ts'

/** How a line of the access log begins that tells of a span. */
export const SPAN_MARK = 'terrace-span '

const MODULE = /\bngx_otel_module(\.so)?$/

/** `load_module modules/ngx_otel_module.so`, which isn't needed here. */
export const loadsTraces = ({ name, words }: Directive): boolean =>
  name === 'load_module' && MODULE.test(words[0]?.text ?? '')

/** What is in effect at one place of the configuration; the lists are inherited as NGINX inherits them: whole. */
interface Scope {
  /** `on`, `off`, or a variable that says so. */
  readonly trace: string
  readonly propagates: boolean
  readonly headers: readonly Directive[]
  readonly logs: readonly Directive[]
}

/**
 * Does what the module `ngx_otel_module` does, which distributions of other systems don't have: the context of a trace goes
 * on to the destination with a span id of NGINX's own, and each request that is traced leaves a line in the access log that
 * tells of its span (`SpanSender` reads it). A configuration without the module's directives stays as it is.
 *
 * differs: the way of the exporter is the collector's OTLP by HTTP on 4318, not gRPC; `otel_span_name`, `otel_span_attr` and
 * `otel_resource_attr` are left out; nothing is told of requests that aren't logged
 *
 * @param http  the inside of the `http` block
 * @see nginx.org, ngx_otel_module
 */
export function withTraces(http: readonly Directive[]): readonly Directive[] {
  if (!usesTraces(http)) return http
  const service = http.find(({ name }) => name === 'otel_service_name')?.words[0]?.text ?? 'unknown_service:nginx'
  const scope: Scope = { trace: 'off', propagates: false, headers: [], logs: [directive('access_log', 'x', 'terrace')] }
  return [...contextOf(http), spanFormat(service), ...inside(http, scope, 'http')]
}

const isOurs = ({ name }: Directive): boolean => name.startsWith('otel_')

const usesTraces = (tree: readonly Directive[]): boolean =>
  tree.some(each => isOurs(each) || usesTraces(each.block ?? []))

function inside(block: readonly Directive[], outer: Scope, place: string): readonly Directive[] {
  const scope = scopeOf(block, outer)
  const changed = place === 'http' || scope.trace !== outer.trace || scope.propagates !== outer.propagates
  const has = (name: string) => block.some(each => each.name === name)
  const headers = scope.propagates && (changed || has('proxy_set_header'))
  const logs = (changed || has('access_log')) && !isSilent(scope.logs)
  const replaced = new Set([...(headers ? ['proxy_set_header'] : []), ...(logs ? ['access_log'] : [])])
  const rest = block
    .filter(each => !isOurs(each) && !replaced.has(each.name))
    .map(each =>
      each.block && (each.name === 'server' || each.name === 'location')
        ? { ...each, block: inside(each.block, scope, placeOf(each)) }
        : each,
    )
  return [
    ...(place === 'http' ? [] : [directive('set', '$terrace_route', place)]),
    ...(headers ? [...scope.headers, directive('proxy_set_header', 'traceparent', traceparent(scope.trace))] : []),
    ...(logs ? [...scope.logs, ...spanLog(scope.trace)] : []),
    ...rest,
  ]
}

function scopeOf(block: readonly Directive[], outer: Scope): Scope {
  const own = (name: string) => block.filter(each => each.name === name)
  const context = own('otel_trace_context').at(-1)?.words[0]?.text
  const headers = own('proxy_set_header')
  const logs = own('access_log')
  return {
    trace: own('otel_trace').at(-1)?.words[0]?.text ?? outer.trace,
    propagates: context === undefined ? outer.propagates : context === 'propagate' || context === 'inject',
    headers: headers.length > 0 ? headers : outer.headers,
    logs: logs.length > 0 ? logs : outer.logs,
  }
}

const isSilent = (logs: readonly Directive[]): boolean => logs.some(({ words }) => words[0]?.text === 'off')

/** The path of a location, for people: variables can't stand in it. */
const placeOf = ({ name, words }: Directive): string =>
  name === 'location' ? (words.at(-1)?.text ?? '/').replaceAll('$', '') : 'server'

const traceparent = (trace: string): string => `00-$terrace_trace_id-$terrace_span_id-${flagOf(trace)}`

const flagOf = (trace: string): string =>
  trace.startsWith('$') ? `$terrace_flag_${nameOf(trace)}` : trace === 'on' ? '01' : '00'

const spanLog = (trace: string): readonly Directive[] => {
  if (trace === 'off') return []
  const condition = trace.startsWith('$') ? [`if=$terrace_traced_${nameOf(trace)}`] : []
  return [directive('access_log', 'x', 'terrace_span', ...condition)]
}

const nameOf = (variable: string): string => variable.replace(/[^\w]/g, '')

/** The variables: ids from the request's header or its own id, and what the switches of the configuration say. */
function contextOf(http: readonly Directive[]): readonly Directive[] {
  const parent = '[0-9a-f]{2}-(?<terrace_in_trace>[0-9a-f]{32})-(?<terrace_in_span>[0-9a-f]{16})-[0-9a-f]'
  return [
    map('$http_traceparent', '$terrace_trace_id', [
      [`~^${parent}`, '$terrace_in_trace'],
      ['default', '$request_id'],
    ]),
    map('$http_traceparent', '$terrace_parent_id', [
      [`~^${parent}`, '$terrace_in_span'],
      ['default', ''],
    ]),
    map('$http_traceparent', '$terrace_parent_sampled', [
      [`~^${parent}[13579bdf]`, '1'],
      ['default', '0'],
    ]),
    map('$request_id', '$terrace_span_id', [
      ['~^(?<terrace_own_span>.{16})', '$terrace_own_span'],
      ['default', ''],
    ]),
    ...switchesIn(http).flatMap(variable => [
      switched(variable, `$terrace_flag_${nameOf(variable)}`, '01', '00'),
      switched(variable, `$terrace_traced_${nameOf(variable)}`, '1', ''),
    ]),
  ]
}

const switched = (variable: string, target: string, on: string, off: string): Directive =>
  map(variable, target, [
    ['on', on],
    ['1', on],
    ['default', off],
  ])

const switchesIn = (tree: readonly Directive[]): readonly string[] => {
  const all = tree.flatMap(({ name, words, block = [] }) => [
    ...(name === 'otel_trace' && words[0]?.text.startsWith('$') ? [words[0].text] : []),
    ...switchesIn(block),
  ])
  return [...new Set(all)]
}

const map = (source: string, target: string, entries: readonly (readonly [string, string])[]): Directive => ({
  ...directive('map', source, target),
  block: entries.map(([key, value]) => ({
    name: key,
    ...(key === 'default' ? {} : { raw: wordOf(key).raw.startsWith('"') ? wordOf(key).raw : `"${key}"` }),
    words: [wordOf(value)],
    line: 0,
  })),
})

/** The members are those of `SpanLine`. */
const spanFormat = (service: string): Directive =>
  directive(
    'log_format',
    'terrace_span',
    'escape=json',
    `${SPAN_MARK}{"service":"${service}","trace":"$terrace_trace_id","span":"$terrace_span_id","parent":"$terrace_parent_id",` +
      '"route":"$terrace_route","method":"$request_method","target":"$uri","scheme":"$scheme","host":"$host",' +
      '"protocol":"$server_protocol","agent":"$http_user_agent","status":"$status","end":"$msec","took":"$request_time",' +
      '"upstream":"$upstream_addr"}',
  )
