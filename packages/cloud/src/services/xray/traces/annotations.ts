import { MOST_ANNOTATIONS } from '../limits.ts'
import type { Subsegment } from './document.ts'
import { type ServiceId, serviceIdOf, uniqueServices } from './service-id.ts'
import { below, type Trace } from './trace.ts'

export type Annotation = string | number | boolean

/** The annotations of a segment that are indexed: keys of letters, digits and underscores. */
export const annotationsOf = ({ annotations = {} }: Subsegment): readonly (readonly [string, Annotation])[] =>
  Object.entries(annotations).flatMap(([key, value]) => {
    const isKey = /^[A-Za-z0-9_.]{1,500}$/.test(key)
    const isValue = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
    return isKey && isValue ? [[key, value] as const] : []
  })

/** Those of a whole trace, at most 50, with the services that wrote them. */
export function annotationsOfTrace({ segments }: Trace) {
  const found = new Map<string, { readonly key: string; readonly value: Annotation; services: ServiceId[] }>()
  for (const segment of segments) {
    for (const part of [segment, ...below(segment)]) {
      for (const [key, value] of annotationsOf(part)) {
        const id = JSON.stringify([key, value])
        const entry = found.get(id) ?? { key, value, services: [] }
        entry.services.push(serviceIdOf(segment))
        if (found.size < MOST_ANNOTATIONS || found.has(id)) found.set(id, entry)
      }
    }
  }
  const byKey: Record<string, object[]> = {}
  for (const { key, value, services } of found.values()) {
    const list = Object.hasOwn(byKey, key) ? (byKey[key] ?? []) : []
    list.push({ AnnotationValue: typed(value), ServiceIds: uniqueServices(services) })
    byKey[key] = list
  }
  return byKey
}

function typed(value: Annotation): object {
  if (typeof value === 'number') return { NumberValue: value }
  return typeof value === 'boolean' ? { BooleanValue: value } : { StringValue: value }
}
