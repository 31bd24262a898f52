import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BUILDERS, load, type PropertyReading } from '@terrace/loader'
import type { Architecture, NodeKind } from '@terrace/model'
import { HARMLESS } from '../packages/cloud/src/missing/harmless.ts'
import { MISSING_FEATURES } from '../packages/cloud/src/missing/index.ts'

const SAMPLES = fileURLToPath(new URL('../packages/loader/src/samples/', import.meta.url))

/** One CloudFormation type as far as the loader and the cloud know it. */
export interface TypeCoverage {
  readonly type: string
  /** The nodes that its resources become; empty for what is folded into others. */
  readonly kinds: readonly NodeKind[]
  readonly emulated: readonly string[]
  /** Property → why it is harmless. */
  readonly withoutEffect: ReadonlyMap<string, string>
  /** Property → with which values or with what consequence `terrace up` lists it. */
  readonly listed: ReadonlyMap<string, readonly string[]>
  /** Why a type that nothing is read of is harmless. */
  readonly harmless: string | undefined
}

/** The sample templates, loaded, with every property that was asked for on the way. */
export interface Samples {
  readonly architectures: readonly Architecture[]
  readonly readings: readonly PropertyReading[]
}

export async function loadSamples(): Promise<Samples> {
  const readings: PropertyReading[] = []
  const architectures = []
  for (const name of readdirSync(SAMPLES).sort()) {
    if (!name.endsWith('.yaml')) continue
    const target = { kind: 'template', file: `${SAMPLES}${name}` } as const
    architectures.push(await load(target, { onProperty: reading => readings.push(reading) }))
  }
  return { architectures, readings }
}

/** Every type that has a builder, in alphabetical order. */
export function propertyCoverage({ architectures, readings }: Samples): readonly TypeCoverage[] {
  const byType = Map.groupBy(
    readings.filter(({ present, path }) => present && !isWithin(path)),
    ({ type }) => type,
  )
  const kinds = Map.groupBy(
    architectures.flatMap(({ nodes }) => nodes).filter(({ kind }) => kind !== 'other'),
    ({ origin }) => origin.type,
  )
  return Object.entries(BUILDERS)
    .map(([type, builder]) => ({
      type,
      kinds: [...new Set((kinds.get(type) ?? []).map(({ kind }) => kind))],
      harmless: builder.makes === 'nothing' ? builder.because : undefined,
      ...outcomesOf(type, byType.get(type) ?? []),
    }))
    .sort((a, b) => (a.type < b.type ? -1 : 1))
}

/** Below these the author of a template chooses the names. */
const FREE = ['Tags[].', 'SourceMarkers[].', 'markerEncodings.']
const isWithin = (path: string) =>
  path !== 'Tags[].PropagateAtLaunch' && FREE.some(start => path.startsWith(start) || path.includes(`.${start}`))

function outcomesOf(
  type: string,
  readings: readonly PropertyReading[],
): Pick<TypeCoverage, 'emulated' | 'withoutEffect' | 'listed'> {
  const paths = [...new Set(readings.map(({ path }) => path))].sort()
  const isListed = (path: string) => readings.some(other => other.path === path && other.outcome.kind === 'listed')
  const own = paths.filter(path => isOwn(type, path, readings) && (isLeaf(path, paths) || isListed(path)))
  const withoutEffect = new Map<string, string>()
  const listed = new Map<string, readonly string[]>()
  for (const path of own) {
    const outcomes = readings.filter(reading => reading.path === path).map(({ outcome }) => outcome)
    const harmless = outcomes.find(outcome => outcome.kind === 'withoutEffect')?.because ?? harmlessBecause(type, path)
    const reasons = outcomes.flatMap(outcome => (outcome.kind === 'listed' ? [sentenceOf(outcome.because)] : []))
    const missing = MISSING_FEATURES.filter(({ properties }) => properties.includes(`${type} ${path}`))
    const all = new Set([...reasons.filter(isOfItself), ...missing.map(({ consequence }) => consequence)])
    if (all.size > 0) listed.set(path, [...all])
    else if (harmless !== undefined) withoutEffect.set(path, harmless)
  }
  const isEmulated = (path: string) =>
    isLeaf(path, paths) &&
    !withoutEffect.has(path) &&
    !readings.some(({ path: other, outcome }) => other === path && outcome.kind === 'listed' && outcome.whatever) &&
    readings.some(({ path: other, outcome }) => other === path && outcome.kind === 'read') &&
    !MISSING_FEATURES.some(({ properties, partly }) => !partly && properties.includes(`${type} ${path}`))
  return { emulated: own.filter(isEmulated), withoutEffect, listed }
}

const isLeaf = (path: string, paths: readonly string[]) =>
  path === 'Tags' || !paths.some(other => ['.', '[].', '('].some(next => other.startsWith(`${path}${next}`)))

// The items of a list of attributes are told one by one.
const isOwn = (type: string, path: string, readings: readonly PropertyReading[]) => {
  const list = /^(.*)\[\](\.Key|\.Value)?$/.exec(path)?.[1]
  return list === undefined || !readings.some(other => other.type === type && other.path.startsWith(`${list}(`))
}

const harmlessBecause = (type: string, path: string) =>
  HARMLESS.find(({ properties }) => properties.includes(`${type} ${path}`))?.because

const sentenceOf = (message: string) => message.replace(/^\S+ \(\S+\) is not modelled: /, '')

// A reference to what isn't there says nothing about the property.
const isOfItself = (message: string) => !/ not in these stacks|is no asset/.test(message)
