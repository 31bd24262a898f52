import { connect, type TraceEntry, type TraceSpan, type TraceView } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import type { Context } from '../context.ts'
import { requireSystem } from '../system/find.ts'
import type { AddCommand } from './command.ts'

interface Options {
  readonly most?: string
  readonly json?: boolean
}

type Colors = Context['colors']

/** `terrace traces [name] [id]` */
export const addTraces: AddCommand = (program, { context }) => {
  program
    .command('traces')
    .summary('show the traces of requests')
    .description('Lists the newest traces that X-Ray has received, the newest last, or shows the spans of one.')
    .argument('[name]', 'the system; may be left away when only one is running')
    .argument('[id]', 'the trace to show, as the list or a log line has it')
    .option('--most <count>', 'how many to list, 20 unless told')
    .option('--json', 'print one JSON document for each trace')
    .action(async (name: string | undefined, id: string | undefined, options: Options) => {
      const client = connect(requireSystem(name, context.cwd, 'traces').stateFolder)
      if (id !== undefined) {
        const trace = await client.trace(id)
        return context.say(options.json ? JSON.stringify(trace) : describeTrace(trace, context.colors))
      }
      for (const entry of await client.traces(mostOf(options))) {
        context.say(options.json ? JSON.stringify(entry) : describeEntry(entry, context.colors))
      }
    })
}

function mostOf({ most }: Options): { most?: number } {
  if (most === undefined) return {}
  const count = Number(most)
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return { most: count }
  throw new TerraceError('CLI_TRACES_MOST', `--most ${most} is no number of traces`, { hint: 'from 1 to 1000' })
}

/** `1-…  2026-11-22T09:30:00.000Z  12.4 ms  api  GET https://… 200  3 spans in api, items` */
function describeEntry(entry: TraceEntry, colors: Colors): string {
  const { id, at, milliseconds, name, spans, services } = entry
  const count = spans === 1 ? '1 span' : `${spans} spans`
  return [
    id,
    colors.dim(new Date(at).toISOString()),
    took(milliseconds).padStart(9),
    colors.cyan(oneLine(name)),
    ...requestOf(entry),
    ...outcomeOf(entry, colors),
    colors.dim(`${count} in ${services.map(oneLine).join(', ')}`),
  ].join('  ')
}

/** The spans below one another, each with when it began, how long it took and what it was. */
function describeTrace(trace: TraceView, colors: Colors): string {
  const lines = trace.tree.flatMap(span => linesOf(span, 0, '', colors))
  return [`${describeEntry(trace, colors)}`, '', ...lines].join('\n')
}

function linesOf(span: TraceSpan, depth: number, above: string, colors: Colors): readonly string[] {
  const service = span.service === above || span.service === span.name ? [] : [colors.dim(`(${oneLine(span.service)})`)]
  const line = [
    colors.dim(`+${took(span.startsAfter)}`.padStart(10)),
    (span.running ? 'running' : took(span.milliseconds)).padStart(9),
    `${'  '.repeat(depth)}${colors.cyan(oneLine(span.name))}`,
    ...service,
    ...requestOf(span),
    ...outcomeOf(span, colors),
  ].join('  ')
  return [line, ...span.spans.flatMap(inside => linesOf(inside, depth + 1, span.service, colors))]
}

function requestOf({ method, url, status }: Pick<TraceEntry, 'method' | 'url' | 'status'>): readonly string[] {
  const parts = [method, url, status === undefined ? undefined : String(status)].filter(part => part !== undefined)
  return parts.length === 0 ? [] : [oneLine(parts.join(' '))]
}

function outcomeOf({ outcome }: Pick<TraceEntry, 'outcome'>, { red, yellow }: Colors): readonly string[] {
  if (outcome === 'ok') return []
  return [outcome === 'fault' ? red(outcome) : yellow(outcome)]
}

function took(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`
}

/** What somebody else wrote must not move the cursor, or set the colours, of who reads it. */
const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, '\uFFFD')
