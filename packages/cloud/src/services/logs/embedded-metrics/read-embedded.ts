import type { Instant } from '@terrace/kit'
import { z } from 'zod'
import {
  LONGEST_METRIC_TEXT,
  MOST_EMBEDDED_DIMENSIONS,
  MOST_EMBEDDED_METRICS,
  MOST_EMBEDDED_VALUES,
} from '../limits.ts'
import { UNITS } from './units.ts'

/** One metric of one event, with one of its sets of dimensions. */
export interface EmbeddedMetric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Readonly<Record<string, string>>
  readonly unit: string
  readonly values: readonly number[]
  /** Of its values, seconds. */
  readonly resolution: 1 | 60
}

/** What an event holds. */
export type Embedded =
  /** It is no embedded metric format at all. */
  | { readonly kind: 'none' }
  /** It says that it is, and isn't JSON, or has no metadata that could be read. */
  | { readonly kind: 'unreadable' }
  | {
      readonly kind: 'read'
      /** By the clock of who wrote it. */
      readonly at: Instant
      readonly metrics: readonly EmbeddedMetric[]
      /** Directives and metrics that don't keep to the specification; nothing of them is published. */
      readonly invalid: number
    }

const text = z.string().min(1).max(LONGEST_METRIC_TEXT)

const directive = z.object({
  Namespace: text,
  Dimensions: z.array(z.array(z.string().min(1).max(250)).max(MOST_EMBEDDED_DIMENSIONS)).min(1),
  Metrics: z
    .array(
      z.object({
        Name: text,
        Unit: z.enum(UNITS).optional(),
        StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
      }),
    )
    .max(MOST_EMBEDDED_METRICS),
})

const metadata = z.object({ Timestamp: z.number(), CloudWatchMetrics: z.array(z.unknown()) })

const target = z.union([z.number().transform(value => [value]), z.array(z.number()).min(1).max(MOST_EMBEDDED_VALUES)])

/**
 * Reads the metrics that an event holds in the embedded metric format. Members that the format doesn't know are ignored.
 *
 * @see CloudWatch User Guide, "Specification: Embedded metric format"
 */
export function readEmbedded(message: string): Embedded {
  // Most events are none, and should cost nothing.
  if (!message.includes('"_aws"') || !message.includes('"CloudWatchMetrics"')) return { kind: 'none' }
  let root: unknown
  try {
    root = JSON.parse(message)
  } catch {
    return { kind: 'unreadable' }
  }
  const own: unknown = Reflect.get(Object(root), '_aws')
  if (own === undefined) return { kind: 'none' }
  const read = metadata.safeParse(own)
  if (!read.success) return { kind: 'unreadable' }
  const metrics: EmbeddedMetric[] = []
  let invalid = 0
  for (const each of read.data.CloudWatchMetrics) {
    const parsed = directive.safeParse(each)
    const found = parsed.success ? metricsOf(parsed.data, Object(root)) : undefined
    invalid += found?.invalid ?? 1
    metrics.push(...(found?.metrics ?? []))
  }
  return { kind: 'read', at: read.data.Timestamp, metrics, invalid }
}

function metricsOf({ Namespace, Dimensions, Metrics }: z.output<typeof directive>, root: object) {
  const sets = Dimensions.map(names => valuesOf(names, root))
  const usable = sets.filter(set => set !== undefined)
  let invalid = sets.length - usable.length
  const metrics = Metrics.flatMap(({ Name, Unit = 'None', StorageResolution = 60 }): EmbeddedMetric[] => {
    const values = target.safeParse(own(root, Name))
    if (!values.success) invalid++
    if (!values.success) return []
    const rest = { unit: Unit, values: values.data, resolution: StorageResolution }
    return usable.map(dimensions => ({ namespace: Namespace, name: Name, dimensions, ...rest }))
  })
  return { metrics, invalid }
}

/** Nothing when the event doesn't hold one of them as a text. */
function valuesOf(names: readonly string[], root: object): Readonly<Record<string, string>> | undefined {
  const pairs = names.map(name => [name, own(root, name)] as const)
  const isText = pairs.every(
    ([, value]) => typeof value === 'string' && value !== '' && value.length <= LONGEST_METRIC_TEXT,
  )
  return isText ? Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])) : undefined
}

const own = (root: object, name: string): unknown => (Object.hasOwn(root, name) ? Reflect.get(root, name) : undefined)
